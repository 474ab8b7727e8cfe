// Types that fail to compile: a type test is a file `*.test-d.ts` that `npm run build:test` compiles, nothing runs it.

/** True when both are the same type, not merely assignable; `any` equals only `any`. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** True for `any` alone. */
export type IsAny<T> = 0 extends 1 & T ? true : false;

/** Compiles only when its argument is `true`: `expectType<Equal<typeof x, string>>()`. */
export function expectType<T extends true>(..._proof: readonly T[]): void {}

/** Compiles only when its argument is `false`. */
export function expectNot<T extends false>(..._proof: readonly T[]): void {}
