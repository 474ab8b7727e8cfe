// What every host has to do, asked of each: the published suite over all subjects; docs/hosts/conformance.md says what ran.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hostConformance } from '../../dist/testing/index.js';
import { assertMade } from '../support/generated.js';
import { needs } from '../support/needs.js';
import { CLAUSES_MAKER, clauseTables, PAGE, type Result } from './matrix.js';
import { subjects } from './subjects/index.js';

const node = needs.node('the frameworks are served by Node');
const results: Result[] = [];

for (const subject of subjects) {
  describe(subject.name, node, () => {
    const cases = hostConformance(subject);
    const passed = new Set<string>();
    results.push({ host: subject.name, cases, passed });
    for (const { name, skip, run } of cases) {
      it(name, { skip }, async () => {
        await run();
        passed.add(name);
      });
    }
  });
}

describe('docs/hosts/conformance.md', node, () => {
  it('has a host for each name', () => {
    assert.equal(new Set(subjects.map(({ name }) => name)).size, subjects.length);
    assert.equal(results.length, subjects.length);
  });

  it('is what ran; UPDATE=1 rewrites it', () => assertMade(PAGE, CLAUSES_MAKER, clauseTables(results)));
});
