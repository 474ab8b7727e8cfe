// The goals: well formed, about rows that there are, judged right, and --check ends as it should.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { PEERS } from '../codec/peers.mjs';
import { BENCH } from '../lib/files.mjs';
import { forGoals, judge, readGoals, stillMissed, verdictOf } from '../lib/goals.mjs';
import { PARTS, readResults, writeResult } from '../lib/results.mjs';
import { STACKS } from '../request/stacks.mjs';

const goals = readGoals();

describe('goals.json', () => {
  it('has ids of their own, and a limit for each', () => {
    assert.equal(new Set(goals.map(({ id }) => id)).size, goals.length);
    for (const { id, what, part, groups, row, unit, hold, reach, known } of goals) {
      assert.match(id, /^[a-z0-9-]+$/);
      assert.ok(PARTS.includes(part), id);
      assert.ok(groups.length > 0 && [what, row, unit].every((text) => typeof text === 'string' && text !== ''), id);
      assert.ok(
        [hold, reach].every((limit) => limit === null || Number.isFinite(limit)),
        id,
      );
      assert.ok(hold !== null || reach !== null, id);
      if (hold !== null && reach !== null) assert.ok(reach < hold, id);
      if (known !== undefined) assert.ok(known.best > hold && known.why !== '', id);
    }
  });

  it('compares with libraries and servers that there are', () => {
    const codec = ['any peer', 'floor', 'JSON.parse', 'microdot', 'fast-jwt, cache', ...PEERS.map(({ id }) => id)];
    for (const { id, part, of = [], groups, skipped } of goals) {
      if (part === 'codec') for (const name of of) assert.ok(codec.includes(name), `${id}: ${name}`);
      if (part !== 'request' || skipped !== undefined) continue;
      const stacks = Object.keys(STACKS[groups[0]]);
      for (const name of of) assert.ok(stacks.includes(name.replace(/^\w+, /, '')), `${id}: ${name}`);
    }
  });
});

describe('a verdict', () => {
  const limits = { hold: 1, reach: 0.8 };
  const exactly = (median) => ({ median, low: median, high: median });
  it('says how far a goal is', () => {
    assert.equal(verdictOf(exactly(0.8), limits), 'reached');
    assert.equal(verdictOf(exactly(0.81), limits), 'held');
    assert.equal(verdictOf(exactly(1), limits), 'held');
    assert.equal(verdictOf(exactly(1.15), limits), 'near');
    assert.equal(verdictOf(exactly(1.16), limits), 'missed');
  });

  it('is none where the spread is wide and on both sides of the limit', () => {
    assert.equal(verdictOf({ median: 1.3, low: 0.9, high: 1.7 }, limits), 'inconclusive');
    assert.equal(verdictOf({ median: 0.9, low: 0.5, high: 1.4 }, limits), 'inconclusive');
    assert.equal(verdictOf({ median: 1.5, low: 1.1, high: 1.9 }, limits), 'missed');
    assert.equal(verdictOf({ median: 0.5, low: 0.2, high: 0.9 }, limits), 'reached');
  });

  it('holds what is known to be out of reach to the best that was had', () => {
    const known = { ...limits, known: { best: 2, why: 'a reason' } };
    assert.equal(verdictOf(exactly(1), known), 'held');
    assert.equal(verdictOf(exactly(1.15), known), 'near');
    assert.equal(verdictOf(exactly(2.3), known), 'known');
    assert.equal(verdictOf(exactly(2.31), known), 'missed');
  });

  it('never fails for what is only to be reached', () => {
    assert.equal(verdictOf(exactly(9), { hold: null, reach: 1 }), 'near');
    assert.equal(verdictOf(exactly(1), { hold: null, reach: 1 }), 'reached');
  });
});

