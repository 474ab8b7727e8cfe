// Ending sessions: one, all of a subject's, all but one; logins that follow; what the log's failures do to it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ErrorCode } from '../../dist/errors.js';
import { memoryLog, Revocations } from '../../dist/revocation/index.js';
import { Session, ValueError } from '../../dist/session/index.js';
import { memoryStore } from '../../dist/stored/index.js';
import { forge, SECRET } from '../jwt/forge.js';
import { claimsOf } from '../session/timed.js';
import { throwsCode } from '../support/errors.js';
import { cookieOf, FakeHost, tokenOf } from '../support/fake-host.js';
import { type Data, Process, T, TestLog, type Time } from './fleet.js';

const rejectsCode = (promise: Promise<unknown>, code: ErrorCode): Promise<void> =>
  assert.rejects(promise, (error) => error instanceof ValueError && error.code === code);

async function pair(...given: ConstructorParameters<typeof Process>[2][]): Promise<[Process, Process, TestLog, Time]> {
  const log = new TestLog();
  const time = { at: 0 };
  const one = new Process(log, time, given[0]);
  const two = new Process(log, time, given[1] ?? given[0]);
  await Promise.all([one.list.refresh(), two.list.refresh()]);
  return [one, two, log, time];
}

describe('revoke(request)', () => {
  it('ends the session here at once, and elsewhere with the next read of the log; the cookie is removed', async () => {
    const [one, two] = await pair();
    const token = await one.login('ada');
    const other = await one.login('ada');
    const { token: removal } = await one.request(token, async (dict, request) => {
      assert.equal(await one.list.revoke(request), true);
      assert.deepEqual({ ...dict }, {});
    });
    assert.equal(removal, '');
    assert.deepEqual(one.sessions.verify(token), { ok: false, reason: 'revoked' });
    assert.equal(two.accepts(token), true);
    await two.list.refresh();
    assert.deepEqual(two.sessions.verify(token), { ok: false, reason: 'revoked' });
    assert.deepEqual([one.accepts(other), two.accepts(other)], [true, true]);
  });

  it('ends every copy, also one that was saved or renewed later', async () => {
    const [one] = await pair({ session: { idleTimeout: 100 } });
    const token = await one.login('ada');
    const saved = await one.request(token, (dict) => {
      dict.n = 1;
      dict.save();
    });
    await one.request(token, (_, request) => one.list.revoke(request));
    assert.equal(one.accepts(saved.token ?? ''), false);
  });

  it('is false where there is nothing to end: no cookie, one that was ended, one from before', async () => {
    const [one] = await pair();
    const token = await one.login('ada');
    const before = forge({ alg: 'HS256', typ: 'JWT' }, { user: 'ada' });
    for (const [cookie, expected] of [
      [null, false],
      [token, true],
      [token, false],
      [before, false],
    ] as const) {
      const { token: removal } = await one.request(cookie, async (_, request) => {
        assert.equal(await one.list.revoke(request), expected);
      });
      assert.equal(removal, '');
    }
    assert.equal(one.list.size, 1);
  });

  it('also after a delete in the same request', async () => {
    const [one] = await pair();
    const token = await one.login('ada');
    await one.request(token, async (dict, request) => {
      dict.delete();
      assert.equal(await one.list.revoke(request), true);
    });
    assert.equal(one.accepts(token), false);
  });

  it('ERR_SESSION_STORE where the log does not take it, and then nothing has changed here', async () => {
    const [one, , log] = await pair();
    const token = await one.login('ada');
    log.state = 'fails';
    const { token: set } = await one.request(token, async (dict, request) => {
      await rejectsCode(one.list.revoke(request), 'ERR_SESSION_STORE');
      assert.deepEqual({ ...dict }, { user: 'ada' });
    });
    assert.equal(set, null);
    assert.equal(one.accepts(token), true);
  });

  it('ERR_SESSION_STORE where the log took it and could not say so: it ends the session all the same', async () => {
    const [one, two, log] = await pair();
    const token = await one.login('ada');
    const add = log.addRevocation.bind(log);
    log.addRevocation = async (revocation) => {
      await add(revocation);
      throw new Error('no answer');
    };
    await one.request(token, (_, request) => rejectsCode(one.list.revoke(request), 'ERR_SESSION_STORE'));
    assert.equal(one.accepts(token), true);
    await Promise.all([one.list.refresh(), two.list.refresh()]);
    assert.deepEqual([one.accepts(token), two.accepts(token)], [false, false]);
  });

  it('S18: ERR_SESSION_HEADERS_SENT after the response has begun, and nothing is written', async () => {
    const [one] = await pair();
    const token = await one.login('ada');
    const request = one.host.request(cookieOf(token));
    one.host.answer(request);
    await rejectsCode(one.list.revoke(request), 'ERR_SESSION_HEADERS_SENT');
    await rejectsCode(one.list.renew(request), 'ERR_SESSION_HEADERS_SENT');
    await rejectsCode(one.list.revokeAll('ada', { except: request }), 'ERR_SESSION_HEADERS_SENT');
    assert.equal(one.list.size, 0);
    assert.equal(one.accepts(token), true);
  });
});

