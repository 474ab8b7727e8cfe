// Things of a case that have to happen at the same time: waited for by promises, and not for ever.

/** Long enough for any machine: it ends only what would hang. */
const DEADLINE_MS = 10_000;

/** A promise that is resolved from outside, or by itself with `null` after a while. */
export class Signal<T> {
  readonly wait: Promise<T | null>;
  #resolve: (value: T | null) => void = () => {};
  readonly #deadline: ReturnType<typeof setTimeout>;

  constructor() {
    this.wait = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#deadline = setTimeout(() => this.#resolve(null), DEADLINE_MS);
  }

  give(value: T | null): void {
    clearTimeout(this.#deadline);
    this.#resolve(value);
  }
}
