// Attacks on the key id: it chooses among the configured keys and does nothing else.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { forge, SECRET } from '../jwt/forge.js';
import { accepts, createTarget, refuses } from './target.js';

const NEW = `${SECRET}, the new one`;
const OLD = `${SECRET}, the old one`;
const DATA = { user: 'ada' };
const alg = 'HS256';

const named = createTarget({
  secretKey: [
    { id: 'new', secret: NEW },
    { id: 'old', secret: OLD },
  ],
});
const mixed = createTarget({ secretKey: [{ id: 'new', secret: NEW }, OLD] });
const plain = createTarget();

/** Names of files, queries and commands, with the key that each is said to yield. */
const TRICKS: readonly (readonly [kid: string, secret: string])[] = [
  ['../../../../../../dev/null', '\0'],
  ['/dev/null', '\0'],
  ['/proc/sys/kernel/randomize_va_space', '2'],
  ['file:///dev/null', '\0'],
  ['..\\..\\windows\\win.ini', '; for 16-bit app support'],
  ["' UNION SELECT 'x' -- ", 'x'],
  ['x" OR "1"="1', 'x'],
  ["new'--", NEW],
  ['| whoami', 'root'],
  ['$(id)', 'uid=0'],
  ['https://attacker.example/jwks.json', 'x'],
  ['new\0', NEW],
  ['new ', NEW],
  [' new', NEW],
  ['NEW', NEW],
  ['ne\u0077\u200b', NEW],
  ['', NEW],
  ['0', NEW],
  ['1', OLD],
  ['undefined', NEW],
  ['null', NEW],
  ['[object Object]', NEW],
];

const INHERITED = [...Object.getOwnPropertyNames(Object.prototype), 'length', 'prototype', 'map', 'find'];

describe('attack: kid', () => {
  it('a path, a query, a command or a near miss is no key, whatever it was signed with', async () => {
    for (const [kid, secret] of TRICKS) {
      await refuses(named, forge({ alg, kid, typ: 'JWT' }, DATA, secret), 'unknown-key');
      await refuses(plain, forge({ alg, kid, typ: 'JWT' }, DATA, secret), 'bad-signature');
    }
  });

  it('the name of something that every object has is no key', async () => {
    for (const kid of INHERITED) {
      for (const secret of [NEW, OLD, 'x']) await refuses(named, forge({ alg, kid }, DATA, secret), 'unknown-key');
    }
  });

  it('such a name may be the id of a key, and is that key only', async () => {
    for (const id of INHERITED) {
      const odd = createTarget({
        secretKey: [
          { id, secret: NEW },
          { id: 'old', secret: OLD },
        ],
      });
      await accepts(odd, odd.session.encode(DATA), DATA);
      await refuses(odd, forge({ alg, kid: id, typ: 'JWT' }, DATA, OLD), 'bad-signature');
    }
  });

  it('the id of another key is refused: a key signs under its own id only', async () => {
    await accepts(named, forge({ alg, kid: 'new', typ: 'JWT' }, DATA, NEW), DATA);
    await accepts(named, forge({ alg, kid: 'old', typ: 'JWT' }, DATA, OLD), DATA);
    await refuses(named, forge({ alg, kid: 'old', typ: 'JWT' }, DATA, NEW), 'bad-signature');
    await refuses(named, forge({ alg, kid: 'new', typ: 'JWT' }, DATA, OLD), 'bad-signature');
    const [, payload, signature] = forge({ alg, kid: 'new', typ: 'JWT' }, DATA, NEW).split('.');
    const [other] = forge({ alg, kid: 'old', typ: 'JWT' }, DATA, OLD).split('.');
    await refuses(named, `${other}.${payload}.${signature}`, 'bad-signature');
  });

  it('a key with an id is not tried on a foreign id; one without an id is', async () => {
    await refuses(mixed, forge({ alg, kid: 'foreign' }, DATA, NEW), 'bad-signature');
    await accepts(mixed, forge({ alg, kid: 'foreign' }, DATA, OLD), DATA);
    await refuses(mixed, forge({ alg, kid: 'new' }, DATA, OLD), 'bad-signature');
  });

  it('a kid that is no text is refused: by the signature, or as unsupported-header from someone with the key', async () => {
    for (const kid of [['new'], [], { id: 'new' }, {}, 0, 1, 1.5, -1, true, false, null]) {
      await refuses(named, forge({ alg, kid, typ: 'JWT' }, DATA, 'x'), 'bad-signature');
      for (const secret of [NEW, OLD]) await refuses(named, forge({ alg, kid }, DATA, secret), 'unsupported-header');
    }
  });

  it('of two members kid the last counts, and one on __proto__ does not', async () => {
    await refuses(named, forge('{"alg":"HS256","kid":"new","kid":"old"}', DATA, NEW), 'bad-signature');
    await accepts(named, forge('{"alg":"HS256","kid":"old","\\u006bid":"new"}', DATA, NEW), DATA);
    await refuses(named, forge('{"alg":"HS256","__proto__":{"kid":"new"}}', DATA, 'x'), 'bad-signature');
    await refuses(named, forge('{"alg":"HS256","kid":"x","__proto__":{"kid":"new"}}', DATA, NEW), 'unknown-key');
  });

  it('a kid of 10 KB is a kid like any other to verify, and too large a cookie', async () => {
    const kid = 'new'.repeat(3500);
    const token = forge({ alg, kid }, DATA, NEW);
    await refuses(named, token, 'unknown-key');
    await refuses(plain, forge({ alg, kid }, DATA, 'x'), 'bad-signature');
    const reasons: string[] = [];
    const told = createTarget({ onReject: (reason) => reasons.push(reason) });
    await told.app.fetch(new Request('http://localhost/', { headers: { Cookie: `session=${token}` } }));
    assert.deepEqual(reasons, ['too-large']);
  });
});
