// Options that change while a request is under way: what was begun goes on, and nothing breaks.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Session } from '../../dist/session/index.js';
import { forge, SECRET } from '../jwt/forge.js';
import { cookieOf, FakeHost, FakeJar } from '../support/fake-host.js';
import { collectWarnings } from '../support/warnings.js';

const COOKIE = cookieOf(forge({ alg: 'HS256', typ: 'JWT' }, { n: 1 }));

describe('options that change after a get', () => {
  const warnings = collectWarnings();

  it('S2: autoSave or debug that come then count from the next request on', () => {
    for (const options of [{ autoSave: true }, { debug: true }]) {
      const host = new FakeHost();
      const session = new Session(host, { secretKey: SECRET, debug: false });
      const jar = new FakeJar(COOKIE);
      session.open(jar).n = 2;
      session.initialize(host, options);
      assert.deepEqual(jar.finish(), []);
      assert.deepEqual(warnings.codes(), []);
      const next = new FakeJar(COOKIE);
      session.open(next).n = 2;
      assert.equal(next.finish().length + warnings.all.length, 1);
    }
  });

  it('S2: autoSave that is taken away saves nothing more, and warns of nothing', () => {
    const host = new FakeHost();
    const session = new Session(host, { secretKey: SECRET, debug: false, autoSave: true });
    const jar = new FakeJar(COOKIE);
    session.open(jar).n = 2;
    session.initialize(host, { autoSave: false });
    assert.deepEqual(jar.finish(), []);
    assert.deepEqual(warnings.codes(), []);
  });
});
