// The harness: in turns, every variant in every round, and what is no result is no measurement.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { floorOf, hmacBlocks, takeBlockTimes } from '../codec/floor.mjs';
import { interleave } from '../lib/interleave.mjs';

const PACE = { rounds: 4, batchMs: 0, warmMs: 0 };

describe('interleave', () => {
  it('runs every variant once a round, another one first each time', async () => {
    const turns = [];
    const variant = (id) => ({
      id,
      inputs: [0],
      run() {
        if (turns.at(-1) !== id) turns.push(id);
        return id;
      },
    });
    const samples = await interleave(['a', 'b', 'c'].map(variant), PACE);
    assert.deepEqual(Object.keys(samples), ['a', 'b', 'c']);
    for (const values of Object.values(samples)) assert.equal(values.length, 4);
    // The first three are the warming up; where one round ends and the next begins with another, both are turns.
    assert.equal(turns.join(''), 'abc' + 'abc' + 'bca' + 'cab' + 'abc');
  });

  it('takes the inputs in turns', async () => {
    const seen = new Set();
    const run = (input) => seen.add(input).size;
    await interleave([{ id: 'a', inputs: [1, 2, 3, 4], run }], { ...PACE, batchMs: 1, warmMs: 5 });
    assert.deepEqual([...seen], [1, 2, 3, 4]);
    await assert.rejects(interleave([{ id: 'a', inputs: [1, 2, 3], run }], PACE), RangeError);
  });

  it('keeps so many promises in flight', async () => {
    let most = 0;
    let now = 0;
    const run = async () => {
      most = Math.max(most, ++now);
      await null;
      now--;
    };
    await interleave([{ id: 'a', inputs: [0], run, inFlight: 64 }], PACE);
    assert.equal(most, 64);
  });

  it('takes a refusal for a failure, not for speed', async () => {
    await assert.rejects(interleave([{ id: 'a', inputs: [0], run: () => undefined }], PACE), /no result/);
    const fail = async () => Promise.reject(new Error('refused'));
    await assert.rejects(interleave([{ id: 'a', inputs: [0], run: fail, inFlight: 2 }], PACE), /refused/);
  });
});

describe('the floor', () => {
  it('counts the blocks of an HMAC as FIPS 180-4 pads them', () => {
    assert.equal(hmacBlocks(0), 2);
    assert.equal(hmacBlocks(55), 2);
    assert.equal(hmacBlocks(56), 3);
    assert.equal(hmacBlocks(119), 3);
    assert.equal(hmacBlocks(120), 4);
  });

  it('is the JSON and the blocks, whose pace is the difference of two long hashes', () => {
    const samples = {
      'SHA-256 of 1024 blocks': [1024 * 30 + 500],
      'SHA-256 of 9216 blocks': [9216 * 30 + 500],
      other: [1],
    };
    const times = takeBlockTimes(samples);
    assert.deepEqual(times, [30]);
    assert.deepEqual(samples, { other: [1] });
    assert.deepEqual(floorOf([300], times, 5), [450]);
  });
});
