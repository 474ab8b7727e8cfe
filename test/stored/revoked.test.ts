// Stored sessions and the options by which cookie sessions are ended.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoryStore, StoredSession } from '../../dist/stored/index.js';
import { SECRET } from '../jwt/forge.js';
import { throwsCode } from '../support/errors.js';
import { FakeHost } from '../support/fake-host.js';

describe('a stored session', () => {
  it('asks revoked, with the data of the store and without the id', async () => {
    const host = new FakeHost();
    const seen: object[] = [];
    const session = new StoredSession<Record<string, unknown>>(host, {
      secretKey: SECRET,
      store: memoryStore(),
      idleTimeout: 100,
      now: () => 1_800_000_000,
      revoked: (claims) => {
        seen.push(claims);
        return claims.user === 'mallory';
      },
    });
    const visits = async (user: string): Promise<object> => {
      const first = host.request();
      const dict = await session.get(first);
      dict.user = user;
      await dict.save();
      const cookie = host.answer(first)[0]?.split(';')[0] ?? null;
      return { ...(await session.get(host.request(cookie))) };
    };
    assert.deepEqual(await visits('ada'), { user: 'ada' });
    assert.deepEqual(seen, [{ user: 'ada', iat: 1_800_000_000, exp: 1_800_000_100 }]);
    assert.deepEqual(await visits('mallory'), {});
  });

  it('is not revocable: it ends in its store', () => {
    throwsCode(() => new StoredSession({ revocable: true }), 'ERR_SESSION_BAD_OPTION');
  });
});
