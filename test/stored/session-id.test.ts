// Ids and the keys that are made of them, with and without the keys that are remembered.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it, mock } from 'node:test';
import { KeyCache, keyOf, newSessionId } from '../../dist/stored/session-id.js';
import { Site } from './support/site.js';

const hashOf = (id: string): string => createHash('sha256').update(id).digest('base64url');

describe('the key of an id', () => {
  it('is its SHA-256 in base64url', () => {
    for (let i = 0; i < 100; i++) {
      const id = newSessionId();
      assert.match(id, /^[\w-]{22}$/);
      assert.equal(keyOf(id), hashOf(id));
    }
  });

  it('is the same where it is remembered, also where ids push each other out', () => {
    const keys = new KeyCache();
    const ids = Array.from({ length: 3000 }, newSessionId);
    // Alike in what a slot is found by.
    const crowd = ids.slice(0, 10).map((id) => `AAA${id.slice(3)}`);
    for (let round = 0; round < 2; round++) {
      for (const id of [...ids, ...crowd, ...crowd]) {
        assert.equal(keys.keyOf(id), hashOf(id));
        assert.equal(keys.keyOf(id), hashOf(id));
      }
    }
  });

  it('is remembered by a session, and not by one that keeps no tokens', async () => {
    const remembered = mock.method(KeyCache.prototype, 'keyOf');
    for (const [tokenCache, isRemembered] of [
      [1024, true],
      [false, false],
    ] as const) {
      remembered.mock.resetCalls();
      const ada = new Site({ tokenCache }).browser();
      await ada.save({ n: 1 });
      assert.deepEqual(await ada.visit(), { n: 1 });
      assert.equal(remembered.mock.callCount() > 0, isRemembered, String(tokenCache));
    }
    remembered.mock.restore();
  });
});
