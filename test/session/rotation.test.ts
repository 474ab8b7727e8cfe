// Keys that come and go: lists of secrets, ids, and re-signing, without logging anybody out.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { type SecretKeys, Session, type SessionEvent } from '../../dist/session/index.js';
import { forge } from '../jwt/forge.js';
import { throwsCode } from '../support/errors.js';
import { cookieOf, visit } from '../support/fake-host.js';
import { claimsOf, type Options, save, T, Timed } from './timed.js';

const [OLD, NEW, THIRD] = ['old', 'new', 'third'].map((name) => `${name} secret of a rotation, long enough to be one`);
const ALG = { alg: 'HS256' };
const withKeys = (secretKey: SecretKeys, options: Options = {}): Timed => new Timed({ secretKey, ...options });

describe('a list of secrets', () => {
  it('secretKey: the first signs, all verify, and the verdict tells which', () => {
    const { session } = withKeys([NEW, OLD, THIRD]);
    assert.equal(session.encode({ n: 1 }), new Session({ secretKey: NEW }).encode({ n: 1 }));
    for (const [index, secret] of [NEW, OLD, THIRD].entries()) {
      const verdict = session.verify(forge(ALG, { n: 1 }, secret));
      assert.ok(verdict.ok);
      assert.deepEqual([verdict.keyIndex, verdict.payload], [index, { n: 1 }]);
    }
    assert.deepEqual(session.verify(forge(ALG, {}, `${OLD}x`)), { ok: false, reason: 'bad-signature' });
  });

  it('secretKey: a visitor comes through old, old+new, new+old, new', () => {
    let token: string | null = null;
    const steps: readonly (readonly [SecretKeys, number])[] = [
      [OLD, 0],
      [[OLD, NEW], 0],
      [[NEW, OLD], 1],
      [[NEW, OLD], 0],
      [NEW, 0],
      [[THIRD, NEW], 1],
    ];
    for (const [n, [secretKey, keyIndex]] of steps.entries()) {
      const timed = withKeys(secretKey);
      if (token !== null) {
        const verdict = timed.session.verify(token);
        assert.ok(verdict.ok);
        assert.equal(verdict.keyIndex, keyIndex);
      }
      token = timed.request(0, token, (dict) => {
        assert.equal(dict.n ?? 0, n);
        dict.n = n + 1;
        dict.save();
      }).token;
    }
  });

  it('secretKey: adding ids to existing keys logs nobody out, nor does taking them away again', () => {
    const [bare, named] = [
      [NEW, OLD],
      [
        { id: '2', secret: NEW },
        { id: '1', secret: OLD },
      ],
    ];
    for (const [writer, reader] of [
      [bare, named],
      [named, bare],
    ]) {
      for (const turned of [writer, [...writer].reverse()]) {
        const token = withKeys(turned).session.encode({ n: 1 });
        assert.deepEqual(withKeys(reader).session.decode(token), { n: 1 });
      }
    }
  });

  it('secretKey: the id of the first key is the kid, for everybody to see', () => {
    const { session } = withKeys([{ id: '2026-11', secret: NEW }, OLD]);
    assert.equal(session.encode({}), forge('{"alg":"HS256","kid":"2026-11","typ":"JWT"}', '{}', NEW));
  });

  it('secretKey: a list of one is that one; an entry may be bytes, text or { id, secret }', () => {
    const bytes = new TextEncoder().encode(OLD);
    const token = forge({ ...ALG, typ: 'JWT' }, '{}', OLD);
    for (const list of [[OLD], [bytes], [{ secret: OLD }], [{ secret: bytes }]]) {
      assert.equal(withKeys(list).session.encode({}), token);
    }
  });

  it('S1: encode, decode and verify take a list too, which wins', () => {
    const session = new Session({ secretKey: THIRD });
    const token = session.encode({ n: 1 }, [NEW, OLD]);
    assert.equal(token, forge({ ...ALG, typ: 'JWT' }, { n: 1 }, NEW));
    assert.deepEqual(session.decode(token, [OLD, NEW]), { n: 1 });
    assert.deepEqual(session.verify(token, [OLD]), { ok: false, reason: 'bad-signature' });
    assert.deepEqual(session.verify(token), { ok: false, reason: 'bad-signature' });
    throwsCode(() => session.verify(token, []), 'ERR_SESSION_BAD_SECRET');
  });

  it('S1: it is copied when assigned and when read, and counts from then on', () => {
    const bytes = new TextEncoder().encode(OLD);
    const entry = { id: 'a', secret: bytes };
    const list: (string | typeof entry)[] = [entry];
    const session = new Session({ secretKey: list });
    const token = session.encode({});
    bytes.fill(0);
    entry.id = 'b';
    list.push('short');
    assert.equal(session.encode({}), token);
    const read = session.secretKey;
    assert.deepEqual(read, [{ id: 'a', secret: new TextEncoder().encode(OLD) }]);
    assert.ok(Object.isFrozen(read));
    ((read as readonly (typeof entry)[])[0] as typeof entry).secret.fill(0);
    assert.equal(session.encode({}), token);
    session.secretKey = [NEW, { id: 'a', secret: OLD }];
    assert.deepEqual(session.decode(token), {});
    assert.equal(session.verify(token).ok, true);
    session.secretKey = NEW;
    assert.equal(session.verify(token).ok, false);
  });
});

