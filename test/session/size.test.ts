// Sizes: what a browser keeps, what a token in hand may be, and the warning before either.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { Session, type SessionOptions } from '../../dist/session/index.js';
import { SECRET } from '../jwt/forge.js';
import { hides, throwsCode } from '../support/errors.js';
import { cookieOf, FakeHost, nextVisit, visit } from '../support/fake-host.js';

const MIB = 2 ** 20;
const QUIET: SessionOptions = { secretKey: SECRET, warnBytes: Number.POSITIVE_INFINITY };
const session = new Session(QUIET);
/** Characters of header, dots and signature. */
const FRAME = 81;

/** A payload whose token has exactly so many characters, where base64url has such a length. */
function payloadOf(tokenLength: number): { readonly x: string } {
  const bytes = Math.floor(((tokenLength - FRAME) * 3) / 4);
  const payload = { x: 'x'.repeat(bytes - '{"x":""}'.length) };
  assert.equal(session.encode(payload, SECRET).length, tokenLength);
  return payload;
}

const save = (by: Session, payload: object): readonly string[] =>
  visit(by, null, (dict) => {
    Object.assign(dict, payload);
    dict.save();
  });

describe('the cookie budget', () => {
  it('S17: name and value together of 4096 bytes are saved and read; beyond that neither', () => {
    const fits = payloadOf(4096 - 'session'.length);
    assert.deepEqual(nextVisit(session, save(session, fits)), fits);
    // One byte of payload more; base64url has no text of a length between.
    const over = { x: `${fits.x}x` };
    throwsCode(() => save(session, over), 'ERR_SESSION_TOO_LARGE', [SECRET, fits.x]);
    const token = session.encode(over);
    assert.equal(token.length + 'session'.length, 4098);
    assert.deepEqual(nextVisit(session, [`session=${token}`]), {});
    assert.deepEqual(session.decode(token), over);
  });

  it('S17: maxCookieBytes counts to the byte, at save and at read', () => {
    const payload = payloadOf(500);
    const lines = save(session, payload);
    const exact = new Session({ ...QUIET, maxCookieBytes: 507 });
    const under = new Session({ ...QUIET, maxCookieBytes: 506 });
    assert.deepEqual(nextVisit(exact, save(exact, payload)), payload);
    assert.deepEqual(nextVisit(exact, lines), payload);
    throwsCode(() => save(under, payload), 'ERR_SESSION_TOO_LARGE');
    assert.deepEqual(nextVisit(under, lines), {});
    assert.deepEqual(under.decode(under.encode(payload)), payload);
  });

  it('S17: a budget below the name holds nothing, and throws nothing on read', () => {
    const tiny = new Session({ ...QUIET, maxCookieBytes: 1 });
    throwsCode(() => save(tiny, {}), 'ERR_SESSION_TOO_LARGE');
    for (const header of ['session=', 'session=x', cookieOf(session.encode({}))]) {
      visit(tiny, header, (dict) => {
        assert.deepEqual({ ...dict }, {});
      });
    }
  });

  it('S17: the message tells size, budget and the three largest keys, and no value', () => {
    const payload = {
      tiny: 1,
      big: 'hunter2'.repeat(400),
      middle: ['hunter2'.repeat(200)],
      small: 'hunter2'.repeat(9),
    };
    const { message } = throwsCode(() => save(session, payload), 'ERR_SESSION_TOO_LARGE', ['hunter2', SECRET]);
    const size = session.encode(payload).length + 'session'.length;
    assert.ok(message.includes(`${size}`) && message.includes('4096'));
    const places = ['big', 'middle', 'small'].map((key) => message.indexOf(key));
    assert.ok(places.every((place, i) => place > (places[i - 1] ?? 0)));
    assert.ok(!message.includes('tiny'));
  });

  it('S17: a key that is undefined is among what is too large, and no other error', () => {
    throwsCode(() => save(session, { none: undefined, x: 'x'.repeat(5000) }), 'ERR_SESSION_TOO_LARGE');
    throwsCode(() => session.encode({ none: undefined, x: 'x'.repeat(MIB) }), 'ERR_SESSION_TOO_LARGE');
  });

  it('S17: a failed save leaves an earlier one standing', () => {
    const lines = visit(session, null, (dict) => {
      dict.n = 1;
      dict.save();
      dict.x = 'x'.repeat(5000);
      throwsCode(() => dict.save(), 'ERR_SESSION_TOO_LARGE');
    });
    assert.deepEqual(nextVisit(session, lines), { n: 1 });
  });

  it('S17: attributes are no part of the budget', () => {
    const fits = payloadOf(4096 - 'session'.length);
    const own = new Session(new FakeHost(), { ...QUIET, cookieOptions: { path: `/${'p'.repeat(500)}` } });
    assert.equal(save(own, fits).length, 1);
  });
});

