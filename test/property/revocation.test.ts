// Properties of revocation: whatever three processes do, with clocks that differ and a log that comes and goes, no token
// that was ended is read later than the bound, and no login that came after is taken for one that was ended.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Process, TestLog } from '../revocation/fleet.js';
import { claimsOf } from '../session/timed.js';
import { SEED } from './arbitraries.js';

const STALENESS = 5;
const USERS = ['ada', 'bob'] as const;

const step = fc.record({
  act: fc.constantFrom(
    'login',
    'save',
    'revoke',
    'revokeAll',
    'except',
    'read',
    'read',
    'read',
    'cut',
    'mend',
    'wait',
    'wait',
  ),
  process: fc.nat(2),
  user: fc.constantFrom(...USERS),
  token: fc.nat(),
  /** Quarters of a second: exact, so that test and code round alike. */
  quarters: fc.integer({ min: 1, max: 30 }),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** A session by its ids: what of it was ended, and when the log took that. */
interface Held {
  readonly user: string;
  readonly tokens: string[];
  /** Seconds since the beginning; null while it goes on. */
  endedAt: number | null;
}

async function play(skews: readonly number[], steps: readonly Step[]): Promise<void> {
  const log = new TestLog();
  const time = { at: 0 };
  const fleet = skews.map(
    (skew) => new Process(log, time, { skew, session: { idleTimeout: 60 }, list: { maxStaleness: STALENESS } }),
  );
  for (const { list } of fleet) await list.refresh();
  const held: Held[] = [];

  const check = (): void => {
    for (const { tokens, endedAt } of held) {
      if (endedAt === null || time.at - endedAt <= STALENESS) continue;
      for (const token of tokens) {
        for (const { sessions } of fleet)
          assert.equal(sessions.verify(token).ok, false, `ended at ${endedAt}, read at ${time.at}`);
      }
    }
  };

  for (const { act, process, user, token, quarters } of steps) {
    const here = fleet[process] ?? assert.fail();
    const some = held[token % Math.max(1, held.length)];
    const last = some?.tokens.at(-1) ?? null;
    const isUp = log.state === 'works';
    if (act === 'login') {
      held.push({ user, tokens: [await here.login(user)], endedAt: null });
      const login = held.at(-1)?.tokens[0] ?? '';
      // With the log in reach it knows of all that came before; without it, of what it has been told.
      if (isUp)
        for (const { list, sessions } of fleet) {
          await list.refresh();
          assert.equal(sessions.verify(login).ok, true, 'a login that came after was taken for one before');
        }
    } else if (act === 'save' && some !== undefined) {
      const saved = await here.request(last, (dict) => {
        if (dict.user !== undefined) dict.save();
      });
      if (saved.token !== null) {
        assert.equal(claimsOf(saved.token).jti, claimsOf(last).jti);
        some.tokens.push(saved.token);
      }
    } else if (act === 'revoke' && some !== undefined && isUp) {
      await here.request(last, async (_, request) => {
        if (await here.list.revoke(request)) some.endedAt ??= time.at;
      });
    } else if (act === 'revokeAll' && isUp) {
      await here.list.revokeAll(user);
      for (const session of held) if (session.user === user) session.endedAt ??= time.at;
    } else if (act === 'except' && some !== undefined && isUp) {
      const { token: kept } = await here.request(last, (_, request) =>
        here.list.revokeAll(some.user, { except: request }),
      );
      for (const session of held) if (session.user === some.user) session.endedAt ??= time.at;
      if (kept !== null) held.push({ user: some.user, tokens: [kept], endedAt: null });
    } else if (act === 'read') await here.list.refresh().catch(() => {});
    else if (act === 'cut') log.state = 'fails';
    else if (act === 'mend') log.state = 'works';
    else if (act === 'wait') time.at += quarters / 4;
    check();
  }
}

describe('properties of revocation', () => {
  it('closed: no token that was ended is read after maxStaleness, and every login after it is', async () => {
    const skews = fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 3, maxLength: 3 });
    const property = fc.asyncProperty(skews, fc.array(step, { minLength: 5, maxLength: 60 }), play);
    await fc.assert(property, { seed: SEED, numRuns: 1000 });
  });
});