describe('a goal', () => {
  const goal = {
    id: 'x',
    what: 'x',
    part: 'codec',
    groups: ['a', 'b'],
    row: 'microdot',
    unit: 'ratio',
    hold: 1,
    reach: null,
  };
  const groups = {
    a: { peers: ['p', 'q'], samples: { microdot: [2, 4], p: [4, 8], q: [1, 2], none: [1, 1] } },
    b: { peers: ['r'], samples: { microdot: [3, 3], r: [2, 2] } },
  };
  it('is about the worst of what it is compared with', () => {
    const { value, of } = judge({ ...goal, of: ['any peer'] }, { groups });
    assert.deepEqual([value.median, of], [2, 'q']);
    assert.equal(judge({ ...goal, of: ['p'] }, { groups }).value.median, 0.5);
  });

  it('can be about what is added to a third', () => {
    assert.equal(
      judge({ ...goal, groups: ['a'], of: ['p'], base: 'none' }, { groups }).value.median,
      (1 / 3 + 3 / 7) / 2,
    );
  });

  it('can be about a number by itself, and is not measured where there is none', () => {
    assert.equal(judge({ ...goal, groups: ['b'] }, { groups }).value.median, 3);
    assert.equal(judge({ ...goal, row: 'other' }, { groups }).verdict, 'not measured');
    assert.equal(judge(goal, undefined).verdict, 'not measured');
  });

  it('is missed still where its part, measured anew, misses it on that Node', () => {
    const result = { part: 'codec', node: 'v24.0.0', groups };
    const held = { ...result, groups: { a: { samples: { microdot: [1, 1] } }, b: { samples: { microdot: [1, 1] } } } };
    const missed = [{ goal, result }];
    assert.deepEqual(stillMissed(missed, [result]), missed);
    assert.deepEqual(stillMissed(missed, [held]), []);
    assert.deepEqual(stillMissed(missed, [{ ...result, node: 'v20.0.0' }]), []);
    assert.deepEqual(stillMissed(missed, []), []);
  });

  it('is for Node 24, or for what there is without it', () => {
    const [old, ours] = [{ node: 'v20.1.0' }, { node: 'v24.1.0' }];
    assert.deepEqual(forGoals([old, ours]), [ours]);
    assert.deepEqual(forGoals([old]), [old]);
  });
});

describe('npm run bench -- --report --check', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  after(() => rmSync(folder, { recursive: true }));

  /** The exit status for a result in which verifying takes so much of fast-jwt's time. */
  function check(...ratios) {
    const samples = { microdot: ratios, 'fast-jwt': ratios.map(() => 1) };
    const group = { unit: 'ns', peers: [], samples };
    const machine = { cpu: 'none', cores: 1, sha: true, memoryGb: 1, system: 'none', load: 0 };
    const about = {
      part: 'codec',
      mode: 'full',
      node: 'v24.0.0',
      date: '2000-01-01T00:00',
      commit: 'none',
      seconds: 1,
    };
    writeResult(folder, { ...about, machine, versions: {}, groups: { 'verify/typical': group } });
    const args = [`${BENCH}run.mjs`, '--report', '--check', '--results', folder];
    return spawnSync(process.execPath, args, { encoding: 'utf8' });
  }

  it('ends well where a goal is held, or missed by no more than the noise', () => {
    assert.equal(check(0.43).status, 0);
    assert.equal(check(0.5).status, 0);
  });

  it('fails where one is missed by more', () => {
    const { status, stdout } = check(0.52);
    assert.equal(status, 1);
    assert.match(stdout, /verify-typical-of-fast-jwt$/m);
  });

  it('does not fail for a number that says nothing', () => {
    assert.equal(check(0.3, 0.5, 0.9).status, 0);
  });

  it('writes a document and its picture', () => {
    check(0.39);
    assert.match(readFileSync(join(folder, 'benchmarks.md'), 'utf8'), /\| verify, typical, of fast-jwt \| 0\.39 \|/);
    assert.match(readFileSync(join(folder, 'bench-codec.svg'), 'utf8'), /prefers-color-scheme: dark/);
    assert.equal(readResults(folder).length, 1);
  });

  it('says what it does not know', () => {
    for (const args of [['nothing'], ['--unknown']]) {
      assert.notEqual(spawnSync(process.execPath, [`${BENCH}run.mjs`, ...args]).status, 0);
    }
    assert.equal(existsSync(join(folder, 'nothing')), false);
  });
});