describe('revokeAll(subject)', () => {
  it('ends all sessions of a subject that have begun, and nobody else', async () => {
    const [one, two, , time] = await pair();
    const ada = [await one.login('ada'), await two.login('ada')];
    const bob = await one.login('bob');
    const guest = (await one.request(null, (dict) => dict.save())).token ?? '';
    time.at = 3;
    await one.list.revokeAll('ada');
    await two.list.refresh();
    for (const process of [one, two]) {
      assert.deepEqual(
        [...ada, bob, guest].map((token) => process.accepts(token)),
        [false, false, true, true],
      );
    }
  });

  it('ends also one from before the session was revocable', async () => {
    const [one] = await pair();
    const before = forge({ alg: 'HS256', typ: 'JWT' }, { user: 'ada' });
    const saved = (await one.request(before, (dict) => dict.save())).token ?? '';
    assert.equal(one.accepts(before), true);
    await one.list.revokeAll('ada');
    assert.deepEqual([one.accepts(before), one.accepts(saved)], [false, false]);
  });

  it('a login that follows goes on: in the same millisecond, again and again, here and elsewhere', async () => {
    const [one, two] = await pair();
    let before = await one.login('ada');
    for (let i = 0; i < 20; i++) {
      const [ends, begins] = i % 3 === 0 ? [one, two] : [two, one];
      await ends.list.revokeAll('ada');
      const login = await begins.login('ada');
      await Promise.all([one.list.refresh(), two.list.refresh()]);
      for (const process of [one, two]) {
        assert.deepEqual([process.accepts(before), process.accepts(login)], [false, true], `round ${i}`);
      }
      before = login;
    }
  });

  it('and with clocks that differ by the tolerance, whichever is ahead', async () => {
    for (const skew of [-60, -1, 1, 60]) {
      const [one, two, , time] = await pair({}, { skew });
      let before = [await one.login('ada'), await two.login('ada')];
      for (let i = 0; i < 6; i++) {
        time.at += 0.25;
        const [ends, begins] = i % 2 === 0 ? [one, two] : [two, one];
        await ends.list.revokeAll('ada');
        const after = [await begins.login('ada'), await ends.login('ada')];
        await Promise.all([one.list.refresh(), two.list.refresh()]);
        for (const process of [one, two]) {
          assert.deepEqual(
            before.map((token) => process.accepts(token)),
            [false, false],
            `${skew}, round ${i}`,
          );
          assert.deepEqual(
            after.map((token) => process.accepts(token)),
            [true, true],
            `${skew}, round ${i}`,
          );
        }
        before = after;
      }
    }
  });

  it('a session that begins by a plain save goes on too, where its process knows', async () => {
    const [one] = await pair();
    await one.list.revokeAll('ada');
    const { token } = await one.request(null, (dict) => {
      dict.user = 'ada';
      dict.save();
    });
    assert.equal(one.accepts(token ?? ''), true);
    assert.equal(one.accepts(one.sessions.encode({ user: 'ada' })), true);
  });

  it('except: the session of a request goes on with a new id, and its old token does not', async () => {
    const [one, two] = await pair();
    const [mine, others] = [await one.login('ada'), await two.login('ada')];
    const { token } = await one.request(mine, async (dict, request) => {
      dict.n = 5;
      await one.list.revokeAll('ada', { except: request });
    });
    await two.list.refresh();
    for (const process of [one, two]) {
      assert.deepEqual(
        [mine, others, token ?? ''].map((text) => process.accepts(text)),
        [false, false, true],
      );
    }
    assert.notEqual(claimsOf(token).jti, claimsOf(mine).jti);
    assert.deepEqual((await two.request(token)).data, { user: 'ada', n: 5 });
  });

  it('except keeps also a session that its request has not looked into', async () => {
    const [one] = await pair();
    const token = await one.login('ada');
    const request = one.host.request(`session=${token}`);
    await one.list.revokeAll('ada', { except: request });
    const [line = ''] = one.host.answer(request);
    assert.deepEqual([one.accepts(token), one.accepts(tokenOf(line))], [false, true]);
    assert.equal(claimsOf(tokenOf(line)).user, 'ada');
  });

  it('except does not save one that has itself been ended, or is none', async () => {
    const [one, two] = await pair();
    const thief = await one.login('ada');
    await one.list.revokeAll('ada');
    // Not known here yet: the dict is full. By the read that comes first it is.
    const { data, token } = await two.request(thief, (_, request) => two.list.revokeAll('ada', { except: request }));
    assert.deepEqual([data, token], [{ user: 'ada' }, null]);
    assert.equal((await two.request(null, (_, request) => two.list.revokeAll('ada', { except: request }))).token, null);
  });

  it('asks for a subject, and for the option', async () => {
    const [one] = await pair();
    await rejectsCode(one.list.revokeAll(''), 'ERR_SESSION_BAD_OPTION');
    await rejectsCode(one.list.revokeAll(5 as unknown as string), 'ERR_SESSION_BAD_OPTION');
    const [none] = await pair({ list: { subject: null } });
    await rejectsCode(none.list.revokeAll('ada'), 'ERR_SESSION_BAD_OPTION');
  });

  it('a subject that is no text is a mistake of the program: at a save, and at a load once somebody has been ended', async () => {
    const [one] = await pair({ list: { subject: ({ id }) => id as string } });
    throwsCode(() => one.sessions.encode({ id: 5 }), 'ERR_SESSION_BAD_OPTION');
    throwsCode(() => one.sessions.encode(5 as unknown as object), 'ERR_SESSION_BAD_PAYLOAD');
    const token = forge({ alg: 'HS256', typ: 'JWT' }, { id: 5 });
    assert.equal(one.accepts(token), true);
    await one.list.revokeAll('5');
    throwsCode(() => one.accepts(token), 'ERR_SESSION_BAD_OPTION');
  });

  it('a subject that fails on some data counts as ended, and a save tells of it', async () => {
    const [one] = await pair({ list: { subject: ({ user }) => (user as { id: string }).id } });
    assert.throws(() => one.sessions.encode({ n: 1 }), TypeError);
    const token = forge({ alg: 'HS256', typ: 'JWT' }, { n: 1 });
    await one.list.revokeAll('ada');
    assert.deepEqual(one.sessions.verify(token), { ok: false, reason: 'revoked' });
  });

  it('ERR_SESSION_STORE where the log cannot be read, or does not take it', async () => {
    const [one, , log] = await pair();
    const token = await one.login('ada');
    log.state = 'fails';
    await rejectsCode(one.list.revokeAll('ada'), 'ERR_SESSION_STORE');
    assert.deepEqual([one.accepts(token), one.list.size], [true, 0]);
  });
});

