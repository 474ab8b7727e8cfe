// Sessions that encrypt: what the cookie shows, which secret reads it, and the move from signed cookies.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { type JweOptions, jwe } from '../../dist/encrypt/index.js';
import { Session, type SessionEvent, type SessionOptions } from '../../dist/session/index.js';
import { forge, SECRET } from '../jwt/forge.js';
import { hides, throwsCode } from '../support/errors.js';
import { cookieOf, FakeHost, nextVisit, tokenOf, visit } from '../support/fake-host.js';
import { derivedKey, forgeJwe, formatOf, HEADER, HEADER_SEGMENT } from './forge.js';

const OTHER = 'another secret of more than thirty-two bytes';

const sealed = (options: SessionOptions = {}, jweOptions?: JweOptions): Session =>
  new Session({ secretKey: SECRET, encrypt: jwe(jweOptions), ...options });
const signed = (options: SessionOptions = {}): Session => new Session({ secretKey: SECRET, ...options });

/** Why a session refuses a token; its payload where it does not. */
function read(by: Session, token: string): unknown {
  const verdict = by.verify(token);
  return verdict.ok ? verdict.payload : verdict.reason;
}

describe('a session that encrypts', () => {
  it('encrypt: sets one cookie whose token shows nothing, and reads it back', () => {
    const session = sealed();
    const host = new FakeHost();
    session.initialize(host);
    const request = host.request();
    session.update(request, { user: 'ada', card: '4111' });
    const [line, ...more] = host.answer(request);
    assert.deepEqual(more, []);
    assert.match(line, /^session=[\w-]+\.\.[\w-]{16}\.[\w-]+\.[\w-]{22}; Path=\/; HttpOnly$/);
    assert.ok(line.startsWith(`session=${HEADER_SEGMENT}..`));
    for (const segment of tokenOf(line).split('.')) {
      assert.doesNotMatch(Buffer.from(segment, 'base64url').toString('latin1'), /ada|4111|user|card/);
    }
    assert.deepEqual(nextVisit(session, [line]), { user: 'ada', card: '4111' });
  });

  it('encrypt: makes another nonce, and so another token, for every save', () => {
    const session = sealed();
    const tokens = Array.from({ length: 200 }, () => session.encode({ n: 1 }));
    assert.equal(new Set(tokens.map((token) => token.split('.')[2])).size, 200);
    assert.equal(new Set(tokens.map((token) => token.split('.')[3])).size, 200);
  });

  it('encrypt: verify tells the header and the key', () => {
    const session = sealed({
      secretKey: [
        { id: 'b', secret: SECRET },
        { id: 'a', secret: OTHER },
      ],
    });
    const old = sealed({ secretKey: [{ id: 'a', secret: OTHER }] }).encode({ n: 1 });
    const header = { alg: 'dir', enc: 'A256GCM', kid: 'a', typ: 'JWT' };
    assert.deepEqual(session.verify(old), {
      ok: true,
      payload: { n: 1 },
      header,
      keyIndex: 1,
      issuedAt: null,
      expiresAt: null,
    });
  });

  it('encrypt: the documented derivation gives the key', () => {
    assert.deepEqual(read(sealed(), forgeJwe()), { n: 1 });
    assert.deepEqual(read(sealed({ cookieName: 'cart' }), forgeJwe({ key: derivedKey(SECRET, 'cart') })), { n: 1 });
    assert.deepEqual(read(sealed({ purpose: 'shop' }), forgeJwe({ key: derivedKey(SECRET, 'shop') })), { n: 1 });
  });

  it('encrypt: its dates and its audience are inside, and count', () => {
    let now = 1_800_000_000;
    const session = sealed({
      idleTimeout: 600,
      absoluteTimeout: 3600,
      audience: 'shop',
      clockTolerance: 0,
      now: () => now,
    });
    const [line] = visit(session, null, (dict) => {
      dict.user = 'ada';
      dict.save();
    });
    assert.match(line, /; Max-Age=600/);
    assert.deepEqual(nextVisit(session, [line]), { user: 'ada' });
    assert.equal(read(sealed({ audience: 'blog', now: () => now }), tokenOf(line)), 'wrong-audience');
    now += 599;
    assert.deepEqual(read(session, tokenOf(line)), { user: 'ada' });
    now += 1;
    assert.equal(read(session, tokenOf(line)), 'expired');
  });

  it('S17: the budget counts the encrypted size', () => {
    const session = sealed({ maxCookieBytes: 200 });
    const room = Math.floor(((200 - 'session'.length - HEADER_SEGMENT.length - 4 - 16 - 22) * 3) / 4);
    const fits = { t: 'x'.repeat(room - '{"t":""}'.length) };
    const save = (data: object) => () =>
      visit(session, null, (dict) => {
        Object.assign(dict, data);
        dict.save();
      });
    assert.equal('session'.length + tokenOf(save(fits)()[0]).length <= 200, true);
    throwsCode(save({ t: `${fits.t}x` }), 'ERR_SESSION_TOO_LARGE');
  });

  it('S1: takes an explicit secret', () => {
    const session = sealed();
    const token = session.encode({ n: 1 }, OTHER);
    assert.equal(read(session, token), 'bad-signature');
    assert.deepEqual(session.decode(token, OTHER), { n: 1 });
  });

  it('S1: needs a secret only when it is used, and takes it when it is assigned', () => {
    const session = new Session({ encrypt: jwe() });
    throwsCode(() => session.encode({}), 'ERR_SESSION_NO_SECRET');
    session.secretKey = SECRET;
    assert.deepEqual(read(session, sealed().encode({ n: 1 })), { n: 1 });
  });

  it('S2: encrypt can be given, kept and taken back by initialize', () => {
    const session = signed();
    const host = new FakeHost();
    session.initialize(host, { encrypt: jwe() });
    session.initialize(host, { cookieOptions: { secure: true } });
    assert.match(session.encode({}), /^[\w-]+\.\./);
    session.initialize(host, { encrypt: null });
    assert.equal(session.encode({}), signed().encode({}));
  });

  it('encrypt: refuses a secret under 32 bytes, whatever allowWeakSecret says', () => {
    const short = 'x'.repeat(31);
    throwsCode(() => sealed({ secretKey: short, allowWeakSecret: true }), 'ERR_SESSION_BAD_SECRET', [short]);
    throwsCode(() => sealed({ secretKey: [SECRET, short] }), 'ERR_SESSION_BAD_SECRET', [short]);
    assert.ok(sealed({ secretKey: `${short}x` }));
  });

  it('S19: shows neither the secret nor the key in any object of ours', () => {
    const option = jwe();
    const session = sealed({ encrypt: option });
    const key = Buffer.from(derivedKey());
    const hidden = [SECRET, key.toString('hex'), key.toString('base64'), [...key.subarray(0, 8)].join(', ')];
    hides(option, hidden);
    hides(formatOf(), hidden);
    for (const form of [JSON.stringify(session), inspect(session, { depth: 10, showHidden: true })]) {
      for (const text of hidden) assert.ok(!form.includes(text), form);
    }
  });
});

