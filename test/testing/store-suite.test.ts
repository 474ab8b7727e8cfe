// The suite of stores can fail: of a store that is broken in one way, exactly the cases that are about it.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { memoryStore } from '../../dist/stored/memory.js';
import {
  ConformanceError,
  type StoreSubject,
  type StoreUnderTest,
  storeConformance,
} from '../../dist/testing/index.js';
import { ROOT, readTestJson } from '../support/needs.js';
import { STORE_FAULTS, storeSubject } from './faulty-store.js';

const KNOWN = 'testing/store-failures.json';

/** Deno has turned that setter off, so that an assignment of the name harms nothing there. */
const assignsPrototypes = Object.getPrototypeOf(Object.assign({}, JSON.parse('{"__proto__":null}'))) === null;
/** What is no fault on this runtime, and why. */
const SKIPPED: Readonly<Record<string, string>> = assignsPrototypes
  ? {}
  : { 'assigns keys': 'this runtime has no __proto__ setter' };

/** The names of the cases that fail. */
async function failures(subject: StoreSubject): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const { name, skip, run } of storeConformance(subject)) {
    if (skip === undefined) await run().catch(() => failed.push(name));
  }
  return failed;
}

describe('the conformance suite of stores', () => {
  it('has a name for every case', () => {
    const names = storeConformance(storeSubject()).map(({ name }) => name);
    assert.ok(names.length >= 90, `${names.length} cases`);
    assert.equal(new Set(names).size, names.length);
  });

  it('is passed by a store that does all of it, with nothing skipped', async () => {
    assert.deepEqual(
      storeConformance(storeSubject()).filter(({ skip }) => skip !== undefined),
      [],
    );
    assert.deepEqual(await failures(storeSubject()), []);
  });

  it('says what came and what was expected', async () => {
    const cases = storeConformance(storeSubject('says that every delete was one'));
    const error: unknown = await cases
      .find(({ name }) => name === 'delete ends it, once')
      ?.run()
      .catch((thrown) => thrown);
    assert.ok(error instanceof ConformanceError);
    assert.deepEqual([error.actual, error.expected], [true, false]);
  });

  it('closes the store whatever came', async () => {
    let closed = 0;
    const broken = storeSubject('reads what has ended');
    const open: StoreSubject['open'] = async () => ({ ...(await broken.open()), close: () => void closed++ });
    await failures({ ...broken, open });
    assert.equal(closed, storeConformance(broken).length);
  });
});

describe('of a broken store exactly these cases fail; UPDATE=1 rewrites the list', () => {
  const found: Record<string, readonly string[]> = {};
  for (const fault of Object.keys(STORE_FAULTS)) {
    it(`one that ${fault}`, { skip: SKIPPED[fault] ?? false }, async () => {
      found[fault] = await failures(storeSubject(fault));
      assert.notDeepEqual(found[fault], []);
      if (process.env.UPDATE === '1') return;
      assert.deepEqual(found[fault], readTestJson<Record<string, readonly string[]>>(KNOWN)[fault]);
    });
  }

  it('and the list has no other', () => {
    if (process.env.UPDATE === '1') writeFileSync(join(ROOT, 'test', KNOWN), `${JSON.stringify(found, null, 2)}\n`);
    assert.deepEqual(Object.keys(readTestJson<object>(KNOWN)), Object.keys(STORE_FAULTS));
  });
});

describe('what a store says it lacks', () => {
  const lacks = { purge: 'a', revocations: 'b', failure: 'c' };

  it('is skipped with its reason', () => {
    const skipped = storeConformance({ ...storeSubject(), lacks }).flatMap(({ skip = [] }) => skip);
    assert.deepEqual(new Set(skipped), new Set(['a', 'b', 'c']));
  });

  it('is noticed where it is there', async () => {
    assert.deepEqual(
      await failures({ ...storeSubject(), lacks }),
      ['purge', 'revocations', 'failure'].map((what) => `the subject lacks ${what}, as it says`),
    );
  });

  it('is a failure where it is not said', async () => {
    const open: StoreSubject['open'] = async () => {
      const store: Record<string, unknown> = { ...memoryStore() };
      for (const name of ['purge', 'addRevocation']) delete store[name];
      const less = store as unknown as StoreUnderTest;
      return { store: less, another: () => less, close() {} };
    };
    const failed = await failures({ name: 'less', open });
    const needed = storeConformance(storeSubject()).filter(({ skip }) => skip === undefined).length;
    assert.ok(failed.length > 15 && failed.length < needed, failed.join('\n'));
    assert.deepEqual(await failures({ name: 'less', open, lacks }), []);
  });
});