describe('renew(request)', () => {
  it('gives a new id and moment, and saves', async () => {
    const [one, , , time] = await pair();
    const guest = (await one.request(null, (dict) => dict.save())).token;
    time.at = 4;
    const login = await one.login('ada', guest);
    assert.notEqual(claimsOf(login).jti, claimsOf(guest).jti);
    assert.equal(claimsOf(login).auth_time, (T + 4) * 1000);
    assert.deepEqual((await one.request(login)).data, { user: 'ada' });
  });

  it('keeps the age of the session, and a later save keeps what it gave', async () => {
    const [one, , , time] = await pair({ session: { absoluteTimeout: 1000 } });
    const guest = (await one.request(null, (dict) => dict.save())).token;
    time.at = 4;
    const { token } = await one.request(guest, async (dict, request) => {
      dict.user = 'ada';
      await one.list.renew(request);
      dict.n = 1;
      dict.save();
    });
    const { iat, auth_time: authTime } = claimsOf(token);
    assert.deepEqual([iat, authTime], [T, (T + 4) * 1000]);
    const again = (await one.request(token, (dict) => dict.save())).token;
    assert.equal(claimsOf(again).jti, claimsOf(token).jti);
  });

  it('logs in a visitor who came before everything of the user was ended', async () => {
    const [one, two, , time] = await pair();
    const guest = (await one.request(null, (dict) => dict.save())).token;
    time.at = 4;
    await one.list.revokeAll('ada');
    // Without it the session is as old as its first visit.
    const plain = await two.request(guest, (dict) => {
      dict.user = 'ada';
      dict.save();
    });
    const renewed = await two.login('ada', guest);
    assert.deepEqual([one.accepts(plain.token ?? ''), one.accepts(renewed)], [false, true]);
  });

  it('does not renew a session that has been ended where it is not known yet', async () => {
    const [one, two] = await pair();
    const thief = await one.login('ada');
    await one.list.revokeAll('ada');
    const { data, token } = await two.request(thief, async (dict, request) => {
      assert.equal(await two.list.renew(request), false);
      assert.deepEqual({ ...dict }, {});
    });
    assert.deepEqual([data, token], [{ user: 'ada' }, '']);
  });

  it('nor does it where its request has not looked into it', async () => {
    const [one, two] = await pair();
    const thief = await one.login('ada');
    await one.list.revokeAll('ada');
    const request = two.host.request(`session=${thief}`);
    assert.equal(await two.list.renew(request), false);
    assert.deepEqual(two.host.answer(request).map(tokenOf), ['']);
  });

  it('but does after a delete: a login like any other', async () => {
    const [one, two] = await pair();
    const ended = await one.login('ada');
    await one.list.revokeAll('ada');
    const { token } = await two.request(ended, async (dict, request) => {
      dict.delete();
      dict.user = 'ada';
      assert.equal(await two.list.renew(request), true);
    });
    assert.equal(one.accepts(token ?? ''), true);
  });

  it('S12: is forgotten by a delete, like the session that came', async () => {
    const [one, , , time] = await pair();
    const { token } = await one.request(null, async (dict, request) => {
      dict.user = 'ada';
      await one.list.renew(request);
      dict.delete();
      time.at = 3;
      dict.save();
    });
    assert.equal(claimsOf(token).auth_time, (T + 3) * 1000);
  });

  it('goes on with what is known where the log cannot be read', async () => {
    const [one, , log] = await pair();
    log.state = 'fails';
    assert.equal(one.accepts(await one.login('ada')), true);
  });

  it('closed: is ERR_SESSION_STORE where what is known becomes too old meanwhile, and the session goes on', async () => {
    const [one, , log, time] = await pair();
    const token = await one.login('ada');
    for (const state of ['fails', 'late'] as const) {
      const read = log.revocationsSince.bind(log);
      log.revocationsSince = async (cursor, now) => {
        time.at += 6;
        if (state === 'fails') throw new Error('the log is away');
        return read(cursor, now);
      };
      const { data, token: set } = await one.request(token, async (dict, request) => {
        await rejectsCode(one.list.renew(request), 'ERR_SESSION_STORE');
        assert.deepEqual({ ...dict }, { user: 'ada' });
      });
      assert.deepEqual([data, set], [{ user: 'ada' }, null]);
      log.revocationsSince = read;
      await one.list.refresh();
      assert.equal(one.accepts(token), true);
    }
  });

  it('closed: logs in who came without a session while the log is away, and is read when it is back', async () => {
    const [one, , log, time] = await pair();
    log.state = 'fails';
    time.at = 6;
    const token = await one.login('ada');
    assert.equal(one.accepts(token), false);
    log.state = 'works';
    await one.list.refresh();
    assert.equal(one.accepts(token), true);
  });

  it('open: goes on with what is known, however old', async () => {
    const [one, , log, time] = await pair({ list: { onUnavailable: 'open' } });
    const guest = (await one.request(null, (dict) => dict.save())).token;
    log.state = 'fails';
    time.at = 3600;
    assert.equal(one.accepts(await one.login('ada', guest)), true);
  });
});