describe('the options of jwe()', () => {
  it('encrypt: must be an object of the known names, of the right types', () => {
    for (const bad of [
      null,
      true,
      'migrate',
      [],
      { Migrate: true },
      { migrate: 1 },
      { migrate: 'yes' },
      { migrate: null },
    ]) {
      throwsCode(() => jwe(bad as JweOptions), 'ERR_SESSION_BAD_OPTION');
    }
    assert.equal(jwe({}).migrate, false);
    assert.equal(jwe({ migrate: true }).migrate, true);
    assert.equal(Object.isFrozen(jwe()), true);
  });

  it('S2: encrypt takes what jwe() gives, not jwe itself', () => {
    for (const bad of [jwe, true, 'jwe', {}]) {
      throwsCode(() => signed({ encrypt: bad as never }), 'ERR_SESSION_BAD_OPTION');
    }
  });
});

describe('what one session encrypts for another', () => {
  const sessions: Readonly<Record<string, Session>> = {
    'the session': sealed(),
    'another cookie name': sealed({ cookieName: 'admin' }),
    'a purpose': sealed({ purpose: 'admin area' }),
    'the name and more in it': sealed({ purpose: 'session\0admin' }),
    'another secret': sealed({ secretKey: OTHER }),
    'signed, same secret': signed(),
    'signed for a purpose': signed({ purpose: 'session' }),
  };

  for (const [writer, from] of Object.entries(sessions)) {
    for (const [reader, to] of Object.entries(sessions)) {
      it(`encrypt: ${writer} -> ${reader}: ${from === to ? 'read' : 'nothing'}`, () => {
        // 15 bytes of payload: then the last dot stands where a signed token has its own.
        for (const payload of [{ n: 1 }, { admin: 123456 }, {}]) {
          assert.deepEqual(to.decode(from.encode(payload)), from === to ? payload : {});
        }
      });
    }
  }

  it('encrypt: a purpose replaces the cookie name, so that two names can share', () => {
    const token = sealed({ purpose: 'shop', cookieName: 'a' }).encode({ n: 1 });
    assert.deepEqual(read(sealed({ purpose: 'shop', cookieName: 'b' }), token), { n: 1 });
  });
});

