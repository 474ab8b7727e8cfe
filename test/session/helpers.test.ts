// clear, isEmpty and flash: functions, so that every key stays the application's.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { clear, flash, isEmpty, Session, type SessionDict } from '../../dist/session/index.js';
import { forge, SECRET } from '../jwt/forge.js';
import { cookieOf, FakeHost, nextVisit, tokenOf, visit } from '../support/fake-host.js';

const open = (): Session => new Session(new FakeHost(), { secretKey: SECRET });

/** Requests in a row, each with the cookie of the one before. */
function requests(session: Session, ...handlers: readonly ((dict: SessionDict) => void)[]): void {
  let cookie: string | null = null;
  for (const handler of handlers) {
    const [line] = visit(session, cookie, handler);
    if (line !== undefined) cookie = cookieOf(tokenOf(line));
  }
}

describe('clear', () => {
  it('removes every key, hostile ones too, and nothing else: it saves nothing, and save() still works', () => {
    const session = open();
    const cookie = cookieOf(forge({ alg: 'HS256' }, '{"n":1,"__proto__":{"a":1},"constructor":1,"":2,"7":3}'));
    const unsaved = visit(session, cookie, (dict) => {
      clear(dict);
      assert.deepEqual(Object.keys(dict), []);
    });
    assert.deepEqual(unsaved, []);
    const lines = visit(session, cookie, (dict) => {
      clear(dict);
      dict.fresh = true;
      dict.save();
    });
    assert.deepEqual(nextVisit(session, lines), { fresh: true });
  });

  it('saved, it leaves an empty session and no removal', () => {
    const lines = visit(open(), null, (dict) => {
      dict.n = 1;
      clear(dict);
      dict.save();
    });
    assert.equal(Buffer.from(tokenOf(lines[0]).split('.')[1] ?? '', 'base64url').toString(), '{}');
  });

  it('of an empty session is nothing', () => {
    visit(open(), null, (dict) => {
      clear(dict);
      assert.ok(isEmpty(dict));
    });
  });
});

describe('isEmpty', () => {
  it('is true for a new visitor and for a refused cookie, and false for any key', () => {
    const session = open();
    for (const cookie of [null, 'session=forged', cookieOf(forge({ alg: 'HS256' }, {}))]) {
      visit(session, cookie, (dict) => assert.equal(isEmpty(dict), true));
    }
    for (const payload of ['{"n":1}', '{"__proto__":1}', '{"":null}', '{"toString":0}']) {
      visit(session, cookieOf(forge({ alg: 'HS256' }, payload)), (dict) => assert.equal(isEmpty(dict), false));
    }
  });

  it('follows the dict', () => {
    visit(open(), null, (dict) => {
      dict.n = 1;
      assert.equal(isEmpty(dict), false);
      delete dict.n;
      assert.equal(isEmpty(dict), true);
    });
  });
});

describe('flash', () => {
  const NAMES = ['info', '', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'save', 'delete', '7', 'a b'];

  for (const name of NAMES) {
    it(`S16: a message named ${inspect(name)} is read once`, () => {
      requests(
        open(),
        (dict) => {
          assert.equal(flash(dict, name), undefined);
          assert.equal(flash(dict, name, 'Saved'), undefined);
          dict.save();
        },
        (dict) => {
          assert.equal(flash(dict, name), 'Saved');
          assert.equal(flash(dict, name), undefined);
          assert.ok(isEmpty(dict));
          dict.save();
        },
        (dict) => {
          assert.equal(flash(dict, name), undefined);
          assert.ok(isEmpty(dict));
        },
      );
    });
  }

  it('S6: both sides end with save(): unsaved, nothing happened', () => {
    requests(
      open(),
      (dict) => {
        flash(dict, 'info', 'lost');
      },
      (dict) => {
        assert.equal(flash(dict, 'info'), undefined);
        flash(dict, 'info', 'kept');
        dict.save();
      },
      (dict) => assert.equal(flash(dict, 'info'), 'kept'),
      (dict) => assert.equal(flash(dict, 'info'), 'kept'),
    );
  });

  it('keeps messages of several names apart; a second one of a name replaces the first', () => {
    requests(
      open(),
      (dict) => {
        flash(dict, 'info', 'one');
        flash(dict, 'error', { code: 5 });
        assert.equal(flash(dict, 'info', 'two'), undefined);
        dict.save();
      },
      (dict) => {
        assert.deepEqual(flash(dict, 'error'), { code: 5 });
        assert.deepEqual({ ...dict }, { flash: { info: 'two' } });
        assert.equal(flash(dict, 'info'), 'two');
        assert.deepEqual({ ...dict }, {});
      },
    );
  });

  for (const value of [null, false, 0, '', [], {}]) {
    it(`keeps ${inspect(value)} as it is`, () => {
      requests(
        open(),
        (dict) => {
          flash(dict, 'info', value);
          dict.save();
        },
        (dict) => assert.deepEqual(flash(dict, 'info'), value),
      );
    });
  }

  it('S16: a message pollutes nothing', () => {
    visit(open(), null, (dict) => {
      flash(dict, '__proto__', { admin: true });
      assert.equal(({} as { admin?: boolean }).admin, undefined);
      assert.equal(dict.flash.admin, undefined);
      assert.deepEqual(Object.keys(dict.flash), ['__proto__']);
    });
  });

  for (const held of ['text', 5, ['a'], null, true]) {
    it(`leaves ${inspect(held)}, which the application keeps under that key, alone until a message is set`, () => {
      visit(open(), cookieOf(forge({ alg: 'HS256' }, { flash: held })), (dict) => {
        for (const name of ['info', '0', 'length']) assert.equal(flash(dict, name), undefined);
        assert.deepEqual({ ...dict }, { flash: held });
        flash(dict, 'info', 'x');
        assert.deepEqual({ ...dict }, { flash: { info: 'x' } });
      });
    });
  }

  it('takes typed sessions', () => {
    interface Cart {
      n: number;
      flash: Record<string, string>;
    }
    const session = new Session<Cart>(new FakeHost(), { secretKey: SECRET });
    const host = new FakeHost();
    session.initialize(host);
    const dict = session.get(host.request());
    dict.n = 1;
    flash(dict, 'info', 'Saved');
    const message: string | undefined = flash<string>(dict, 'info');
    assert.equal(message, 'Saved');
    clear(dict);
    assert.ok(isEmpty(dict));
  });
});
