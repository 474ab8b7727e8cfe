// Properties of lifetimes: for any timeouts, saves and times a session opens exactly when a model of five lines says so.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Session } from '../../dist/session/index.js';
import { SECRET } from '../jwt/forge.js';
import { claimsOf, T, Timed } from '../session/timed.js';
import { SEED } from './arbitraries.js';

const check = <Ts extends [unknown, ...unknown[]]>(property: fc.IProperty<Ts>, numRuns: number): void =>
  fc.assert(property, { seed: SEED, numRuns });

interface Policy {
  readonly idle: number | null;
  readonly absolute: number | null;
  readonly tolerance: number;
}

/** Seconds, mostly near each other, so that borders are met; some are far. */
const seconds = fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 100_000 }));
const policy: fc.Arbitrary<Policy> = fc
  .record({ idle: fc.option(seconds), absolute: fc.option(seconds), tolerance: fc.integer({ min: 0, max: 10 }) })
  .filter(({ idle, absolute }) => idle !== null || absolute !== null);
/** Quarters of seconds: fractions such as a real clock has, and exact, so that model and code round alike. */
const quarters = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: min * 4, max: max * 4 }).map((n) => n / 4);
const step = fc.oneof(fc.integer({ min: 0, max: 40 }), quarters(0, 40), seconds);

const optionsOf = ({ idle, absolute, tolerance }: Policy) =>
  ({ idleTimeout: idle, absoluteTimeout: absolute, clockTolerance: tolerance, renew: 'save' }) as const;

interface Dates {
  readonly iat: number;
  readonly exp: number;
}

/** The model of a save. */
function saved({ idle, absolute }: Policy, at: number, before: Dates | null): Dates {
  const iat = before?.iat ?? Math.floor(at);
  return { iat, exp: Math.min(Math.floor(at) + (idle ?? Infinity), iat + (absolute ?? Infinity)) };
}

/** The model of a read. */
function opens({ idle, absolute, tolerance }: Policy, at: number, { iat, exp }: Dates): boolean {
  const isBegun = iat <= at + tolerance;
  const isOver = at - tolerance >= exp || at - tolerance >= iat + (absolute ?? Infinity);
  const isPromisedTooMuch = exp > at + (idle ?? Infinity) + tolerance;
  return isBegun && !isOver && !isPromisedTooMuch;
}

describe('properties of lifetimes', () => {
  it('idleTimeout, absoluteTimeout, clockTolerance: saved at any time and read at any other, under the same policy', () => {
    check(
      fc.property(policy, step, quarters(-20, 200_000), (rules, at, readAt) => {
        const timed = new Timed(optionsOf(rules));
        const token = timed.save(at);
        const dates = saved(rules, at, null);
        assert.deepEqual(claimsOf(token), { n: 1, iat: T + dates.iat, exp: T + dates.exp });
        for (const when of [
          readAt,
          dates.exp - 1,
          dates.exp,
          dates.exp + rules.tolerance - 1,
          dates.exp + rules.tolerance,
        ]) {
          assert.equal(timed.accepts(when, token), opens(rules, when, dates), `at ${when}`);
        }
      }),
      2000,
    );
  });

  it('and under another policy, shorter or longer', () => {
    check(
      fc.property(policy, policy, step, step, (writer, reader, at, later) => {
        const token = new Timed(optionsOf(writer)).save(at);
        const reading = new Timed(optionsOf(reader));
        const dates = saved(writer, at, null);
        for (const when of [
          at + later,
          dates.exp - (reader.idle ?? 0) - reader.tolerance,
          dates.iat - reader.tolerance,
        ]) {
          assert.equal(reading.accepts(when, token), opens(reader, when, dates), `at ${when}`);
        }
      }),
      2000,
    );
  });

  it('iat is kept for life over any number of saves, and exp never passes the absolute end', () => {
    check(
      fc.property(policy, fc.array(step, { minLength: 1, maxLength: 12 }), (rules, steps) => {
        const timed = new Timed(optionsOf(rules));
        let [at, token, dates] = [0, null as string | null, null as Dates | null];
        for (const pause of steps) {
          at += pause;
          if (dates !== null && !opens(rules, at, dates)) dates = null;
          dates = saved(rules, at, dates);
          token = timed.save(at, { n: 1 }, token);
          assert.deepEqual(claimsOf(token), { n: 1, iat: T + dates.iat, exp: T + dates.exp });
        }
      }),
      1000,
    );
  });

  it('renew: a visitor who comes within every half window stays until the absolute end, at one cookie per half window', () => {
    check(
      fc.property(
        fc.integer({ min: 2, max: 1000 }),
        fc.integer({ min: 1, max: 20_000 }),
        fc.array(fc.double({ min: 0.01, max: 0.5, noNaN: true }), { minLength: 1, maxLength: 40 }),
        (idle, absolute, pauses) => {
          const timed = new Timed({ idleTimeout: idle, absoluteTimeout: absolute, clockTolerance: 0 });
          let [at, token, last] = [0, timed.save(0), 0];
          for (const pause of pauses) {
            // A second less than half: dates are whole seconds.
            at += Math.max(0, pause * idle - 1);
            const exchange = timed.request(at, token);
            assert.deepEqual(exchange.data, at < absolute ? { n: 1 } : {});
            if (exchange.token === null) continue;
            assert.ok(at - last >= idle / 2 - 1);
            assert.ok(Number(claimsOf(exchange.token).exp) <= T + absolute);
            [token, last] = [exchange.token, at];
          }
        },
      ),
      1000,
    );
  });

  it('S4: no dates of any kind are an exception', () => {
    const date = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(null, 'x', true, [], {}, 1e308, -1e308));
    check(
      fc.property(
        policy,
        fc.record({ iat: date, exp: date, n: fc.constant(1) }, { requiredKeys: ['n'] }),
        (rules, claims) => {
          const token = new Session({ secretKey: SECRET }).encode(
            Object.fromEntries(
              Object.entries(claims).filter(([, value]) => typeof value !== 'number' || Number.isFinite(value)),
            ),
          );
          for (const acceptUndated of [false, true]) {
            const timed = new Timed({ ...optionsOf(rules), renew: 'read', acceptUndated });
            const { data, token: renewed, attributes } = timed.request(0, token);
            if (renewed === null) continue;
            assert.deepEqual(data, { n: 1 });
            assert.match(attributes, /; Max-Age=\d+;/);
          }
        },
      ),
      2000,
    );
  });
});
