// One suite on every runtime: what it reports there, and that docs/runtimes.md says so.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ROOT } from '../support/needs.js';
import { type Bundle, cipher, createBundle, Workspace } from './bundle.js';
import { GROUPS } from './cases/index.js';
import { comparable, withTables } from './matrix.js';
import { IN_PROCESS, type Ran, RUNTIMES, type Runtime } from './runtimes.js';
import { caseName } from './suite.js';

const PAGE = join(ROOT, 'docs/runtimes.md');
const CASES = GROUPS.flatMap((group) => group.cases.map((one) => ({ group: group.title, name: caseName(group, one) })));

describe('the conformance suite', () => {
  let bundle: Bundle;
  let workspace: Workspace;
  const results: (readonly [Runtime, Ran])[] = [];
  before(async () => {
    bundle = await createBundle();
    workspace = new Workspace(bundle);
  });
  after(() => workspace?.remove());

  it('has a name for every case', () => {
    assert.equal(new Set(CASES.map(({ name }) => name)).size, CASES.length);
  });

  for (const runtime of [IN_PROCESS, ...RUNTIMES]) {
    const { name, need, skips } = runtime;
    describe(`on ${name}`, need, () => {
      const reasonOf = (one: (typeof CASES)[number]) => skips[one.name] ?? skips[one.group];
      let ran: Ran;
      before(async () => {
        ran = await runtime.run(bundle, workspace);
        if (runtime !== IN_PROCESS) results.push([runtime, ran]);
      });

      it('fails nothing', () => assert.deepEqual(ran.report.failed, []));

      it('passes every case by name, but for what the runtime lacks', () => {
        const expected = CASES.filter((one) => reasonOf(one) === undefined).map(({ name }) => name);
        assert.deepEqual(ran.report.passed, expected);
      });

      it('skips what the runtime lacks, for the reason that is known', () => {
        const expected = CASES.filter((one) => reasonOf(one) !== undefined).map((one) => ({
          name: one.name,
          reason: reasonOf(one),
        }));
        assert.deepEqual(ran.report.skipped, expected);
      });
    });
  }

  const missing = [cipher, ...RUNTIMES.map(({ need }) => need)].find(({ skip }) => skip !== undefined) ?? {};
  it('docs/runtimes.md is what ran; UPDATE=1 rewrites it', missing, () => {
    assert.equal(results.length, RUNTIMES.length);
    const page = readFileSync(PAGE, 'utf8');
    const made = withTables(page, results);
    if (process.env.UPDATE === '1') writeFileSync(PAGE, made);
    else assert.equal(comparable(page, results), comparable(made, results));
  });
});
