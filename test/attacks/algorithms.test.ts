// Attacks on the algorithm: another one, none, or a public key in the place of the secret.
import { createHmac, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, it } from 'node:test';
import { Session } from '../../dist/session/index.js';
import { forge, SECRET } from '../jwt/forge.js';
import { toBase64url } from '../support/bytes.js';
import { throwsCode } from '../support/errors.js';
import { accepts, createTarget, refuses } from './target.js';

const target = createTarget();
const ADMIN = { user: 'admin' };

const inputOf = (header: object | string): string =>
  `${toBase64url(typeof header === 'string' ? header : JSON.stringify(header))}.${toBase64url(JSON.stringify(ADMIN))}`;

/** Every way of writing a word with small and capital letters. */
function spellings(word: string): readonly string[] {
  let all = [''];
  for (const letter of word) {
    all = all.flatMap((begin) =>
      [...new Set([letter.toLowerCase(), letter.toUpperCase()])].map((next) => begin + next),
    );
  }
  return all;
}

describe('attack: none', () => {
  it('S20: no spelling of none is read, whatever stands for the signature', async () => {
    for (const alg of [...spellings('none'), '', ' ', 'none ', 'nоne', 'no\u0000ne', 'null', 'undefined']) {
      const input = inputOf({ alg, typ: 'JWT' });
      await refuses(target, input, 'malformed');
      for (const signature of ['', '=', 'A', 'AA', 'none', toBase64url('')]) {
        await refuses(target, `${input}.${signature}`, 'malformed');
      }
      for (const signature of ['A'.repeat(43), `${'_'.repeat(42)}8`]) {
        await refuses(target, `${input}.${signature}`, 'unsupported-header');
      }
      // Not even from someone who has the secret.
      await refuses(target, forge({ alg }, ADMIN), 'unsupported-header');
    }
  });

  it('S20: an empty signature is malformed for HS256 too, and one of zeros is bad', async () => {
    const input = inputOf({ alg: 'HS256', typ: 'JWT' });
    await refuses(target, `${input}.`, 'malformed');
    await refuses(target, `${input}.${'A'.repeat(43)}`, 'bad-signature');
  });
});

describe('attack: another algorithm', () => {
  it('S20: a MAC by another hash is refused, whole or cut to the right length', async () => {
    for (const [alg, hash] of [
      ['HS512', 'sha512'],
      ['HS384', 'sha384'],
      ['HS1', 'sha1'],
      ['HS256', 'sha512'],
      ['HS256', 'sha384'],
      ['HS256', 'sha1'],
    ] as const) {
      const input = inputOf({ alg, typ: 'JWT' });
      const mac = createHmac(hash, SECRET).update(input).digest();
      const whole = mac.toString('base64url');
      await refuses(target, `${input}.${whole}`);
      const cut = Buffer.concat([mac, mac]).subarray(0, 32).toString('base64url');
      await refuses(target, `${input}.${cut}`, alg === 'HS256' ? 'bad-signature' : 'unsupported-header');
    }
  });

  it('S20: a cut or doubled MAC of the right hash is malformed', async () => {
    const token = forge({ alg: 'HS256', typ: 'JWT' }, ADMIN);
    await accepts(target, token, ADMIN);
    const at = token.lastIndexOf('.') + 1;
    const mac = Buffer.from(token.slice(at), 'base64url');
    for (const length of [0, 1, 8, 16, 31, 33, 64]) {
      const other = Buffer.concat([mac, mac]).subarray(0, length).toString('base64url');
      await refuses(target, token.slice(0, at) + other, 'malformed');
    }
  });

  it('S20: alg is exactly the text HS256: no other case, type, list or place', async () => {
    const others = spellings('HS256').filter((alg) => alg !== 'HS256');
    const types = [['HS256'], [['HS256']], { alg: 'HS256' }, 256, true, null, [], {}];
    for (const alg of [...others, 'HS256 ', ' HS256', 'HS256\u0000', 'HS256,none', 'ＨＳ256', ...types]) {
      await refuses(target, forge({ alg, typ: 'JWT' }, ADMIN), 'unsupported-header');
    }
    for (const header of [
      {},
      { ALG: 'HS256' },
      { 'alg ': 'HS256' },
      { typ: 'HS256' },
      { enc: 'HS256' },
      { header: { alg: 'HS256' } },
      { constructor: { alg: 'HS256' } },
      '{"__proto__":{"alg":"HS256"}}',
    ]) {
      await refuses(target, forge(header, ADMIN), 'unsupported-header');
    }
  });

  it('S20: of two members alg the last counts, in any spelling of the name', async () => {
    for (const header of [
      '{"alg":"HS256","alg":"none"}',
      '{"alg":"HS256","\\u0061lg":"none"}',
      '{"alg":"HS256","typ":"JWT","alg":["HS256"]}',
    ]) {
      await refuses(target, forge(header, ADMIN), 'unsupported-header');
    }
    await accepts(target, forge('{"alg":"none","\\u0061lg":"HS256"}', ADMIN), ADMIN);
  });
});

describe('attack: a public key as the secret', () => {
  const texts = ({ publicKey, privateKey }: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }) => ({
    publicKey: String(publicKey.export({ type: 'spki', format: 'pem' })),
    privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  });
  const rsa = texts(generateKeyPairSync('rsa', { modulusLength: 2048 }));
  const ec = texts(generateKeyPairSync('ec', { namedCurve: 'P-256' }));

  it('S19: is refused as a secret, so no token can be made with it', () => {
    for (const key of [rsa.publicKey, ec.publicKey, rsa.privateKey, ec.privateKey]) {
      for (const secretKey of [key, Buffer.from(key), ` ${key}`, [SECRET, key], [{ id: 'a', secret: key }]]) {
        throwsCode(() => new Session({ secretKey }), 'ERR_SESSION_BAD_SECRET', [key.slice(40, 60)]);
      }
    }
  });

  it('S19: reads nothing when it is given for one token', () => {
    for (const key of [rsa.publicKey, ec.publicKey]) {
      for (const alg of ['HS256', 'RS256', 'ES256']) {
        const token = forge({ alg, typ: 'JWT' }, ADMIN, key);
        const verdict = target.session.verify(token, key);
        if (verdict.ok || verdict.reason !== 'unknown-key') throw new Error(`${alg} was not refused as unknown-key`);
      }
    }
  });

  it('S20: RS256, ES256, PS256, EdDSA with an HMAC by the public key, or truly signed, are refused', async () => {
    for (const key of [rsa, ec]) {
      await refuses(target, forge({ alg: 'HS256', typ: 'JWT' }, ADMIN, key.publicKey), 'bad-signature');
      for (const alg of ['RS256', 'RS512', 'PS256', 'ES256', 'ES512', 'EdDSA', 'A256GCMKW', 'dir']) {
        await refuses(target, forge({ alg, typ: 'JWT' }, ADMIN, key.publicKey), 'unsupported-header');
        const input = inputOf({ alg, typ: 'JWT' });
        const signature = createSign('sha256').update(input).sign(key.privateKey).toString('base64url');
        await refuses(target, `${input}.${signature}`);
      }
    }
  });
});
