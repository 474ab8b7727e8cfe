// Any data: a change is seen where there is one and nowhere else, and a flash message of any name is read once.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { changedKeys, snapshotOf } from '../../dist/session/changes.js';
import { flash, isEmpty, Session } from '../../dist/session/index.js';
import { SECRET } from '../jwt/forge.js';
import { cookieOf, nextVisit, tokenOf, visit } from '../support/fake-host.js';
import { jsonValue, key, type Payload, payload, SEED } from './arbitraries.js';

const check = <Ts extends [unknown, ...unknown[]]>(property: fc.IProperty<Ts>, numRuns: number): void =>
  fc.assert(property, { seed: SEED, numRuns });

const copyOf = <T>(data: T): T => JSON.parse(JSON.stringify(data));

function fill(dict: Record<string, unknown>, data: Payload): void {
  for (const [name, value] of Object.entries(data)) dict[name] = value;
}

describe('changedKeys', () => {
  it('is empty for a copy, whatever its keys', () => {
    check(
      fc.property(payload, (data) => {
        assert.deepEqual(changedKeys(snapshotOf(data), copyOf(data)), []);
      }),
      500,
    );
  });

  it('names exactly the keys whose JSON differs', () => {
    check(
      fc.property(payload, payload, (before, after) => {
        const names = new Set([...Object.keys(before), ...Object.keys(after)]);
        const json = (data: object, name: string): string | undefined =>
          Object.hasOwn(data, name)
            ? JSON.stringify(Object.entries(data).find(([found]) => found === name))
            : undefined;
        const expected = [...names].filter((name) => json(before, name) !== json(after, name));
        assert.deepEqual(changedKeys(snapshotOf(before), after).sort(), expected.sort());
      }),
      1000,
    );
  });
});

describe('autoSave', () => {
  const session = new Session({ secretKey: SECRET, autoSave: true, warnBytes: Number.POSITIVE_INFINITY });

  it('S5: what a handler leaves in the dict is what the next request finds; what it leaves alone is not sent again', () => {
    check(
      fc.property(payload, payload, (before, after) => {
        fc.pre(Buffer.byteLength(JSON.stringify({ ...before, ...after })) < 2900);
        const first = visit(session, null, (dict) => fill(dict, before));
        const cookie = first.length === 0 ? null : cookieOf(tokenOf(first[0]));
        assert.deepEqual(
          visit(session, cookie, (dict) => void JSON.stringify(dict)),
          [],
        );
        let left = '';
        const second = visit(session, cookie, (dict) => {
          fill(dict, after);
          left = JSON.stringify(dict);
        });
        if (second.length > 0) assert.equal(JSON.stringify(nextVisit(session, second)), left);
        else visit(session, cookie, (dict) => assert.equal(JSON.stringify(dict), left));
      }),
      300,
    );
  });
});

describe('flash', () => {
  const session = new Session({ secretKey: SECRET });

  it('S16: a message of any name and value is read once', () => {
    check(
      fc.property(key, jsonValue, (name, message) => {
        const lines = visit(session, null, (dict) => {
          flash(dict, name, message);
          dict.save();
        });
        visit(session, cookieOf(tokenOf(lines[0])), (dict) => {
          assert.equal(JSON.stringify(flash(dict, name)), JSON.stringify(message));
          assert.equal(flash(dict, name), undefined);
          assert.ok(isEmpty(dict));
        });
      }),
      300,
    );
  });
});
