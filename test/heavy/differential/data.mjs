// Payloads of all sizes and kinds, by a given chance: on both sides of every threshold of the codec.

const KEYS = [
  'user',
  'n',
  'cart',
  '__proto__',
  'constructor',
  'toString',
  '',
  '0',
  'ключ',
  '🔑',
  'a"b\\ud800',
  'remember',
  'save',
];
/** Lengths of text around the thresholds: 12 bytes, four blocks, 400 and 4,096 characters, and the shared buffers. */
const LENGTHS = [
  0, 1, 3, 8, 12, 13, 40, 90, 100, 110, 120, 200, 250, 260, 290, 300, 310, 1000, 2900, 2960, 3000, 3100, 6050, 6100,
  9000,
];
const UNITS = ['x', 'é', '鍵', '🔑', '"', '\\', '\n'];

/** @param random `below(limit)` */
export function createData(random) {
  const pick = (list) => list[random.below(list.length)];
  const text = () => pick(UNITS).repeat(random.below(4) === 0 ? pick(LENGTHS) / 2 : random.below(8));
  const leaf = () => [text(), random.below(1e9) - 5e8, random.below(1000) / 8, true, false, null][random.below(6)];

  function value(depth) {
    const kind = random.below(depth > 3 ? 6 : 10);
    if (kind < 6) return leaf();
    if (kind < 8) return Array.from({ length: random.below(5) }, () => value(depth + 1));
    return object(depth + 1);
  }

  function object(depth) {
    const entries = Array.from({ length: random.below(5) }, () => [pick(KEYS), value(depth)]);
    return Object.fromEntries(entries);
  }

  function payload() {
    const made = object(0);
    delete made.save;
    switch (random.below(12)) {
      case 0:
        // ASCII of an exact length: each border is met from both sides.
        return { t: 'x'.repeat(pick(LENGTHS) + random.below(5)) };
      case 1:
        // Around what the cache keeps as a value.
        return { ...made, list: Array.from({ length: random.below(90) }, () => pick([[], {}, { a: 1 }, 1])) };
      case 2: {
        let deep = {};
        for (let i = random.below(90); i > 0; i--) deep = random.below(2) === 0 ? [deep] : { deep };
        return { deep };
      }
      case 3:
        return Object.fromEntries(Array.from({ length: random.below(90) }, (_, i) => [`k${i}`, i]));
      default:
        return made;
    }
  }

  /** What JSON can nearly hold. */
  function odd() {
    const made = payload();
    const bad = [
      undefined,
      1n,
      Number.NaN,
      new Date(0),
      new Map(),
      () => 1,
      { toJSON: () => 1 },
      { [Symbol('s')]: 1 },
      Object.assign([1], { x: 1 }),
      Object.assign([1], { length: 3 }),
      Object.assign(Object.defineProperty([1], 0, { value: 1, enumerable: false }), { x: 1 }),
      Object.defineProperty({}, 'a', { get: () => 1, enumerable: true }),
      Object.defineProperty({}, 'a', { set() {}, enumerable: true }),
      Object.defineProperty({}, 'a', { value: () => 1, enumerable: false }),
      new (class Thing {})(),
      'a\ud800',
      { 'k\udc00': 1 },
      Object.freeze([1]),
      Object.assign(Object.create(null), { a: 1 }),
    ];
    return { ...made, bad: random.below(2) === 0 ? pick(bad) : [made, { deep: pick(bad) }] };
  }

  /** Writes into everything that a value holds: if somebody else has it, they will see. */
  function disturb(target) {
    for (const member of Object.values(target)) {
      if (typeof member === 'object' && member !== null && Object.isExtensible(member)) disturb(member);
    }
    if (Array.isArray(target)) target.push('disturbed');
    else if (Object.getPrototypeOf(target) === Object.prototype) target.disturbed = true;
  }

  return { payload, odd, disturb };
}
