// The statistics, on numbers whose answers are known.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { interval, isSure, median, quantile, ratios, summary } from '../lib/stats.mjs';

const upTo = (n) => Array.from({ length: n }, (_, i) => n - i);

describe('the median', () => {
  it('is the middle one, or between the two in the middle', () => {
    assert.equal(median([5]), 5);
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.equal(median([10, 9, 1]), 9);
  });

  it('leaves what it was given as it was', () => {
    const values = [3, 1, 2];
    median(values);
    interval(values);
    assert.deepEqual(values, [3, 1, 2]);
  });
});

describe('a quantile', () => {
  const hundred = Float64Array.from({ length: 100 }, (_, i) => i + 1);
  it('is the smallest that so many are no greater than', () => {
    assert.equal(quantile(hundred, 0.5), 50);
    assert.equal(quantile(hundred, 0.99), 99);
    assert.equal(quantile(hundred, 0.991), 100);
    assert.equal(quantile(hundred, 0.999), 100);
    assert.equal(quantile(hundred, 1), 100);
    assert.equal(quantile(hundred, 0), 1);
    assert.equal(quantile([7], 0.99), 7);
  });

  it('is not moved by what a floating-point product adds', () => {
    // 1000 * 0.999 and 300 * 0.99 are whole numbers; so is 0.07 * 100, which is 7.000000000000001.
    assert.equal(quantile(hundred, 0.07), 7);
  });
});

describe('the interval of the median', () => {
  // The ranks of the sign test, as tables of nonparametric statistics have them.
  const ranks = [
    [5, [1, 5]],
    [6, [1, 6]],
    [8, [1, 8]],
    [9, [2, 8]],
    [11, [2, 10]],
    [12, [3, 10]],
    [15, [4, 12]],
    [20, [6, 15]],
    [25, [8, 18]],
  ];
  for (const [n, expected] of ranks) {
    it(`of ${n} values lies between number ${expected[0]} and number ${expected[1]}`, () => {
      assert.deepEqual(interval(upTo(n)), expected);
    });
  }

  it('of a single value is that value', () => assert.deepEqual(interval([7]), [7, 7]));
});

describe('a ratio', () => {
  it('is taken within each round, so that what slows a whole round down cancels out', () => {
    const slow = [1, 10, 1, 1, 10];
    const values = [2, 2, 2, 2, 2].map((value, round) => value * slow[round]);
    const references = [4, 4, 4, 4, 4].map((value, round) => value * slow[round]);
    assert.deepEqual(summary(ratios(values, references)), { median: 0.5, low: 0.5, high: 0.5 });
  });
});

describe('a figure is sure', () => {
  it('where its interval reaches no further than 15 % to either side', () => {
    assert.equal(isSure({ median: 100, low: 85, high: 115 }), true);
    assert.equal(isSure({ median: 100, low: 84, high: 100 }), false);
    assert.equal(isSure({ median: 100, low: 100, high: 116 }), false);
    assert.equal(isSure({ median: -100, low: -115, high: -85 }), true);
  });
});
