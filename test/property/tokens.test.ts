// Properties of tokens: what is encoded is decoded, what was touched is refused, what JSON cannot hold has a path.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Session, ValueError } from '../../dist/session/index.js';
import { SECRET } from '../jwt/forge.js';
import { anyText, HOSTILE_KEYS, jsonValue, type Payload, payload, SEED } from './arbitraries.js';

const session = new Session({ secretKey: SECRET });
const check = <Ts extends [unknown, ...unknown[]]>(property: fc.IProperty<Ts>, numRuns: number): void =>
  fc.assert(property, { seed: SEED, numRuns });

describe('decode(encode(payload))', () => {
  it('S5, S15, S16: equals the payload, keys in order, for any JSON object', () => {
    check(
      fc.property(payload, (data) => {
        const token = session.encode(data);
        const read = session.decode(token);
        assert.equal(JSON.stringify(read), JSON.stringify(data));
        assert.deepEqual(read, data);
        assert.match(token, /^eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9\.[\w-]+\.[\w-]{43}$/);
      }),
      2000,
    );
  });

  it('S16: equals the payload for every hostile key at every depth', () => {
    for (const outer of HOSTILE_KEYS) {
      for (const inner of HOSTILE_KEYS) {
        const data = JSON.parse(`{${JSON.stringify(outer)}:{${JSON.stringify(inner)}:[1]}}`) as Payload;
        assert.deepEqual(session.decode(session.encode(data)), data);
      }
    }
  });

  it('S5: leaves the payload alone, and is the same text every time', () => {
    check(
      fc.property(payload, (data) => {
        const before = JSON.stringify(data);
        assert.equal(session.encode(data), session.encode(data));
        assert.equal(JSON.stringify(data), before);
      }),
      300,
    );
  });
});

describe('a changed token', () => {
  const refused = (token: string): void => {
    assert.equal(session.verify(token).ok, false, token);
    assert.deepEqual(session.decode(token), {});
  };

  it('S4, S20: is refused for every other byte in every position', () => {
    for (const data of [{}, { user: 'ada', n: 1 }]) {
      const token = session.encode(data);
      for (let at = 0; at < token.length; at++) {
        for (let code = 0; code < 256; code++) {
          if (code !== token.charCodeAt(at))
            refused(token.slice(0, at) + String.fromCharCode(code) + token.slice(at + 1));
        }
      }
    }
  });

  it('S4, S20: is refused for any character put in, taken out or exchanged', () => {
    check(
      fc.property(payload, fc.nat(), fc.nat(2), fc.nat(0xffff), (data, place, kind, code) => {
        const token = session.encode(data);
        const at = place % (token.length + (kind === 0 ? 1 : 0));
        const inserted = kind === 2 ? '' : String.fromCharCode(code);
        const changed = token.slice(0, at) + inserted + token.slice(kind === 0 ? at : at + 1);
        if (changed !== token) refused(changed);
      }),
      2000,
    );
  });

  it('S4, S20: is refused where segments of several tokens are mixed', () => {
    check(
      fc.property(payload, payload, (a, b) => {
        const one = session.encode(a).split('.');
        const other = session.encode(b).split('.');
        if (one[1] !== other[1]) refused([one[0], one[1], other[2]].join('.'));
        refused([one[0], one[2], one[1]].join('.'));
      }),
      300,
    );
  });

  it('S4: is refused by every other secret', () => {
    check(
      fc.property(payload, fc.string({ minLength: 1 }), (data, secret) => {
        assert.deepEqual(session.decode(session.encode(data), secret === SECRET ? `${secret}x` : secret), {});
      }),
      500,
    );
  });
});

