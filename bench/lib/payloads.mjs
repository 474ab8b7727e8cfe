// What the sessions hold: three sizes, 256 different ones of each, the same in every run.

import { seededRandom } from './random.mjs';

const random = seededRandom(12345);
const COUNT = 256;

const hex = (length) => Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
const many = (make) => Array.from({ length: COUNT }, (_, i) => make(i));

const WORDS = 'anchor basket copper dinner engine fabric garden harbor island jacket kettle ladder marble needle'.split(
  ' ',
);
const words = (count) => Array.from({ length: count }, () => WORDS[Math.floor(random() * WORDS.length)]).join(' ');

/** A counter: 10 bytes of JSON. */
const small = many((i) => ({ n: 1000 + i }));

/** Who is logged in, and a cart of two lines: 140 bytes of JSON, as most sessions are. */
export const typicalOf = (i) => ({
  userId: `u_${10_000_000 + (i % 10_000_000) * 7}`,
  role: i % 2 === 0 ? 'viewer' : 'editor',
  cart: [
    { sku: `A-${1000 + (i % 9000)}`, qty: 1 + (i % 5) },
    { sku: `B-${2000 + (i % 7000)}`, qty: 2 },
  ],
  csrf: hex(32),
});

/** As much as fits in a cookie when it has become a token: 1.85 KB of JSON. */
const largeOf = (i) => ({
  userId: `u_${10_000_000 + i * 7}`,
  role: 'admin',
  csrf: hex(32),
  locale: 'en-GB',
  theme: 'dark',
  seen: 1_700_000_000 + i,
  preferences: { emails: true, beta: false, columns: ['name', 'price', 'stock', 'updated'], pageSize: 50, zoom: 1.25 },
  cart: Array.from({ length: 20 }, (_, k) => ({
    sku: `SKU-${10_000 + i * 20 + k}`,
    qty: 1 + ((k + i) % 9),
    price: 1999 + k * 10,
    note: words(1),
  })),
  messages: Array.from({ length: 6 }, () => ({ level: 'info', text: words(7) })),
});

export const PAYLOADS = Object.freeze({ small, typical: many(typicalOf), large: many(largeOf) });
export const SIZES = Object.freeze(Object.keys(PAYLOADS));

/** 45 bytes of text. Of the bench alone. */
export const SECRET = 'a secret of the bench, longer than thirty-two';
