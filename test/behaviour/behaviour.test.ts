// Replays what upstream Microdot was recorded to do. Where a clause differs on purpose, differences.ts says so.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { ValueError } from '../../dist/session/index.js';
import { differences } from './differences.js';
import { buildApp } from './interpreter.js';
import { type Outcome, parsePython, play, playOverSocket, recorded } from './replay.js';
import type { Scenario } from './scenario.js';

const scenarios = parsePython(
  readFileSync(new URL('../../test/vectors/microdot-behaviour.json', import.meta.url), 'utf8'),
) as readonly Scenario[];
const answers: Readonly<Record<string, Readonly<Record<string, Partial<Outcome>>>>> = JSON.parse(
  readFileSync(new URL('../../test/vectors/behaviour-differences.json', import.meta.url), 'utf8'),
);
const byId = new Map(differences.map((difference) => [difference.id, difference]));

describe('upstream behaviour', () => {
  it('has 222 scenarios, and every difference names one of them', () => {
    assert.equal(scenarios.length, 222);
    const ids = new Set(scenarios.map(({ id }) => id));
    for (const { id } of differences) assert.ok(ids.has(id), id);
    assert.equal(byId.size, differences.length);
  });

  for (const scenario of scenarios) {
    const difference = byId.get(scenario.id);
    const clauses = difference === undefined ? '' : ` (differs: ${difference.clauses.join(', ')})`;
    it(`${scenario.id}: ${scenario.title}${clauses}`, async () => {
      if (difference?.configuration !== undefined) return assertRefused(scenario, difference.configuration);
      const raw = scenario.requests.some((request) => request.raw_base64 !== undefined);
      const app = buildApp(scenario.app);
      const ours = raw ? await playOverSocket(app, scenario) : await play(app, scenario);
      const expected = recorded(scenario);
      if (difference === undefined) return assert.deepEqual(ours, expected);
      assert.notDeepEqual(ours, expected, 'no difference any more: take the row out of the table');
      assert.deepEqual(ours, withAnswers(difference.id, expected));
    });
  }
});

/** A configuration that now throws counts as the 500 that upstream answered later. */
function assertRefused(scenario: Scenario, code: string): void {
  assert.throws(
    () => buildApp(scenario.app),
    (error) => error instanceof ValueError && error.code === code,
  );
  assert.ok(scenario.id === 'options-semicolon' || scenario.responses.some(({ status }) => status === 500));
}

/** The recorded answers, with ours in the places where they differ. */
function withAnswers(id: string, expected: readonly Outcome[]): Outcome[] {
  return expected.map((outcome, i) => ({ ...outcome, ...answers[id]?.[i] }));
}
