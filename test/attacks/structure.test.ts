// Attacks on the form of a token: nested, swapped, spliced, doubled, in another serialization, with look-alike dots.
import { describe, it } from 'node:test';
import { forge, SECRET, signed } from '../jwt/forge.js';
import { toBase64url } from '../support/bytes.js';
import { accepts, createTarget, refuses } from './target.js';

const target = createTarget();
const ADA = { user: 'ada' };
const alg = 'HS256';
const token = target.session.encode(ADA);
const [header = '', payload = '', signature = ''] = token.split('.');

describe('attack: nested tokens', () => {
  it('S20: a token as the payload of a token is no session, with cty and without', async () => {
    for (const extra of [{}, { cty: 'JWT' }, { cty: 'jwt', typ: 'JWT' }, { typ: 'JOSE' }]) {
      await refuses(target, forge({ alg, ...extra }, token), 'malformed');
      await refuses(target, forge({ alg, ...extra }, JSON.stringify(token)), 'not-an-object');
      await refuses(target, forge({ alg, ...extra }, JSON.stringify([token])), 'not-an-object');
      await refuses(target, signed(`${toBase64url(JSON.stringify({ alg, ...extra }))}.${token}`), 'malformed');
    }
  });

  it('a token inside an object is text and is not opened', async () => {
    await accepts(target, forge({ alg, cty: 'JWT' }, { token }), { token });
  });

  it('S20: a token around a good one is refused', async () => {
    for (const outer of [`${token}.${token}`, `${token}${token}`, `${header}.${token}`, `${token}.${signature}`]) {
      await refuses(target, outer);
    }
  });
});

describe('attack: moved segments', () => {
  it('S20: no other order, number or doubling of the segments is read', async () => {
    await accepts(target, token, ADA);
    const parts = ['', header, payload, signature];
    for (const a of parts) {
      for (const b of parts) {
        await refuses(target, `${a}.${b}`);
        for (const c of parts) {
          const moved = `${a}.${b}.${c}`;
          if (moved !== token) await refuses(target, moved);
          await refuses(target, `${moved}.`);
          await refuses(target, `.${moved}`);
          for (const d of parts) await refuses(target, `${moved}.${d}`);
        }
      }
    }
  });

  it('S20: segments of two good tokens make no third one', async () => {
    const other = target.session.encode({ user: 'bob', admin: true });
    const [, bob, bobs] = other.split('.');
    await refuses(target, `${header}.${bob}.${signature}`, 'bad-signature');
    await refuses(target, `${header}.${payload}.${bobs}`, 'bad-signature');
    const odd = forge({ typ: 'JWT', alg }, ADA);
    await accepts(target, odd, ADA);
    await refuses(target, `${odd.split('.')[0]}.${payload}.${signature}`, 'bad-signature');
    await refuses(target, `${header}.${odd.split('.').slice(1).join('.')}`, 'bad-signature');
  });

  it('S20: a boundary moved between header and payload is refused', async () => {
    for (let at = 1; at < header.length + payload.length; at++) {
      const moved = `${(header + payload).slice(0, at)}.${(header + payload).slice(at)}.${signature}`;
      if (moved !== token) await refuses(target, moved);
    }
  });
});

describe('attack: another serialization', () => {
  const general = { payload, signatures: [{ protected: header, signature }] };
  const flattened = { protected: header, payload, signature };

  it('S20: JSON Serialization is malformed, general and flattened, plain and encoded', async () => {
    for (const object of [general, flattened, { ...flattened, header: { kid: 'x' } }, [token], { token }]) {
      const json = JSON.stringify(object);
      await refuses(target, json);
      await refuses(target, encodeURIComponent(json));
      await refuses(target, toBase64url(json));
      await refuses(target, JSON.stringify(json));
    }
  });

  it('S20: an encrypted token of five segments is refused', async () => {
    const jwe = [toBase64url('{"alg":"dir","enc":"A256GCM"}'), '', toBase64url('123456789012'), payload];
    await refuses(target, [...jwe, toBase64url('1234567890123456')].join('.'));
    await refuses(target, [...jwe, 'A'.repeat(43)].join('.'), 'unsupported-header');
    await refuses(target, signed(jwe.join('.')), 'unsupported-header');
    await refuses(target, signed(`${header}.${jwe.join('.')}`), 'malformed');
  });

  it('tokens of other libraries of the same secret are refused by their form', async () => {
    for (const foreign of [
      `s:abc.${signature}`,
      `Fe26.2**${signature}*x*y**${payload}*z`,
      `${payload}.${signature}`,
      `${payload}|1700000000|${signature}`,
      `v4.local.${payload}`,
      `${toBase64url('{"a":1}')}--${signature}`,
    ]) {
      await refuses(target, foreign, 'malformed');
    }
  });
});

describe('attack: look-alikes', () => {
  it('S20: what looks like a dot is none', async () => {
    for (const dot of [
      '\uff0e',
      '\u2024',
      '\u3002',
      '\u00b7',
      '\uff61',
      '\u0660',
      '\u06d4',
      '%2E',
      '%2e',
      '&#46;',
      '\\.',
      '\0.',
      '.\u200b',
      '\u202e.',
      '\ud800',
      '..',
      ',',
      ':',
      '',
    ]) {
      await refuses(target, `${header}${dot}${payload}.${signature}`);
      await refuses(target, `${header}.${payload}${dot}${signature}`);
      await refuses(target, [header, payload, signature].join(dot));
    }
  });

  it('S20: characters whose low byte is the right one are not that one', async () => {
    for (let at = 0; at < token.length; at++) {
      for (const plane of [0x100, 0x2000, 0xff00]) {
        const other = String.fromCharCode(token.charCodeAt(at) + plane);
        await refuses(target, token.slice(0, at) + other + token.slice(at + 1), 'malformed');
      }
    }
  });

  it('S20: padding, blanks and the other base64 alphabet are refused in every segment', async () => {
    // A payload whose base64url has both of the characters that base64 writes otherwise.
    const odd = target.session.encode({ a: '~~~???>>>' });
    const parts = odd.split('.');
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i] ?? '';
      for (const other of [
        `${part}=`,
        `${part}==`,
        `${part} `,
        ` ${part}`,
        `${part}\n`,
        part.replaceAll('_', '/').replaceAll('-', '+'),
        `${part}A`,
        `${part}AA`,
        `"${part}"`,
      ]) {
        if (other !== part) await refuses(target, parts.map((one, at) => (at === i ? other : one)).join('.'));
      }
    }
  });

  it('S4: a token of a secret with the same beginning is refused', async () => {
    await refuses(target, forge({ alg, typ: 'JWT' }, ADA, `${SECRET}x`), 'bad-signature');
    await refuses(target, forge({ alg, typ: 'JWT' }, ADA, SECRET.slice(0, -1)), 'bad-signature');
  });
});
