// Attacks through header members: keys that travel with the token, extensions, unencoded payloads.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { forge, SECRET, signed } from '../jwt/forge.js';
import { toBase64url } from '../support/bytes.js';
import { accepts, createTarget, refuses } from './target.js';

const target = createTarget();
const ADMIN = { user: 'admin' };
const ATTACKER = 'a key that the attacker made up and sends along';
const alg = 'HS256';

describe('attack: a key inside the token', () => {
  const members = {
    jwk: { kty: 'oct', k: toBase64url(ATTACKER), alg },
    jku: 'https://attacker.example/jwks.json',
    x5u: 'https://attacker.example/key.pem',
    x5c: [Buffer.from(ATTACKER).toString('base64')],
    x5t: toBase64url('thumbprint'),
    'x5t#S256': toBase64url('thumbprint'),
    k: toBase64url(ATTACKER),
    key: ATTACKER,
    secret: ATTACKER,
    secretKey: ATTACKER,
  };

  it('S20: jwk, jku, x5u, x5c and the like never give the key', async () => {
    for (const [name, value] of Object.entries(members)) {
      await refuses(target, forge({ alg, typ: 'JWT', [name]: value }, ADMIN, ATTACKER), 'bad-signature');
      await refuses(target, forge({ alg, kid: 'new', [name]: value }, ADMIN, ATTACKER), 'bad-signature');
      // They are ignored, not judged, where the signature is ours.
      await accepts(target, forge({ alg, [name]: value }, ADMIN), ADMIN);
    }
    await refuses(target, forge({ alg, ...members }, ADMIN, ATTACKER), 'bad-signature');
  });

  it('S20: nothing is fetched', async () => {
    const { fetch } = globalThis;
    let calls = 0;
    globalThis.fetch = () => {
      calls++;
      return Promise.reject(new Error('no network'));
    };
    try {
      target.session.verify(forge({ alg, ...members }, ADMIN, ATTACKER));
      target.session.verify(forge({ alg, ...members }, ADMIN));
    } finally {
      globalThis.fetch = fetch;
    }
    assert.equal(calls, 0);
  });

  it('a key in the payload is data', async () => {
    const payload = { jwk: { kty: 'oct', k: toBase64url(ATTACKER) }, secretKey: ATTACKER };
    await refuses(target, forge({ alg, typ: 'JWT' }, payload, ATTACKER), 'bad-signature');
  });
});

describe('attack: crit and b64', () => {
  it('S20: any crit is refused, also an empty one and one that is not a list', async () => {
    for (const crit of [[], ['exp'], ['b64'], ['alg'], [''], [null], 'exp', '', null, false, 0, {}, { exp: true }]) {
      await refuses(target, forge({ alg, typ: 'JWT', crit }, ADMIN), 'unsupported-header');
      await refuses(target, forge({ alg, typ: 'JWT', crit }, ADMIN, ATTACKER), 'bad-signature');
    }
    await refuses(target, forge('{"alg":"HS256","crit":["x"],"crit":[]}', ADMIN), 'unsupported-header');
  });

  it('S20: an unencoded payload (RFC 7797) is refused, with and without crit', async () => {
    const json = JSON.stringify(ADMIN);
    for (const header of [
      { alg, b64: false, crit: ['b64'] },
      { alg, b64: false },
      { alg, b64: null },
      { alg, b64: 0 },
      { alg, b64: 'false' },
      { alg, b64: 'true' },
      { alg, b64: [true] },
    ]) {
      await refuses(target, forge(header, ADMIN), 'unsupported-header');
      await refuses(target, signed(`${toBase64url(JSON.stringify(header))}.${json}`), 'unsupported-header');
    }
    // Signed as if it were encoded, and signed as it is: the payload has to be base64url.
    const header = toBase64url(JSON.stringify({ alg, typ: 'JWT' }));
    await refuses(target, signed(`${header}.${json}`), 'malformed');
    const [, , signature] = forge({ alg, typ: 'JWT' }, ADMIN).split('.');
    await refuses(target, `${header}.${json}.${signature}`, 'bad-signature');
  });

  it('S20: a detached payload is refused', async () => {
    const [header, payload, signature] = forge({ alg, typ: 'JWT' }, ADMIN).split('.');
    await refuses(target, `${header}..${signature}`, 'bad-signature');
    await refuses(target, `${header}.${signature}`, 'malformed');
    await refuses(target, `${header}.${payload}`, 'malformed');
  });

  it('zip and enc are not obeyed: a payload is never inflated or decrypted', async () => {
    await accepts(target, forge({ alg, zip: 'DEF', enc: 'A256GCM' }, ADMIN), ADMIN);
    await refuses(target, forge({ alg, zip: 'DEF' }, 'not JSON'), 'malformed');
  });
});

describe('attack: a secret that is nearly right', () => {
  it('S19: no other text, case, form or encoding of the secret signs', async () => {
    const accented = createTarget({ secretKey: `é${SECRET}` });
    for (const secret of [
      `e\u0301${SECRET}`,
      SECRET,
      `É${SECRET}`,
      `é${SECRET} `,
      `é${SECRET}\n`,
      `\ufeffé${SECRET}`,
    ]) {
      await refuses(accented, forge({ alg }, ADMIN, secret), 'bad-signature');
    }
    for (const secret of ['', ' ', SECRET.toUpperCase(), SECRET.trimEnd().slice(0, -1), toBase64url(SECRET)]) {
      await refuses(target, forge({ alg }, ADMIN, secret), 'bad-signature');
    }
    // To HMAC a key and the same with zero bytes behind it are one: nobody learns anything by it.
    await accepts(target, forge({ alg }, ADMIN, `${SECRET}\0`), ADMIN);
  });
});