describe('a list of revocations', () => {
  it('S2: checks its options', () => {
    const sessions = new Session<Data>(new FakeHost(), { secretKey: SECRET });
    const log = memoryLog();
    for (const bad of [
      undefined,
      {},
      { log },
      { onUnavailable: 'open' },
      { log: {}, onUnavailable: 'open' },
      { log, onUnavailable: 'maybe' },
      { log, onUnavailable: 'open', maxStaleness: 0 },
      { log, onUnavailable: 'open', maxStaleness: Number.POSITIVE_INFINITY },
      { log, onUnavailable: 'open', clockTolerance: -1 },
      { log, onUnavailable: 'open', maxLifetime: '1h' },
      { log, onUnavailable: 'open', subject: 'user' },
      { log, onUnavailable: 'open', onEvent: 1 },
      { log, onUnavailable: 'open', now: 5 },
      { log, onUnavailable: 'open', stale: 5 },
    ]) {
      throwsCode(() => new Revocations(sessions, bad as never), 'ERR_SESSION_BAD_OPTION');
    }
    throwsCode(() => new Revocations({} as never, { log, onUnavailable: 'open' }), 'ERR_SESSION_BAD_OPTION');
  });

  it('reads the log of a store', async () => {
    const time = { at: 0 };
    const store = memoryStore();
    const [one, two] = [new Process(store, time), new Process(store, time)];
    await Promise.all([one.list.refresh(), two.list.refresh()]);
    const [ada, bob] = [await one.login('ada'), await one.login('bob')];
    await one.request(bob, (_, request) => one.list.revoke(request));
    await one.list.revokeAll('ada');
    await two.list.refresh();
    assert.deepEqual([two.accepts(ada), two.accepts(bob), two.list.size], [false, false, 2]);
  });

  it('S2: is asked whatever options come later, and the session stays revocable', async () => {
    const [one] = await pair({ session: { revoked: ({ n }) => n === 2 } });
    const [token, bob] = [await one.login('ada'), await one.login('bob')];
    await one.request(token, (_, request) => one.list.revoke(request));
    for (const options of [{ revoked: null }, { revoked: () => false }, { revocable: true }, { resign: true }]) {
      one.sessions.initialize(one.host, options);
      assert.deepEqual(one.sessions.verify(token), { ok: false, reason: 'revoked' });
      assert.equal(one.accepts(bob), true);
      assert.equal(typeof claimsOf((await one.request(null, (dict) => dict.save())).token).jti, 'string');
    }
    throwsCode(() => one.sessions.initialize(one.host, { revocable: false }), 'ERR_SESSION_BAD_OPTION');
    one.sessions.initialize(one.host, { revoked: ({ user }) => user === 'bob' });
    assert.deepEqual([one.accepts(token), one.accepts(bob), one.accepts(await one.login('eve'))], [false, false, true]);
  });

  it('several end each what is theirs', async () => {
    const [one] = await pair();
    const second = new Revocations(one.sessions, { log: memoryLog(), onUnavailable: 'open' });
    const [ada, bob, eve] = [await one.login('ada'), await one.login('bob'), await one.login('eve')];
    await one.request(ada, (_, request) => one.list.revoke(request));
    await one.request(bob, (_, request) => second.revoke(request));
    assert.deepEqual(
      [ada, bob, eve].map((token) => one.accepts(token)),
      [false, false, true],
    );
  });

  it('is asked beside a revoked of the session', async () => {
    const [one] = await pair({ session: { revoked: ({ n }) => n === 2 } });
    const token = await one.login('ada');
    const { token: second } = await one.request(token, (dict) => {
      dict.n = 2;
      dict.save();
    });
    assert.deepEqual([one.accepts(token), one.accepts(second ?? '')], [true, false]);
    await one.list.revokeAll('ada');
    assert.equal(one.accepts(token), false);
    const [silent] = await pair({ session: { revoked: (() => undefined) as unknown as () => boolean } });
    throwsCode(() => silent.accepts(token), 'ERR_SESSION_BAD_OPTION');
  });
});
