// examples/python/purpose.py derives the key of a purpose: live, both ways, with PyJWT.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { hkdfSync } from 'node:crypto';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Session, type SessionOptions } from '../../dist/session/index.js';
import { needs, pythonWith, ROOT } from '../support/needs.js';
import { asJson, SAMPLES, SECRET } from './payloads.js';

const PURPOSE = '__Host-session';

/** What the example prints, or the name of its error. */
function python(...words: readonly string[]): string {
  const script = join(ROOT, 'examples/python/purpose.py');
  const { status, stdout, stderr } = spawnSync(pythonWith('jwt'), ['-X', 'utf8', script, ...words], {
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trimEnd() : stderr.trimEnd();
}

const read = (token: string, purpose = PURPOSE, secret = SECRET): string => python('read', token, secret, purpose);

const write = (payload: object, purpose = PURPOSE): string => python('write', JSON.stringify(payload), SECRET, purpose);

const create = (options: SessionOptions): Session => new Session({ secretKey: SECRET, ...options });

describe('interop of a purpose with PyJWT', needs.python('jwt'), () => {
  const session = create({ purpose: PURPOSE });
  // Everything at once: starting Python for each costs more than all the rest.
  const everything = Object.assign({}, ...SAMPLES);

  it('purpose: PyJWT reads, with the key it derives, what is written here', () => {
    assert.deepEqual(asJson(JSON.parse(read(session.encode(everything)))), asJson(everything));
  });

  it('purpose: what PyJWT writes with the key it derives is read here', () => {
    assert.deepEqual(asJson(session.decode(write(everything))), asJson(everything));
    assert.equal(write({ n: 1 }), session.encode({ n: 1 }));
  });

  it('purpose: its text counts as UTF-8', () => {
    const umlaut = create({ purpose: 'Körbe 🧺' });
    assert.equal(read(umlaut.encode({ n: 1 }), 'Körbe 🧺'), '{"n": 1}');
  });

  it('purpose: another purpose, another secret and no purpose are refused on both sides', () => {
    const tokens = [
      create({ purpose: 'password-reset' }).encode({ n: 1 }),
      create({}).encode({ n: 1 }),
      session.encode({ n: 1 }, 'another secret, long enough to be one'),
      write({ n: 1 }, 'password-reset'),
    ];
    for (const token of tokens) {
      assert.equal(read(token), 'InvalidSignatureError');
      assert.deepEqual(session.verify(token), { ok: false, reason: 'bad-signature' });
    }
  });

  it('purpose: the key is the HKDF of the platform too', () => {
    const key = hkdfSync('sha256', SECRET, '', `microdot/session/v1/sign\0${PURPOSE}`, 32);
    assert.deepEqual(asJson(create({}).decode(session.encode({ n: 1 }), new Uint8Array(key))), { n: 1 });
  });

  it('audience: PyJWT asks for the one that is written here', () => {
    const token = create({ purpose: PURPOSE, audience: 'shop' }).encode({ n: 1 });
    assert.equal(python('read', token, SECRET, PURPOSE, 'shop'), '{"n": 1, "aud": "shop"}');
    assert.equal(python('read', token, SECRET, PURPOSE, 'blog'), 'InvalidAudienceError');
    assert.equal(read(token), 'InvalidAudienceError');
  });

  it('idleTimeout, absoluteTimeout: PyJWT enforces the exp that is written here', () => {
    const hour = 3600;
    const now = Math.floor(Date.now() / 1000);
    const at = (seconds: number) =>
      create({ purpose: PURPOSE, idleTimeout: hour, absoluteTimeout: 24 * hour, now: () => seconds });
    assert.deepEqual(JSON.parse(read(at(now).encode({ n: 1 }))), { n: 1, iat: now, exp: now + hour });
    assert.equal(read(at(now - hour - 1).encode({ n: 1 })), 'ExpiredSignatureError');
  });
});
