// The option tokenCache: what is judged again at every hit, what makes the session forget, and who never fills it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { jwe } from '../../dist/encrypt/index.js';
import { hardened, Session, type SessionOptions, type StandardSchema } from '../../dist/session/index.js';
import { forge, SECRET } from '../jwt/forge.js';
import { cookieOf, FakeHost, nextVisit, tokenOf, visit } from '../support/fake-host.js';
import { FILLER, macsOf } from '../support/macs.js';
import { needs } from '../support/needs.js';

const OTHER = `${SECRET}, the other one`;
const USUAL = { alg: 'HS256', typ: 'JWT' };
const counted = needs.node('signatures are counted by the hash of node:crypto');

/** A verdict in a word. */
const word = (session: Session, token: string): string => {
  const verdict = session.verify(token);
  return verdict.ok ? 'ok' : verdict.reason;
};

describe('the token cache of a session', () => {
  it('S3: what a save made, the next request reads without a signature; and so on', counted, () => {
    const session = new Session({ secretKey: SECRET });
    let lines: readonly string[] = [];
    assert.equal(
      macsOf(() => {
        lines = visit(session, null, (dict) => {
          Object.assign(dict, { n: 1, FILLER });
          dict.save();
        });
      }),
      1,
    );
    assert.equal(
      macsOf(() => assert.deepEqual(nextVisit(session, lines), { n: 1, FILLER })),
      0,
    );
    assert.equal(
      macsOf(() => assert.deepEqual(nextVisit(session, lines), { n: 1, FILLER })),
      0,
    );
  });

  it('S6: what the caller does to its data after save() is not in it', () => {
    const session = new Session({ secretKey: SECRET });
    const cart = [{ id: 1, tags: ['a'] }];
    const lines = visit(session, null, (dict) => {
      dict.cart = cart;
      dict.save();
      cart[0]?.tags.push('later');
      cart.push({ id: 2, tags: [] });
      dict.late = true;
    });
    for (let i = 0; i < 3; i++) {
      visit(session, cookieOf(tokenOf(lines[0])), (dict) => {
        assert.deepEqual({ ...dict }, { cart: [{ id: 1, tags: ['a'] }] });
        dict.cart[0].tags.push('mine');
        dict.cart[0].id = 9;
        delete dict.cart;
      });
    }
  });

  it('S3: what one request does to its data, and a listener to its verdict, the next one never sees', () => {
    const session = new Session({ secretKey: SECRET });
    const token = forge(USUAL, { user: { roles: ['reader'] } });
    for (let i = 0; i < 4; i++) {
      const verdict = session.verify(token);
      assert.ok(verdict.ok);
      assert.deepEqual(verdict.payload, { user: { roles: ['reader'] } });
      (verdict.payload.user as { roles: string[] }).roles.push('admin');
      assert.throws(() => Object.assign(verdict.header, { alg: 'none' }), TypeError);
      (session.decode(token).user as { roles: string[] }).roles.length = 0;
    }
  });

  it('S1: forgets at once when the keys change: assigned, rotated, a purpose', () => {
    const session = new Session({ secretKey: SECRET });
    const token = session.encode({ n: 1 });
    assert.equal(word(session, token), 'ok');
    session.secretKey = OTHER;
    assert.equal(word(session, token), 'bad-signature');
    session.secretKey = [OTHER, SECRET];
    const rotated = session.verify(token);
    assert.equal(rotated.ok && rotated.keyIndex, 1);
    session.secretKey = [SECRET, OTHER];
    const back = session.verify(token);
    assert.equal(back.ok && back.keyIndex, 0);
    session.secretKey = [OTHER];
    assert.equal(word(session, token), 'bad-signature');
    session.secretKey = SECRET;
    assert.equal(word(session, token), 'ok');
    session.initialize(new FakeHost(), { purpose: 'shop' });
    assert.equal(word(session, token), 'bad-signature');
    session.initialize(new FakeHost(), { purpose: null });
    assert.equal(word(session, token), 'ok');
    session.initialize(new FakeHost(), { encrypt: jwe() });
    assert.equal(word(session, token), 'malformed');
    session.secretKey = null;
    assert.throws(() => session.verify(token), { code: 'ERR_SESSION_NO_SECRET' });
  });

  it('S1: forgets a key id that was taken away', () => {
    const session = new Session({ secretKey: [{ id: 'a', secret: SECRET }] });
    const token = session.encode({ n: 1 });
    assert.equal(word(session, token), 'ok');
    session.secretKey = [{ id: 'b', secret: SECRET }];
    assert.equal(word(session, token), 'unknown-key');
  });

  it('S10: exp, nbf and iat are judged at every hit, to the second, and when the clock jumps back', () => {
    let now = 1000;
    const session = new Session({ secretKey: SECRET, now: () => now });
    for (const token of [
      session.encode({ iat: 1000, nbf: 1010, exp: 1020 }),
      forge(USUAL, { iat: 1000, nbf: 1010, exp: 1020 }),
    ]) {
      for (const [clock, expected] of [
        [1010, 'ok'],
        [1009.999, 'not-yet-valid'],
        [1019.999, 'ok'],
        [1020, 'expired'],
        [1e9, 'expired'],
        [1015, 'ok'],
        [999, 'not-yet-valid'],
        [Number.NaN, 'expired'],
        [1010, 'ok'],
      ] as const) {
        now = clock;
        assert.equal(word(session, token), expected, `at ${clock}`);
      }
    }
  });

  it('S10: timeouts are those of the moment: idle, absolute, of the data', () => {
    let now = 0;
    let idle = 100;
    const session = new Session({
      secretKey: SECRET,
      now: () => now,
      clockTolerance: 0,
      idleTimeout: () => idle,
      absoluteTimeout: 150,
    });
    const token = session.encode({ n: 1 });
    assert.equal(word(session, token), 'ok');
    now = 99.999;
    assert.equal(word(session, token), 'ok');
    now = 100;
    assert.equal(word(session, token), 'expired');
    now = 50;
    assert.equal(word(session, token), 'ok');
    // A shortened policy bites at once, without the session being configured again.
    idle = 49;
    assert.equal(word(session, token), 'expired');
    idle = 100;
    assert.equal(word(session, token), 'ok');
  });

  it('S10: the audience is judged at every hit, and is that of the moment', () => {
    const session = new Session({ secretKey: SECRET, audience: 'shop' });
    const token = session.encode({ n: 1 });
    const bare = forge(USUAL, { n: 1 });
    for (let i = 0; i < 3; i++) {
      assert.deepEqual(session.decode(token), { n: 1 });
      assert.equal(word(session, bare), 'wrong-audience');
    }
    session.initialize(new FakeHost(), { audience: 'mail' });
    assert.equal(word(session, token), 'wrong-audience');
    session.initialize(new FakeHost(), { audience: null });
    assert.equal(word(session, token), 'wrong-audience');
    assert.equal(word(session, bare), 'ok');
  });

  it('the schema is asked at every hit, each time about an object of its own', () => {
    let isOpen = true;
    const seen = new Set<unknown>();
    const schema: StandardSchema<{ n: number }> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value) => {
          seen.add(value);
          return isOpen ? { value: value as { n: number } } : { issues: [{ message: 'closed' }] };
        },
      },
    };
    const session = new Session({ secretKey: SECRET, schema } as SessionOptions);
    const token = session.encode({ n: 1 });
    seen.clear();
    for (const open of [true, true, false, true, false]) {
      isOpen = open;
      assert.equal(word(session, token), open ? 'ok' : 'schema');
    }
    assert.equal(seen.size, 5);
  });

  it('S1: a secret given to decode or encode neither uses the cache nor fills it', counted, () => {
    const session = new Session({ secretKey: SECRET });
    const own = session.encode({ FILLER });
    const token = forge(USUAL, { FILLER }, OTHER);
    // A small one, each time, shows that the secret signs what it reads; it is too short to be counted.
    assert.equal(
      macsOf(() => {
        for (let i = 0; i < 3; i++) assert.deepEqual(session.decode(token, OTHER), { FILLER });
      }),
      3,
    );
    assert.equal(word(session, token), 'bad-signature');
    for (let i = 0; i < 3; i++) assert.deepEqual(session.decode(own, OTHER), {});
    assert.equal(
      macsOf(() => session.decode(own, SECRET)),
      1,
    );
    const foreign = session.encode({ FILLER, foreign: true }, OTHER);
    assert.equal(word(session, foreign), 'bad-signature');
    const again = session.encode({ FILLER, again: true }, SECRET);
    assert.equal(
      macsOf(() => session.decode(again)),
      1,
    );
  });

  it('false: every read computes; hardened() says so', counted, () => {
    for (const options of [{ secretKey: SECRET, tokenCache: false as const }, hardened({ secretKey: SECRET })]) {
      const session = new Session(options);
      const token = session.encode({ FILLER });
      assert.equal(
        macsOf(() => [session.decode(token), session.decode(token)]),
        2,
      );
    }
    const session = new Session(hardened({ secretKey: SECRET, tokenCache: 64 }));
    const token = session.encode({ FILLER });
    assert.equal(
      macsOf(() => session.decode(token)),
      0,
    );
  });

  it('two sessions of one secret have two caches', counted, () => {
    const [one, two] = [new Session({ secretKey: SECRET }), new Session({ secretKey: SECRET })];
    const token = one.encode({ FILLER });
    assert.equal(
      macsOf(() => one.decode(token)),
      0,
    );
    assert.equal(
      macsOf(() => two.decode(token)),
      1,
    );
  });
});
