// The registered claims: what each value means, in which order they are judged, and when the clock is asked.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ClaimRules, claimFault } from '../../dist/jwt/claims.js';
import { claimsIn } from '../../dist/jwt/content.js';

const NOW = 1_800_000_000;
const at = (now: () => number, more: Partial<ClaimRules> = {}): ClaimRules => ({
  now,
  tolerance: 0,
  audience: null,
  ...more,
});
const fault = (payload: Record<string, unknown>): unknown =>
  claimFault(
    claimsIn(payload),
    at(() => NOW),
  );
const DATES = ['exp', 'nbf', 'iat'] as const;

describe('claimFault', () => {
  it('S10: asks nothing of an absent claim, nor of sub, jti and iss', () => {
    for (const value of [null, 0, '', 'x', [], {}, 1.5]) {
      assert.equal(fault({ sub: value, jti: value, iss: value, other: value }), null);
    }
    assert.equal(fault({}), null);
  });

  it('S10: exp is reached at its very moment', () => {
    assert.equal(fault({ exp: NOW + 1 }), null);
    assert.equal(fault({ exp: NOW + 0.001 }), null);
    assert.equal(fault({ exp: NOW }), 'expired');
    assert.equal(fault({ exp: NOW - 1 }), 'expired');
    assert.equal(fault({ exp: 0 }), 'expired');
    assert.equal(fault({ exp: -1 }), 'expired');
    assert.equal(fault({ exp: 1e300 }), null);
  });

  it('S10: nbf and iat may be now, not later', () => {
    for (const claim of ['nbf', 'iat']) {
      assert.equal(fault({ [claim]: NOW }), null);
      assert.equal(fault({ [claim]: NOW - 1 }), null);
      assert.equal(fault({ [claim]: NOW + 0.001 }), 'not-yet-valid');
      assert.equal(fault({ [claim]: NOW + 1 }), 'not-yet-valid');
    }
  });

  it('S10: a date that is no finite number is malformed', () => {
    for (const claim of DATES) {
      for (const value of [null, '', '1', `${NOW}`, true, false, [], [1], {}, Number.POSITIVE_INFINITY, Number.NaN]) {
        assert.equal(fault({ [claim]: value }), 'malformed', `${claim} ${JSON.stringify(value)}`);
      }
    }
  });

  it('S10: an aud counts unless Python calls it false', () => {
    for (const aud of [null, false, 0, '', [], {}]) assert.equal(fault({ aud }), null, JSON.stringify(aud));
    for (const aud of ['x', ' ', ['x'], [''], [null], { a: 1 }, true, 1, -1, 0.5]) {
      assert.equal(fault({ aud }), 'wrong-audience', JSON.stringify(aud));
    }
  });

  it('audience: is asked for, as the one name or in a list', () => {
    const asked = (payload: Record<string, unknown>): unknown =>
      claimFault(
        claimsIn(payload),
        at(() => NOW, { audience: 'shop' }),
      );
    for (const aud of ['shop', ['shop'], ['blog', 'shop']]) assert.equal(asked({ aud }), null, JSON.stringify(aud));
    for (const aud of [undefined, null, '', 'blog', 'shops', [], ['blog'], [['shop']], { 0: 'shop' }, true]) {
      assert.equal(asked({ aud }), 'wrong-audience', JSON.stringify(aud));
    }
    assert.equal(asked({}), 'wrong-audience');
    assert.equal(asked({ aud: 'shop', exp: NOW }), 'expired');
  });

  it('clockTolerance: moves exp later and nbf and iat earlier, by exactly as much', () => {
    const within = (payload: Record<string, unknown>): unknown =>
      claimFault(
        claimsIn(payload),
        at(() => NOW, { tolerance: 60 }),
      );
    assert.equal(within({ exp: NOW - 59 }), null);
    assert.equal(within({ exp: NOW - 60 }), 'expired');
    for (const claim of ['nbf', 'iat']) {
      assert.equal(within({ [claim]: NOW + 60 }), null);
      assert.equal(within({ [claim]: NOW + 61 }), 'not-yet-valid');
    }
  });

  it('S10: of several faults the first counts: malformed, expired, not-yet-valid, wrong-audience', () => {
    const late = NOW + 10;
    assert.equal(fault({ exp: 1, nbf: late, iat: 'x', aud: 'x' }), 'malformed');
    assert.equal(fault({ aud: 'x', iat: late, nbf: late, exp: 1 }), 'expired');
    assert.equal(fault({ aud: 'x', iat: late, exp: late }), 'not-yet-valid');
    assert.equal(fault({ aud: 'x', nbf: late, exp: late }), 'not-yet-valid');
    assert.equal(fault({ aud: 'x', iat: 1, nbf: 1, exp: late }), 'wrong-audience');
    assert.equal(fault({ aud: [], iat: 1, nbf: 1, exp: late }), null);
  });

  it('S10: a clock that gives no number lets no dated token pass', () => {
    for (const now of [Number.NaN, undefined, 'now', {}]) {
      const clock = (): number => now as number;
      assert.equal(claimFault(claimsIn({ exp: 1e300 }), at(clock)), 'expired');
      assert.equal(claimFault(claimsIn({ nbf: -1e300 }), at(clock)), 'not-yet-valid');
      assert.equal(claimFault(claimsIn({ iat: -1e300 }), at(clock)), 'not-yet-valid');
      assert.equal(claimFault(claimsIn({}), at(clock)), null);
    }
  });

  it('the clock is asked only where a date is to be judged', () => {
    const noClock = (): number => {
      throw new Error('the clock was asked');
    };
    assert.equal(claimFault(claimsIn({ aud: 'x' }), at(noClock)), 'wrong-audience');
    assert.equal(claimFault(claimsIn({ exp: 'x' }), at(noClock)), 'malformed');
    assert.throws(() => claimFault(claimsIn({ exp: 1 }), at(noClock)));
  });
});
