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

  it('S1, S7: a secret that is taken away ends no request: what a read would have sent is not sent', () => {
    for (const [options, cookie] of [
      [{ idleTimeout: 600, now: () => 1400 }, cookieOf(forge({ alg: 'HS256' }, { n: 1, iat: 1000, exp: 1600 }))],
      [{ secretKey: ['a newer secret of more than thirty-two bytes', SECRET], resign: true }, COOKIE],
    ] as const) {
      const session = new Session(new FakeHost(), { secretKey: SECRET, debug: false, ...options });
      const lines = (end: () => void): number => {
        const jar = new FakeJar(cookie);
        assert.equal(session.open(jar).n, 1);
        end();
        return jar.finish().length;
      };
      assert.equal(
        lines(() => {}),
        1,
      );
      assert.equal(
        lines(() => {
          session.secretKey = null;
        }),
        0,
      );
    }
  });
});
