// The clock that tests turn.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createClock } from '../../../dist/testing/index.js';
import { throwsCode } from '../../support/errors.js';

describe('createClock', () => {
  it('stands still until it is turned', () => {
    const { now, advance, set } = createClock(1000);
    assert.equal(now(), 1000);
    advance(60);
    assert.equal(now(), 1060);
    advance(-0.5);
    assert.equal(now(), 1059.5);
    set(5);
    assert.equal(now(), 5);
    set(new Date('2030-01-01T00:00:00Z'));
    assert.equal(now(), 1_893_456_000);
  });

  it('begins at a Date, or at a whole second that is the present one', () => {
    assert.equal(createClock(new Date(1_500)).now(), 1.5);
    const before = Math.floor(Date.now() / 1000);
    const now = createClock().now();
    assert.ok(Number.isInteger(now) && now >= before && now <= Date.now() / 1000);
  });

  it('takes nothing that is no time, and is where it was then', () => {
    const clock = createClock(7);
    for (const time of [Number.NaN, Number.POSITIVE_INFINITY, new Date(Number.NaN), '5', null]) {
      throwsCode(() => clock.set(time as number), 'ERR_TEST_BAD_ARGUMENT');
      throwsCode(() => clock.advance(time as number), 'ERR_TEST_BAD_ARGUMENT');
      throwsCode(() => createClock(time as number), 'ERR_TEST_BAD_ARGUMENT');
    }
    assert.equal(clock.now(), 7);
  });
});
