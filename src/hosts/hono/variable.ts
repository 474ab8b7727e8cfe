// A variable of Hono's context that is made when it is read: a request that does not ask for its session pays nothing.

interface Variables {
  get(key: string): unknown;
  readonly var: object;
}

/**
 * Has `c.get(name)` and `c.var[name]` give what `read` gives. `c.set` would take a value at once; and a proxy that loads
 * later is no dict to console.log, structuredClone and Object.freeze.
 */
export function offerVariable(c: object, name: string, read: () => unknown): void {
  const context = c as Variables;
  // oxlint-disable-next-line typescript/unbound-method -- an arrow function of Hono's
  const { get } = context;
  const inherited = Object.getPrototypeOf(c) as object;
  Object.defineProperties(c, {
    get: { configurable: true, writable: true, value: (key: string) => (key === name ? read() : get(key)) },
    var: {
      configurable: true,
      get() {
        const variables = Reflect.get(inherited, 'var', c) as object;
        return Object.defineProperty(variables, name, { configurable: true, enumerable: true, get: read });
      },
    },
  });
}
