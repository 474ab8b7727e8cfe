// Deleting: the browser forgets the cookie, and no later save brings its data back.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Session } from '../../dist/session/index.js';
import { SECRET } from '../jwt/forge.js';
import { cookieOf, FakeHost, FakeJar, tokenOf, visit } from '../support/fake-host.js';

const session = new Session(new FakeHost(), { secretKey: SECRET });
const REMOVAL = 'session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly';
const ada = cookieOf(session.encode({ user: 'ada' }));
const lineOf = (payload: object): string => `session=${session.encode(payload)}; Path=/; HttpOnly`;

describe('delete', () => {
  it('S8: writes an expired cookie, whatever maxAge and expires say', () => {
    assert.deepEqual(
      visit(session, ada, (dict) => dict.delete()),
      [REMOVAL],
    );
    const own = new Session(new FakeHost(), {
      secretKey: SECRET,
      cookieOptions: { maxAge: 3600, expires: 'Wed, 03 Feb 2077 04:05:06 GMT', domain: 'example.com', secure: true },
    });
    assert.deepEqual(
      visit(own, ada, (dict) => dict.delete()),
      ['session=; Path=/; Domain=example.com; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; Secure; HttpOnly'],
    );
  });

  it('S8: is sent also where there was no cookie', () => {
    assert.deepEqual(
      visit(session, null, (dict) => dict.delete()),
      [REMOVAL],
    );
  });

  it('S11: replaces a save, and a save replaces it', () => {
    assert.deepEqual(
      visit(session, ada, (dict) => {
        dict.save();
        dict.delete();
      }),
      [REMOVAL],
    );
    const lines = visit(session, ada, (dict) => {
      dict.delete();
      dict.n = 1;
      dict.save();
    });
    assert.deepEqual(lines, [lineOf({ n: 1 })]);
  });

  it('S12: empties the dict, and a later save brings nothing back', () => {
    const lines = visit(session, ada, (dict) => {
      dict.more = { secret: 1 };
      dict.delete();
      assert.deepEqual({ ...dict }, {});
      assert.equal(dict.user, undefined);
      dict.save();
    });
    assert.deepEqual(lines, [lineOf({})]);
  });

  it('S12: also of a dict that the session gives out later, and through session.delete', () => {
    const host = new FakeHost();
    const own = new Session(host, { secretKey: SECRET });
    const request = host.request(ada);
    own.delete(request);
    const dict = own.get(request);
    assert.deepEqual({ ...dict }, {});
    dict.save();
    assert.deepEqual(host.answer(request), [lineOf({})]);

    const later = host.request(ada);
    const loaded = own.get(later);
    own.delete(later);
    assert.equal(own.get(later), loaded);
    assert.deepEqual({ ...loaded }, {});
    loaded.save();
    assert.deepEqual(host.answer(later), [lineOf({})]);
  });

  it('S12: also of hidden members, symbols and keys that do not show', () => {
    const token = session.encode({ user: 'ada', save: 'hidden', delete: 'too' });
    const symbol = Symbol('key');
    const lines = visit(session, cookieOf(token), (dict) => {
      Object.defineProperty(dict, 'invisible', { value: 1, enumerable: false, configurable: true });
      Object.assign(dict, { [symbol]: 1 });
      dict.delete();
      assert.deepEqual(Reflect.ownKeys(dict), []);
      dict.save();
    });
    assert.deepEqual(lines, [lineOf({})]);
  });

  it('S12: also of a dict that was frozen or sealed', () => {
    for (const close of [Object.freeze, Object.seal]) {
      const jar = new FakeJar(ada);
      const dict = session.open(jar);
      close(dict);
      dict.delete();
      // Whether the save throws or writes an empty session: the login may not come back.
      try {
        dict.save();
      } catch {}
      const [line] = jar.finish();
      assert.deepEqual(session.decode(tokenOf(line)), {}, line);
    }
  });

  it('S8: may be called again, and then with one header', () => {
    assert.deepEqual(
      visit(session, ada, (dict) => {
        dict.delete();
        dict.delete();
      }),
      [REMOVAL],
    );
  });
});
