// Keys and lifetimes: lists, ids, purposes, and ends by a clock that the cases turn.
import { equal, throwsCode } from '../assert.js';
import type { Case } from '../suite.js';
import { HEADER, N1, SECRET } from './tokens.js';

const OLD = 'the secret before that one, longer than 32 bytes';
/** A time, in seconds. */
export const T = 1_800_000_000;

/** `{"n":1}` with the key id 2026, and with the key of the purpose `shop` (HKDF). */
const OF_2026 =
  'eyJhbGciOiJIUzI1NiIsImtpZCI6IjIwMjYiLCJ0eXAiOiJKV1QifQ.eyJuIjoxfQ.AlOEO9nH3ow8zWLJ06gvGG0KXwQQTNwHGUUHA7hUNGE';
const OF_SHOP = `${HEADER}.eyJuIjoxfQ.UjxN5hK4010grjpPOo6kGssDqT0lQhjZJHTeSZ5K4yg`;
/** `{"n":1,"iat":1800000000,"exp":1800000600}` */
const DATED = `${HEADER}.eyJuIjoxLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDYwMH0.TAUfxKmiqyx9AMEu1-jOl0yiygP70vj_VTW7SZHbbv8`;

export const KEYS: readonly Case[] = [
  {
    name: 'secretKey: of a list the first signs, all verify',
    run({ session: { Session } }) {
      const both = new Session({ secretKey: [SECRET, OLD] });
      const old = new Session({ secretKey: OLD }).encode({ n: 1 });
      equal(both.encode({ n: 1 }), N1);
      const verdict = both.verify(old);
      equal(verdict.ok && [verdict.keyIndex, verdict.payload], [1, { n: 1 }]);
      equal(new Session({ secretKey: SECRET }).verify(old), { ok: false, reason: 'bad-signature' });
    },
  },
  {
    name: 'secretKey: a key id is in the header, and selects its key alone',
    run({ session: { Session } }) {
      const session = new Session({ secretKey: [{ id: '2026', secret: SECRET }] });
      equal(session.encode({ n: 1 }), OF_2026);
      equal(session.decode(OF_2026), { n: 1 });
      const others = new Session({ secretKey: [{ id: '2025', secret: SECRET }] });
      equal(others.verify(OF_2026), { ok: false, reason: 'unknown-key' });
      const wrong = new Session({ secretKey: [{ id: '2026', secret: OLD }, SECRET] });
      equal(wrong.verify(OF_2026), { ok: false, reason: 'bad-signature' });
    },
  },
  {
    name: 'purpose: a key of its own, byte for byte',
    run(library) {
      const { Session } = library.session;
      const session = new Session({ secretKey: SECRET, purpose: 'shop' });
      equal(session.encode({ n: 1 }), OF_SHOP);
      equal(session.verify(N1), { ok: false, reason: 'bad-signature' });
      equal(new Session({ secretKey: SECRET }).decode(OF_SHOP), {});
      throwsCode(library, () => new Session({ secretKey: 'short', purpose: 'shop' }), 'ERR_SESSION_BAD_SECRET');
    },
  },
  {
    name: 'audience: written, asked for, and hidden',
    run({ session: { Session } }) {
      const session = new Session({ secretKey: SECRET, audience: 'shop' });
      const token = session.encode({ n: 1 });
      equal(session.decode(token), { n: 1 });
      equal(new Session({ secretKey: SECRET }).verify(token), { ok: false, reason: 'wrong-audience' });
      equal(session.verify(N1), { ok: false, reason: 'wrong-audience' });
    },
  },
  {
    name: 'idleTimeout: the dates, byte for byte, and the end to the second',
    run({ session: { Session } }) {
      let now = T;
      const session = new Session({ secretKey: SECRET, idleTimeout: 600, clockTolerance: 0, now: () => now });
      equal(session.encode({ n: 1 }), DATED);
      now = T + 599.9;
      equal(session.decode(DATED), { n: 1 });
      now = T + 600;
      equal(session.verify(DATED), { ok: false, reason: 'expired' });
    },
  },
  {
    name: 'absoluteTimeout: a shorter one counts at once for older tokens',
    run({ session: { Session } }) {
      const at = (now: number, absoluteTimeout: number) =>
        new Session({ secretKey: SECRET, absoluteTimeout, clockTolerance: 0, now: () => now });
      const token = at(T, 3600).encode({ n: 1 });
      equal(at(T + 3599, 3600).decode(token), { n: 1 });
      equal(at(T + 3600, 3600).verify(token), { ok: false, reason: 'expired' });
      equal(at(T + 60, 60).verify(token), { ok: false, reason: 'expired' });
      equal(at(T + 60, 3600).verify(N1), { ok: false, reason: 'expired' });
    },
  },
];