describe('lists that are mistakes', () => {
  const refused = (list: unknown): void => {
    throwsCode(() => new Session({ secretKey: list as SecretKeys }), 'ERR_SESSION_BAD_SECRET', [OLD, NEW]);
    const session = new Session({ secretKey: THIRD });
    throwsCode(() => {
      session.secretKey = list as SecretKeys;
    }, 'ERR_SESSION_BAD_SECRET');
    assert.equal(session.secretKey, THIRD);
    throwsCode(() => session.encode({}, list as SecretKeys), 'ERR_SESSION_BAD_SECRET', [OLD, NEW]);
  };

  it('secretKey: an empty list, too long a one, an empty secret in it, a hole, a nested list', () => {
    refused([]);
    refused(Array.from({ length: 17 }, (_, i) => `${OLD}${i}`));
    for (const entry of ['', new Uint8Array(0), null, undefined, { secret: '' }, { id: 'a', secret: null }]) {
      refused([OLD, entry]);
      refused([entry]);
    }
    refused(Object.assign([], { length: 1 }));
    refused([[OLD]]);
    assert.ok(new Session({ secretKey: Array.from({ length: 16 }, (_, i) => `${OLD}${i}`) }));
  });

  it('secretKey: equal keys, as HMAC sees them', () => {
    const long = 'x'.repeat(65);
    for (const [a, b] of [
      [OLD, OLD],
      [OLD, new TextEncoder().encode(OLD)],
      [OLD, `${OLD}\0`],
      [`${OLD}\0\0`, `${OLD}\0`],
      [long, createHash('sha256').update(long).digest()],
      [
        { id: 'a', secret: OLD },
        { id: 'b', secret: OLD },
      ],
      [OLD, { id: 'b', secret: OLD }],
    ] as readonly (readonly [unknown, unknown])[]) {
      refused([a, b]);
      refused([NEW, a, THIRD, b]);
    }
    assert.ok(new Session({ secretKey: [OLD, `\0${OLD}`, `${OLD} `] }));
  });

  it('secretKey: two of one id; an id that is no short printable text', () => {
    refused([
      { id: 'a', secret: OLD },
      { id: 'a', secret: NEW },
    ]);
    for (const id of ['', 'x'.repeat(65), 'é', 'a\n', '\0', 1, null, {}, ['a'], true]) refused([{ id, secret: OLD }]);
    assert.ok(
      new Session({
        secretKey: [
          { id: 'x'.repeat(64), secret: OLD },
          { id: ' ~', secret: NEW },
        ],
      }),
    );
  });

  it('secretKey: an entry of other members than id and secret, or without a secret', () => {
    for (const entry of [{ kid: 'a', secret: OLD }, { id: 'a', secret: OLD, use: 'sig' }, { id: 'a', key: OLD }, {}]) {
      refused([entry]);
    }
  });

  it('secretKey: { id, secret } alone is no list', () => {
    refused({ id: 'a', secret: OLD });
  });

  it('S19: PEM or SSH text anywhere in it', () => {
    refused([OLD, '-----BEGIN PUBLIC KEY-----\nMIIB']);
    refused([{ id: 'a', secret: 'ssh-ed25519 AAAA' }, OLD]);
  });

  it('secretKey: a string is one key, never a list of its letters', () => {
    const session = new Session({ secretKey: OLD });
    for (const letter of new Set(OLD)) assert.equal(session.verify(forge(ALG, {}, letter)).ok, false);
    assert.equal(session.verify(forge(ALG, {}, OLD)).ok, true);
  });
});

describe('counting who still uses the old key', () => {
  it('onEvent: a load tells the index of the key and its id', () => {
    const events: SessionEvent[] = [];
    const list = [{ id: 'new', secret: NEW }, OLD];
    const timed = withKeys(list, { onEvent: (event) => void events.push(event) });
    timed.request(0, forge(ALG, {}, NEW));
    timed.request(0, forge({ ...ALG, kid: 'new' }, {}, NEW));
    timed.request(0, forge(ALG, {}, OLD));
    assert.deepEqual(events, [
      { type: 'load', cookieName: 'session', keyIndex: 0, keyId: 'new' },
      { type: 'load', cookieName: 'session', keyIndex: 0, keyId: 'new' },
      { type: 'load', cookieName: 'session', keyIndex: 1, keyId: null },
    ]);
  });
});