describe('the move from signed to encrypted', () => {
  const before = signed();
  const during = sealed({}, { migrate: true });
  const after = sealed();

  it('encrypt: migrate reads both and writes encrypted; before and after it only one is read', () => {
    const [old, fresh] = [before.encode({ n: 1 }), during.encode({ n: 2 })];
    assert.match(fresh, /^[\w-]+\.\./);
    assert.deepEqual(read(during, old), { n: 1 });
    assert.deepEqual(read(during, fresh), { n: 2 });
    assert.deepEqual(read(after, fresh), { n: 2 });
    assert.equal(read(after, old), 'malformed');
    assert.equal(read(before, fresh), 'malformed');
  });

  it('encrypt: the same with a purpose', () => {
    const purpose = 'shop';
    const old = signed({ purpose }).encode({ n: 1 });
    assert.deepEqual(read(sealed({ purpose }, { migrate: true }), old), { n: 1 });
    assert.equal(read(during, old), 'bad-signature');
    assert.equal(read(sealed({ purpose }, { migrate: true }), before.encode({ n: 1 })), 'bad-signature');
  });

  it('encrypt: each kind has a key of its own, also while both are read', () => {
    const key = new TextDecoder('latin1').decode(derivedKey());
    assert.equal(read(during, forge({ alg: 'HS256', typ: 'JWT' }, { n: 1 }, key)), 'bad-signature');
    assert.equal(read(during, forgeJwe({ key: new TextEncoder().encode(SECRET).slice(0, 32) })), 'bad-signature');
  });

  it('encrypt: while both are read, a refusal says what is wrong with a token of its kind', () => {
    assert.equal(read(during, before.encode({ n: 1 }, OTHER)), 'bad-signature');
    assert.equal(read(during, during.encode({ n: 1 }, OTHER)), 'bad-signature');
    // 15 bytes of payload: then the last dot stands where a signed token has its own.
    assert.equal(read(during, during.encode({ admin: 123456 }, OTHER)), 'bad-signature');
    assert.equal(read(during, forgeJwe({ header: { ...HEADER, zip: 'DEF' } })), 'unsupported-header');
    assert.equal(read(during, 'no token'), 'malformed');
  });

  it('encrypt: the keys of signed tokens count on behind the others, so that events tell who still has one', () => {
    const events: SessionEvent[] = [];
    const keys = [
      { id: 'b', secret: SECRET },
      { id: 'a', secret: OTHER },
    ];
    const both = sealed({ secretKey: keys, onEvent: (event) => events.push(event) }, { migrate: true });
    const by = (id: string, secret: string) => signed({ secretKey: [{ id, secret }] }).encode({ n: 1 });
    for (const token of [both.encode({ n: 1 }), by('b', SECRET), by('a', OTHER)])
      visit(both, cookieOf(token), () => {});
    assert.deepEqual(
      events.map((event) => (event.type === 'load' ? [event.keyIndex, event.keyId] : event.type)),
      [
        [0, 'b'],
        [2, 'b'],
        [3, 'a'],
      ],
    );
  });

  it('resign: a read of a signed token re-issues it encrypted, once, as it was loaded', () => {
    const events: SessionEvent[] = [];
    const session = sealed({ resign: true, onEvent: (event) => events.push(event) }, { migrate: true });
    const lines = visit(session, cookieOf(before.encode({ n: 1 })), (dict) => {
      dict.unsaved = true;
    });
    assert.equal(lines.length, 1);
    assert.match(tokenOf(lines[0]), /^[\w-]+\.\./);
    assert.deepEqual(read(after, tokenOf(lines[0])), { n: 1 });
    assert.deepEqual(
      events.map(({ type }) => type),
      ['load', 'resign'],
    );
    assert.deepEqual(
      visit(session, cookieOf(tokenOf(lines[0])), () => {}),
      [],
    );
  });

  it('resign: without it a read writes nothing, and the next save encrypts', () => {
    const old = cookieOf(before.encode({ n: 1 }));
    assert.deepEqual(
      visit(during, old, () => {}),
      [],
    );
    const [line] = visit(during, old, (dict) => dict.save());
    assert.deepEqual(read(after, tokenOf(line)), { n: 1 });
  });

  it('S14: of two cookies the last good one counts, whichever kind it is', () => {
    const [one, two] = [before.encode({ n: 1 }), during.encode({ n: 2 })];
    const found = (header: string) => {
      let n: unknown;
      visit(during, header, (dict) => {
        n = dict.n;
      });
      return n;
    };
    assert.equal(found(`${cookieOf(one)}; ${cookieOf(two)}`), 2);
    assert.equal(found(`${cookieOf(two)}; ${cookieOf(one)}`), 1);
    assert.equal(found(`${cookieOf(two)}; session=nonsense`), 2);
  });
});
