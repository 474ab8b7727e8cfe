// Re-signing at the very end of a session's life, where a cookie without time left would be a removal.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Options, Timed } from './timed.js';

const [OLD, NEW] = ['old', 'new'].map((name) => `${name} secret of a rotation, long enough to be one`);
const OPTIONS: Options = { idleTimeout: 100, renew: 'save', resign: true };

describe('resign near the end', () => {
  const timed = new Timed({ ...OPTIONS, secretKey: OLD });
  const token = timed.save(0);
  const after = new Timed({ ...OPTIONS, secretKey: [NEW, OLD] });

  it('resign: with a second left, the new cookie has that second', () => {
    assert.equal(after.request(99, token).attributes, '; Path=/; Max-Age=1; HttpOnly');
  });

  // Max-Age=0 has the browser forget the cookie (RFC 6265bis, 5.6.2), and another server's clock may be behind.
  for (const at of [100, 159]) {
    it(`resign, clockTolerance: a token past its end, still tolerated, goes on as it is (${at} s)`, () => {
      const { data, token: set } = after.request(at, token);
      assert.deepEqual([data, set], [{ n: 1 }, null]);
    });
  }
});
