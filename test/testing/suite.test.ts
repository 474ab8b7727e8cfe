// The suite can fail: of a host that is broken in one way, exactly the cases that are about it.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ConformanceError, type HostSubject, hostConformance } from '../../dist/testing/index.js';
import { ROOT, readTestJson } from '../support/needs.js';
import { toySubject } from './toy.js';
import { FAULTS, type Fault } from './toy-host.js';

const KNOWN = 'testing/failures.json';

/** The names of the cases that fail. */
async function failures(subject: HostSubject): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const { name, skip, run } of hostConformance(subject)) {
    if (skip === undefined) await run().catch(() => failed.push(name));
  }
  return failed;
}

describe('the conformance suite', () => {
  const cases = hostConformance(toySubject());

  it('has a name for every case, and clauses in it', () => {
    assert.ok(cases.length >= 60, `${cases.length} cases`);
    assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length);
    for (const { name, clauses } of cases) assert.ok(name.startsWith(`${clauses.join(', ')}: `), name);
  });

  it('is passed by a host that does all of it, with nothing skipped', async () => {
    assert.deepEqual(
      cases.filter(({ skip }) => skip !== undefined),
      [],
    );
    assert.deepEqual(await failures(toySubject()), []);
  });

  it('says what came and what was expected', async () => {
    const broken = hostConformance(toySubject('keeps the cookie on a crash'));
    const run = broken.find(({ name }) => name === 'S13: what nobody took drops it')?.run;
    const error: unknown = await run?.().catch((thrown: unknown) => thrown);
    assert.ok(error instanceof ConformanceError);
    assert.equal(error.name, 'ConformanceError');
    assert.deepEqual(error.expected, []);
    assert.equal(Array.isArray(error.actual) && error.actual.length, 1);
  });
});

describe('of a broken host exactly these cases fail; UPDATE=1 rewrites the list', () => {
  const found: Partial<Record<Fault, readonly string[]>> = {};
  for (const fault of FAULTS) {
    it(`one that ${fault}`, async () => {
      found[fault] = await failures(toySubject(fault));
      assert.notDeepEqual(found[fault], []);
      if (process.env.UPDATE === '1') return;
      assert.deepEqual(found[fault], readTestJson<Partial<Record<Fault, readonly string[]>>>(KNOWN)[fault]);
    });
  }

  it('and the list has no other', () => {
    if (process.env.UPDATE === '1') writeFileSync(join(ROOT, 'test', KNOWN), `${JSON.stringify(found, null, 2)}\n`);
    assert.deepEqual(Object.keys(readTestJson<object>(KNOWN)), [...FAULTS]);
  });
});

describe('what a subject says it lacks', () => {
  const lacks = { onError: 'a', httpError: 'b', stream: 'c', head: 'd', errorPage: 'e' };

  it('is skipped with its reason', () => {
    const skipped = hostConformance(toySubject(undefined, { lacks })).flatMap(({ skip = [] }) => skip);
    assert.deepEqual(new Set(skipped), new Set(Object.values(lacks)));
  });

  it('is asked for all the same, so that a lack which is none is noticed', async () => {
    assert.deepEqual(
      await failures(toySubject(undefined, { lacks })),
      ['onError', 'httpError', 'errorPage', 'head'].map((what) => `the subject lacks ${what}, as it says`),
    );
  });

  it('is fine where it is true', async () => {
    const subject = toySubject(undefined, { lacks: { httpError: 'none', onError: 'none' } });
    const start: HostSubject['start'] = ({ install, routes }) => {
      const without = Object.entries(routes).map(([path, handler]): [string, typeof handler] => {
        const abort = (): never => {
          throw new Error('no HTTP error');
        };
        return [path, (visit) => handler({ ...visit, abort })];
      });
      return subject.start({ install, routes: Object.fromEntries(without) });
    };
    assert.deepEqual(await failures({ ...subject, start }), []);
  });

  it('is not asked for unless it is offered: https, and responses that are shared', () => {
    const skipped = hostConformance(toySubject(undefined, { offers: [] })).filter(({ skip }) => skip !== undefined);
    assert.deepEqual(
      skipped.map(({ name }) => name),
      ["S7: secure: 'auto' is Secure over https", 'S13: a response that several visitors get is never written into'],
    );
  });
});
