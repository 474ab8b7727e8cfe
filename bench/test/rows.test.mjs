// Which rows of the part "request" get long runs: what goals are about, and of their peers not those that cannot be the cheapest.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readGoals } from '../lib/goals.mjs';
import { dearRows, goalRows } from '../request/rows.mjs';
import { STACKS } from '../request/stacks.mjs';

const goal = (given) => ({ part: 'request', groups: ['Express'], row: 'read, microdot', ...given });

it('the rows of goals, their peers and bases, and what stands beside them; not those of other frameworks and parts', () => {
  const goals = [
    goal({ of: ['read, a', 'read, b'], base: 'none', beside: 'read, heads' }),
    goal({ row: 'count, Microdot app', of: ['count, a'] }),
    goal({ groups: ['Koa'], row: 'read, koa' }),
    goal({ part: 'codec', row: 'sign' }),
  ];
  const expected = ['read, microdot', 'read, a', 'read, b', 'none', 'read, heads', 'count, Microdot app', 'count, a'];
  assert.deepEqual([...goalRows(goals, 'Express')], expected);
});

it('every goal is about rows that there are', () => {
  for (const [framework, servers] of Object.entries(STACKS)) {
    const rows = new Set(['none', ...Object.keys(servers).flatMap((stack) => [`read, ${stack}`, `count, ${stack}`])]);
    assert.deepEqual(
      [...goalRows(readGoals(), framework)].filter((id) => !rows.has(id)),
      [],
    );
  }
});

it('what adds over 1.5 times what the cheapest adds is left out, and nothing where a first look was disturbed', () => {
  const goals = [goal({ of: ['read, a', 'read, b', 'read, c'], base: 'none' })];
  const looks = (a, b, c) =>
    new Map([
      ['none', 10],
      ['read, a', a],
      ['read, b', b],
      ['read, c', c],
    ]);
  assert.deepEqual(dearRows(goals, 'Express', looks(20, 25, 26)), ['read, c']);
  assert.deepEqual(dearRows(goals, 'Express', looks(9, 25, 26)), []);
  assert.deepEqual(dearRows(goals, 'Koa', looks(20, 25, 26)), []);
});