describe('any text', () => {
  it('S20: decode and verify never throw', () => {
    check(
      fc.property(anyText, fc.nat(3), (text, where) => {
        const [header = '', body = '', signature = ''] = session.encode({ n: 1 }).split('.');
        const token =
          [text, `${text}.${body}.${signature}`, `${header}.${text}.${signature}`, `${header}.${body}.${text}`][
            where
          ] ?? '';
        if (token === `${header}.${body}.${signature}`) return;
        assert.deepEqual(session.decode(token), {});
        assert.equal(session.verify(token).ok, false);
      }),
      3000,
    );
  });
});

/** One value of each kind that JSON cannot hold, made anew each time. */
const BAD: readonly (readonly [what: string, make: () => unknown])[] = [
  ['BigInt', () => 1n],
  ['NaN', () => Number.NaN],
  ['Infinity', () => Number.POSITIVE_INFINITY],
  ['Date', () => new Date(0)],
  ['Map', () => new Map()],
  ['Set', () => new Set()],
  ['boxed number', () => new Number(1)],
  ['function', () => () => 1],
  ['symbol', () => Symbol('x')],
  ['instance', () => new (class Thing {})()],
  ['toJSON', () => ({ toJSON: () => 1 })],
  ['symbol key', () => ({ [Symbol('x')]: 1 })],
  ['sparse array', () => Object.assign([], { length: 2 })],
  ['decorated array', () => Object.assign([1], { x: 1 })],
  ['lone surrogate', () => 'a\udc00'],
  ['key with a lone surrogate', () => ({ '\ud800': 1 })],
];

/** Plants a value at a path of keys and indexes, in a tree of good data, and says how messages spell that path. */
function plant(data: Payload, steps: readonly Step[], bad: unknown): { readonly tree: Payload; readonly path: string } {
  let inner = bad;
  let path = '';
  for (const { name, index, siblings } of [...steps].reverse()) {
    if (index === null) {
      inner = Object.fromEntries([...Object.entries(siblings).filter(([key]) => key !== name), [name, inner]]);
      path = `.${name}${path}`;
    } else {
      const before = Object.values(siblings).slice(0, index);
      path = `[${before.length}]${path}`;
      inner = [...before, inner, 'after'];
    }
  }
  const tree = Object.fromEntries([...Object.entries(data).filter(([key]) => key !== 'root'), ['root', inner]]);
  return { tree, path: `root${path}` };
}

interface Step {
  readonly name: string;
  readonly index: number | null;
  readonly siblings: Payload;
}

const step: fc.Arbitrary<Step> = fc.record({
  name: fc.stringMatching(/^[A-Za-z_$][A-Za-z0-9_$]{0,6}$/).filter((name) => name !== 'toJSON'),
  index: fc.option(fc.nat(4)),
  siblings: payload,
});

describe('what encode refuses', () => {
  for (const [what, make] of BAD) {
    it(`S15: a ${what} anywhere in any data, by its exact path`, () => {
      check(
        fc.property(payload, fc.array(step, { maxLength: 5 }), (data, steps) => {
          const { tree, path } = plant(data, steps, make());
          let message = '';
          try {
            session.encode(tree);
          } catch (error) {
            assert.ok(error instanceof ValueError && error.code === 'ERR_SESSION_BAD_PAYLOAD', String(error));
            message = error.message;
          }
          // The message names the path between a space and a colon.
          assert.ok(message.includes(` ${path}: `), `${path} is not in: ${message}`);
        }),
        60,
      );
    });
  }

  it('S15: undefined in an array by its path; as a property it is left out', () => {
    check(
      fc.property(payload, fc.array(step, { maxLength: 4 }), jsonValue, (data, steps, good) => {
        const { tree, path } = plant(data, steps, [good, undefined]);
        assert.throws(
          () => session.encode(tree),
          (error) => error instanceof ValueError && error.message.includes(` ${path}[1]: `),
        );
        const left = plant(data, steps, { a: undefined });
        const kept = plant(data, steps, {});
        assert.equal(session.encode(left.tree), session.encode(kept.tree));
      }),
      100,
    );
  });
});
