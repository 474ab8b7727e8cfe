// The cross-use matrix: what one configuration signs opens nothing under another.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { jwe } from '../../dist/encrypt/index.js';
import { Session, type SessionOptions } from '../../dist/session/index.js';
import { SECRET } from '../jwt/forge.js';
import { FakeHost, FakeJar } from '../support/fake-host.js';

const OTHER = 'another test secret of more than thirty-two bytes';

/**
 * Configurations that must not read each other. The cookie's name alone binds nothing: the value of one cookie can be
 * sent under another's name, so that names differ here only beside a purpose; see the last test for what they are worth.
 */
const CONFIGURATIONS: Readonly<Record<string, SessionOptions>> = {
  plain: { secretKey: SECRET },
  'another secret': { secretKey: OTHER },
  'the secret with a space': { secretKey: `${SECRET} ` },
  'purpose a': { secretKey: SECRET, purpose: 'a' },
  'purpose b': { secretKey: SECRET, purpose: 'b' },
  'purpose a, another secret': { secretKey: OTHER, purpose: 'a' },
  'purpose of the cookie name': { secretKey: SECRET, cookieName: 'sid', purpose: 'sid' },
  'purpose of a __Host- name': {
    secretKey: SECRET,
    cookieName: '__Host-session',
    purpose: '__Host-session',
    cookieOptions: { secure: true },
  },
  'audience x': { secretKey: SECRET, audience: 'x' },
  'audience y': { secretKey: SECRET, audience: 'y' },
  'audience x, purpose a': { secretKey: SECRET, audience: 'x', purpose: 'a' },
  'audience x, another secret': { secretKey: OTHER, audience: 'x' },
  'audience y, purpose a': { secretKey: SECRET, audience: 'y', purpose: 'a' },
  'audience x, purpose b, another name': { secretKey: SECRET, audience: 'x', purpose: 'b', cookieName: 'x' },
  'a list of other secrets': { secretKey: [`1 ${OTHER}`, { id: 'a', secret: `2 ${OTHER}` }] },
  encrypted: { secretKey: SECRET, encrypt: jwe() },
  'encrypted, another secret': { secretKey: OTHER, encrypt: jwe() },
  'encrypted, purpose a': { secretKey: SECRET, encrypt: jwe(), purpose: 'a' },
  'encrypted, another name': { secretKey: SECRET, encrypt: jwe(), cookieName: 'sid' },
  'encrypted, audience x': { secretKey: SECRET, encrypt: jwe(), audience: 'x' },
  'encrypted, migrating, purpose m': { secretKey: SECRET, encrypt: jwe({ migrate: true }), purpose: 'm' },
  'a list with ids, purpose c': { secretKey: [{ id: 'a', secret: SECRET }, OTHER], purpose: 'c' },
};

describe('cross use', () => {
  const entries = Object.entries(CONFIGURATIONS);
  for (const [writer, options] of entries) {
    it(`a token of "${writer}" opens nothing elsewhere`, () => {
      const token = new Session(options).encode({ user: 'ada' });
      for (const [reader, theirs] of entries) {
        const session = new Session(new FakeHost(), theirs);
        const expected = reader === writer ? { user: 'ada' } : {};
        assert.deepEqual(session.decode(token), expected, reader);
        const cookie = `${theirs.cookieName ?? 'session'}=${token}`;
        assert.deepEqual({ ...session.open(new FakeJar(cookie)) }, expected, reader);
      }
    });
  }

  it('the cookie name alone binds nothing: a value moved to another name is read there', () => {
    const token = new Session({ secretKey: SECRET, cookieName: 'a' }).encode({ n: 1 });
    const other = new Session({ secretKey: SECRET, cookieName: 'b' });
    assert.equal(other.open(new FakeJar(`b=${token}`)).n, 1);
    assert.equal(other.open(new FakeJar(`a=${token}`)).n, undefined);
  });
});
