// The types that a schema gives to a session: no annotation, no any, the same through hardened().
import {
  hardened,
  Session,
  type SessionDict,
  type SessionHost,
  type StandardSchema,
} from '../../dist/session/index.js';
import { type Equal, expectNot, expectType, type IsAny } from './assert.js';

interface Cart {
  n: number;
  items?: { sku: string }[] | undefined;
}

/** As zod, valibot and arktype have it: `types` is there for the compiler only, and the input may differ. */
interface LibrarySchema<Input, Output> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (
      value: unknown,
    ) =>
      | { readonly value: Output; readonly issues?: undefined }
      | { readonly issues: readonly { readonly message: string; readonly path?: readonly PropertyKey[] | undefined }[] }
      | Promise<{ readonly value: Output; readonly issues?: undefined }>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
  readonly parse: (value: unknown) => Output;
}

declare const app: SessionHost;
declare const request: object;
declare const schema: LibrarySchema<{ n?: number }, Cart>;
declare const secretKey: string;

const session = new Session(app, { secretKey, schema });
expectType<Equal<typeof session, Session<Cart>>>();
const dict = session.get(request);
expectType<Equal<typeof dict, SessionDict<Cart>>>();
expectType<Equal<typeof dict.n, number | undefined>>();
expectNot<IsAny<typeof dict>>();
dict.n = (dict.n ?? 0) + 1;
dict.items?.push({ sku: 'a' });
dict.save();
// @ts-expect-error: a text where the schema has a number
dict.n = 'one';
// @ts-expect-error: a key that the schema does not have
dict.user = 'ada';

// Handlers, verdicts and functions of the data.
session.with((_request, { n }) => {
  expectType<Equal<typeof n, number | undefined>>();
});
const verdict = session.verify('');
if (verdict.ok) expectType<Equal<typeof verdict.payload, Partial<Cart>>>();
new Session(app, {
  schema,
  idleTimeout: (data) => {
    expectType<Equal<typeof data, Partial<Cart>>>();
    return 60;
  },
  cookieOptions: { maxAge: ({ n }) => n ?? 0 },
  migrate: (old) => {
    expectType<Equal<typeof old, Record<string, unknown>>>();
    return typeof old.count === 'number' ? { n: old.count } : null;
  },
});
// @ts-expect-error: not what the schema takes
new Session(app, { schema, migrate: () => ({ n: 'one' }) });
// @ts-expect-error: the type and the schema disagree
new Session<{ m: string }>(app, { schema });

// The same through hardened(), and without an app.
const strict = new Session(app, hardened({ secretKey, schema }));
expectType<Equal<typeof strict, Session<Cart>>>();
const later = new Session({ schema });
expectType<Equal<typeof later, Session<Cart>>>();

// hardened() without a schema: any key, as for a plain session; or the type that is given.
const untyped = new Session(app, hardened({ secretKey })).get(request);
untyped.anything = 1;
expectType<IsAny<typeof untyped.anything>>();
const typed = new Session<Cart>(app, hardened<Cart>({ secretKey })).get(request);
expectType<Equal<typeof typed.n, number | undefined>>();
// @ts-expect-error: no secret
hardened({});

// Keys that a session cannot have are refused from a schema too.
declare const reserved: StandardSchema<{ save: number }>;
// @ts-expect-error: save is a method of the session
new Session(app, { schema: reserved });

// A hand-made schema needs no library.
const made: StandardSchema<Cart> = {
  '~standard': { version: 1, vendor: 'shop', validate: (value) => ({ value: value as Cart }) },
};
expectType<Equal<ReturnType<(typeof made)['~standard']['validate']> extends infer R ? IsAny<R> : never, false>>();
