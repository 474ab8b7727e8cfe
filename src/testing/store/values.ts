// Data: whatever JSON can hold, under whatever key, comes back as it went in, by a create as by a patch.

import { equal } from '../suite/expect.js';
import type { StoreCaseDefinition } from './case.js';
import { canonical, data, dataOf, made, newPatch, range, T } from './rig.js';

/** Keys that a query language, a path syntax or JavaScript itself might take for something else. */
const KEYS: Readonly<Record<string, string>> = {
  'the empty key': '',
  'the name of the prototype': '__proto__',
  'the name of a method': 'constructor',
  'a dot': 'a.b',
  'a path': '$.a[0]',
  brackets: 'a[0]',
  'an index': '0',
  'a sharp': '#',
  'a wildcard': '%_*?',
  'a slash': 'a/b~1',
  'single quotes': "it's",
  'double quotes': 'a"b',
  'a backslash': 'a\\b',
  'a backquote': 'a`b',
  'a statement': "'); DROP TABLE sessions; --",
  'a space': ' a b ',
  'a new line': 'a\nb\r\n',
  'a colon': 'a:b',
  'a brace': '{a}',
  'an emoji': '😀🏳️‍🌈',
  'accents, composed and not': 'é/é',
  'right to left': '\u202eabc',
  'a NUL character': 'a\u0000b',
  'a thousand characters': 'k'.repeat(1000),
};

const VALUES: Readonly<Record<string, unknown>> = {
  'text with quotes': `it's "quoted" \\ and \`so\``,
  'text with control characters': '\u0001\b\t\n\u000b\f\r\u001f\u007f\u2028\u2029',
  'text with a NUL character': 'a\u0000b',
  'text that looks like JSON': '{"a":[1,null]}',
  'text that looks like a number': '1e3',
  'the empty text': '',
  'text of all planes': 'aé€😀\ufeff\ufffd\uffff\u{10ffff}',
  'a long text': 'é'.repeat(200_000),
  'whole numbers': [0, -0, 1, -1, 2 ** 31, 2 ** 32, 2 ** 53 - 1, -(2 ** 53) + 1],
  'large numbers': [1e21, 1e22, 123456789012345680000, Number.MAX_VALUE, -Number.MAX_VALUE],
  'small numbers': [0.1, 0.1 + 0.2, 1e-7, 1 / 3, Number.MIN_VALUE, Number.EPSILON],
  'true, false, null': [true, false, null],
  'empty things': [{}, [], '', [[]], [{}], { a: {} }],
  'nested things': { a: { b: [{ c: [1, [2, [3, { d: null }]]] }] } },
  'keys of an inner object': JSON.parse('{"__proto__":{"a":1},"":2,"a.b":3,"toString":4,"1":5}'),
};

const nested = (depth: number): unknown => range(depth).reduce<unknown>((inner) => [inner], 1);

/** The same data through a create, and key by key through patches. */
function keeps(title: string, object: object): StoreCaseDefinition {
  return {
    title,
    async run(open) {
      const { store } = open;
      const expected = data(object);
      const created = await made(store, { data: JSON.stringify(object) });
      equal('created', await dataOf(store, created), expected);
      const patched = await made(store, { data: '{}' });
      const set = Object.entries(object).map(([key, value]): [string, string] => [key, JSON.stringify(value)]);
      const outcome = await store.patch(patched, newPatch({ set }), T);
      equal('the outcome', canonical(JSON.parse(outcome.record?.data ?? 'null')), expected);
      equal('patched', await dataOf(await open.another(), patched), expected);
      // A patch of another key passes over all of it again.
      await store.patch(created, newPatch({ add: [['n', 1]] }), T);
      equal('passed over', await dataOf(store, created), data({ ...object, n: 1 }));
    },
  };
}

const hostileKey = (name: string, key: string): StoreCaseDefinition => ({
  title: `a key may be ${name}`,
  async run({ store }) {
    const others = { n: 1, a: { b: 2 }, '': 3, ...JSON.parse('{"__proto__":4}') };
    const before = new Map<string, unknown>(Object.entries(others));
    const text = (value: unknown) => data(Object.fromEntries(new Map(before).set(key, value)));
    const id = await made(store, { data: JSON.stringify(others) });
    await store.patch(id, newPatch({ set: [[key, '"x"']] }), T);
    equal('set', await dataOf(store, id), text('x'));
    await store.patch(id, newPatch({ set: [[key, '1']] }), T);
    await store.patch(id, newPatch({ add: [[key, 2]] }), T);
    equal('added to', await dataOf(store, id), text(3));
    await store.patch(id, newPatch({ remove: [key] }), T);
    before.delete(key);
    equal('removed', await dataOf(store, id), data(Object.fromEntries(before)));
  },
});

export const valueCases: readonly StoreCaseDefinition[] = [
  ...Object.entries(KEYS).map(([name, key]) => hostileKey(name, key)),
  ...Object.entries(VALUES).map(([name, value]) => keeps(`a value may be ${name}`, { value })),
  keeps(
    'all these keys stand beside each other',
    // Object.fromEntries defines `__proto__`; an assignment would not.
    Object.fromEntries(Object.values(KEYS).map((key, i) => [key, i])),
  ),
  keeps('a value may be nested as deeply as a session may', { value: nested(498) }),
  keeps('there may be a thousand keys', Object.fromEntries(range(1000).map((i) => [`key ${i}`, i]))),
  keeps('the data may be a megabyte', { value: 'x'.repeat(1_000_000) }),
  {
    title: 'keys keep the order they were made in',
    part: 'optional',
    async run({ store }) {
      const key = await made(store, { data: '{"z":1,"bb":2,"a":3}' });
      await store.patch(key, newPatch({ set: [['m', '4']], add: [['z', 1]] }), T);
      equal('the data', (await store.read(key, T))?.data, '{"z":2,"bb":2,"a":3,"m":4}');
    },
  },
];