describe('resign', () => {
  const old = forge(ALG, { n: 1, user: { name: 'ada' }, exp: T + 50 }, OLD);
  const timed = withKeys([{ id: '2', secret: NEW }, OLD], { resign: true });
  const again = forge({ ...ALG, kid: '2', typ: 'JWT' }, { n: 1, user: { name: 'ada' }, exp: T + 50 }, NEW);

  it('re-issues a token of an older key with the newest when it is read; the payload is as it was', () => {
    const { token, attributes } = timed.request(0, old);
    assert.equal(token, again);
    assert.equal(attributes, '; Path=/; HttpOnly');
    assert.equal(timed.request(0, token).token, null);
  });

  it('is off by default', () => {
    assert.equal(withKeys([NEW, OLD]).request(0, old).token, null);
    for (const resign of [1, 'true', null]) {
      throwsCode(() => new Session({ resign } as unknown as object), 'ERR_SESSION_BAD_OPTION');
    }
  });

  it('holds no unsaved edits, nested ones included', () => {
    const { token } = timed.request(0, old, (dict) => {
      dict.n = 5;
      dict.user.name = 'eve';
    });
    assert.equal(token, again);
  });

  it('gives way to what this response saves or deletes', () => {
    const saved = timed.request(0, old, (dict) => {
      dict.n = 2;
      dict.save();
    });
    assert.deepEqual(claimsOf(saved.token), { n: 2, user: { name: 'ada' }, exp: T + 50 });
    assert.equal(timed.request(0, old, (dict) => dict.delete()).token, '');
  });

  it('does not come on a prefetch or an upgrade', () => {
    for (const headers of [{ 'sec-purpose': 'prefetch' }, { upgrade: 'websocket' }]) {
      assert.equal(timed.request(0, old, () => {}, headers).token, null);
    }
  });

  it('renew: a new key is no new life: iat and exp stay as they are', () => {
    for (const renew of ['read', 'save'] as const) {
      const lifetimes = { idleTimeout: 600, absoluteTimeout: 3600, renew } as const;
      const token = withKeys(OLD, lifetimes).save(0);
      const both = withKeys([NEW, OLD], { ...lifetimes, resign: true });
      const resigned = both.request(100, token);
      assert.equal(resigned.token, forge({ ...ALG, typ: 'JWT' }, { n: 1, iat: T, exp: T + 600 }, NEW));
      assert.equal(resigned.attributes, '; Path=/; Max-Age=500; HttpOnly');
    }
  });

  it('renew: past the end, within the tolerance, there is nothing left to re-issue: no removal, no cookie', () => {
    const lifetimes = { idleTimeout: 600, renew: 'save' } as const;
    const token = withKeys(OLD, lifetimes).save(0);
    const both = withKeys([NEW, OLD], { ...lifetimes, resign: true });
    assert.deepEqual(both.request(630, token), { data: { n: 1 }, token: null, attributes: '' });
  });

  it('renew: a renewal that is due anyway signs with the newest', () => {
    const token = withKeys(OLD, { idleTimeout: 600 }).save(0);
    const both = withKeys([NEW, OLD], { idleTimeout: 600, resign: true });
    assert.equal(both.request(300, token).token, forge({ ...ALG, typ: 'JWT' }, { n: 1, iat: T, exp: T + 900 }, NEW));
  });

  it('S4: what cannot be signed again goes on as it is', () => {
    for (const text of ['{"x":1e400}', '{"x":"\\udc00"}']) {
      assert.equal(timed.request(0, forge(ALG, text, OLD)).token, null);
    }
    const large = forge(ALG, { text: 'x'.repeat(500) }, OLD);
    const tight = withKeys([{ id: 'a rather long id', secret: NEW }, OLD], {
      resign: true,
      maxCookieBytes: large.length + 7,
    });
    assert.equal(tight.request(0, large).token, null);
  });

  it('S14: is about the cookie that was read', () => {
    const lines = visit(timed.session, `session=${again}; ${cookieOf(old)}`, () => {});
    assert.equal(lines.length, 1);
    assert.deepEqual(
      visit(timed.session, `session=${old}; ${cookieOf(again)}`, () => {}),
      [],
    );
  });

  it('a save needs no re-signing', () => {
    assert.equal(claimsOf(timed.request(0, old, save).token).n, 1);
  });
});
