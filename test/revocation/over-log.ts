// What a log of a store is for: several processes end each other's sessions through it. Run over every engine.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { RevocationLog } from '../../dist/revocation/index.js';
import { Process } from './fleet.js';

let users = 0;
/** Whose sessions nothing else in the log is about: a log may be shared by a whole suite. */
const newUser = (): string => `user ${++users}`;

/** @param open another log over the same place, as a process of its own would have it */
export function endsSessionsEverywhere(open: () => Promise<RevocationLog>): void {
  const processes = async (count: number): Promise<readonly Process[]> => {
    const time = { at: 0 };
    const all: Process[] = [];
    for (let i = 0; i < count; i++) all.push(new Process(await open(), time));
    await Promise.all(all.map(({ list }) => list.refresh()));
    return all;
  };

  it('a session that one process ends is ended in the others, and in one that starts later', async () => {
    const [one, two] = (await processes(2)) as [Process, Process];
    const user = newUser();
    const [token, other] = [await one.login(user), await one.login(user)];
    await two.request(token, async (_, request) => assert.equal(await two.list.revoke(request), true));
    assert.deepEqual([one.accepts(token), two.accepts(token)], [true, false]);
    await one.list.refresh();
    const [late] = (await processes(1)) as [Process];
    for (const { sessions } of [one, two, late]) {
      assert.deepEqual(sessions.verify(token), { ok: false, reason: 'revoked' });
      assert.equal(sessions.verify(other).ok, true);
    }
  });

  it('a subject is logged out everywhere, and the login that follows is not', async () => {
    const [one, two] = (await processes(2)) as [Process, Process];
    const [user, another] = [newUser(), newUser()];
    const [before, others] = [await one.login(user), await two.login(another)];
    await two.list.revokeAll(user);
    // Where the end is known, and where it is not yet.
    const [here, there] = [await two.login(user), await one.login(user)];
    await Promise.all([one, two].map(({ list }) => list.refresh()));
    const [late] = (await processes(1)) as [Process];
    for (const process of [one, two, late]) {
      const accepted = [before, here, there, others].map((token) => process.accepts(token));
      assert.deepEqual(accepted, [false, true, true, true]);
    }
  });
}