describe('a token in hand', () => {
  it('S17: of 1 MiB is written and read; beyond that neither', () => {
    const fits = payloadOf(MIB);
    const token = session.encode(fits);
    assert.deepEqual(session.decode(token), fits);
    assert.equal(session.verify(token).ok, true);
    throwsCode(() => session.encode({ x: `${fits.x}x` }), 'ERR_SESSION_TOO_LARGE', [SECRET]);
    throwsCode(() => session.encode({ x: 'x'.repeat(2 * MIB) }), 'ERR_SESSION_TOO_LARGE');
    throwsCode(() => session.encode({ x: '鍵'.repeat(400_000) }), 'ERR_SESSION_TOO_LARGE');
    assert.deepEqual(session.verify(`${token}A`), { ok: false, reason: 'too-large' });
    assert.deepEqual(session.decode(`${token}A`), {});
    assert.deepEqual(session.verify('x'.repeat(MIB)), { ok: false, reason: 'malformed' });
    assert.deepEqual(session.verify('x'.repeat(MIB + 1)), { ok: false, reason: 'too-large' });
  });

  it('S17: is not bounded by maxCookieBytes', () => {
    const payload = payloadOf(10_001);
    const small = new Session({ ...QUIET, maxCookieBytes: 100 });
    assert.deepEqual(small.decode(small.encode(payload)), payload);
  });

  it('S20: verify says absent for nothing and malformed for another type, and never throws', () => {
    for (const token of [undefined, null]) {
      assert.deepEqual(session.verify(token as unknown as string), { ok: false, reason: 'absent' });
      assert.deepEqual(session.decode(token as unknown as string), {});
    }
    for (const token of [
      0,
      1,
      true,
      {},
      [],
      Symbol('x'),
      1n,
      () => '',
      Buffer.from('x'),
      new String('x'),
      { length: 50 },
    ]) {
      assert.deepEqual(session.verify(token as unknown as string), { ok: false, reason: 'malformed' });
      assert.deepEqual(session.decode(token as unknown as string), {});
    }
    assert.deepEqual(session.verify(''), { ok: false, reason: 'malformed' });
  });
});

describe('the warning about a large cookie', () => {
  let warnings: readonly unknown[][] = [];
  let environment: string | undefined;
  beforeEach(() => {
    warnings = [];
    environment = process.env.NODE_ENV;
    delete process.env.NODE_ENV;
    mock.method(process, 'emitWarning', (...args: unknown[]) => {
      warnings = [...warnings, args];
    });
  });
  afterEach(() => {
    if (environment === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = environment;
    mock.restoreAll();
  });

  it('S17: comes once per session, over 1400 bytes and not at 1400', () => {
    const own = new Session({ secretKey: SECRET });
    save(own, payloadOf(1400 - 'session'.length));
    assert.equal(warnings.length, 0);
    const large = payloadOf(1406 - 'session'.length);
    save(own, large);
    assert.equal(warnings.length, 1);
    assert.deepEqual(warnings[0]?.[1], { type: 'MicrodotWarning', code: 'WARN_SESSION_LARGE' });
    hides(warnings, [SECRET, large.x]);
    save(own, large);
    assert.equal(warnings.length, 1);
    save(new Session({ secretKey: SECRET }), large);
    assert.equal(warnings.length, 2);
  });

  it('S17: warnBytes sets the border, Infinity is never', () => {
    const size = session.encode({}).length + 'session'.length;
    save(new Session({ secretKey: SECRET, warnBytes: size }), {});
    save(new Session({ secretKey: SECRET, warnBytes: Number.POSITIVE_INFINITY }), payloadOf(4000));
    assert.equal(warnings.length, 0);
    save(new Session({ secretKey: SECRET, warnBytes: size - 1 }), {});
    save(new Session({ secretKey: SECRET, warnBytes: 0 }), {});
    assert.equal(warnings.length, 2);
  });

  it('S17: is silent in production, and comes when that is over', () => {
    const own = new Session({ secretKey: SECRET });
    process.env.NODE_ENV = 'production';
    save(own, payloadOf(2000));
    assert.equal(warnings.length, 0);
    process.env.NODE_ENV = 'development';
    save(own, payloadOf(2000));
    assert.equal(warnings.length, 1);
  });

  it('S17: encode does not warn', () => {
    new Session({ secretKey: SECRET }).encode(payloadOf(4000));
    assert.equal(warnings.length, 0);
  });
});
