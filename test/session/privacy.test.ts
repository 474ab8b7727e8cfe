// What is printed: nothing of ours shows a secret or a token, and a dict shows its data.
import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { inspect } from 'node:util';
import { Session } from '../../dist/session/index.js';
import { SECRET } from '../jwt/forge.js';
import { cookieOf, FakeHost, visit } from '../support/fake-host.js';
import { needs } from '../support/needs.js';

const streams = needs.node('console.log does not go through process.stdout');

describe('privacy', () => {
  const data = { card: 'payload-4711' };

  it('S19: no form of a session shows secret, token or payload', () => {
    for (const secretKey of [SECRET, Buffer.from(SECRET), Uint8Array.from(Buffer.from(SECRET))]) {
      const host = new FakeHost();
      const session = new Session(host, { secretKey });
      const token = session.encode(data);
      const request = host.request(cookieOf(token));
      session.get(request).save();
      const plain = [SECRET, token, 'payload-4711', [...Buffer.from(SECRET)].slice(0, 8).join(', ')];
      // Buffer's own hex dump of the secret's beginning.
      const dumped = [Buffer.from(SECRET).toString('hex').slice(0, 16), '61 20 74 65 73 74'];
      for (const form of [
        Object.prototype.toString.call(session),
        JSON.stringify(session),
        inspect(session),
        inspect(session, { depth: 10, showHidden: true }),
        inspect(session, { showProxy: true, depth: Number.POSITIVE_INFINITY }),
      ]) {
        for (const text of [...plain, ...dumped]) assert.ok(!form.includes(text), form);
      }
    }
  });

  it('S19: a dict shows its data, and neither secret nor token', () => {
    const session = new Session({ secretKey: SECRET });
    const token = session.encode(data);
    visit(session, cookieOf(token), (dict) => {
      dict.save();
      for (const form of [inspect(dict), inspect(dict, { showHidden: true, depth: 10 }), JSON.stringify(dict)]) {
        assert.ok(form.includes('payload-4711'));
        assert.ok(!form.includes(SECRET) && !form.includes(token));
      }
    });
  });

  it('S19: console.log of a dict and of a session shows neither secret nor token', streams, () => {
    const session = new Session({ secretKey: SECRET });
    const token = session.encode(data);
    let printed = '';
    const write = mock.method(process.stdout, 'write', (text: unknown) => {
      printed += String(text);
      return true;
    });
    try {
      visit(session, cookieOf(token), (dict) => {
        // biome-ignore lint/suspicious/noConsole: what it prints is the subject
        console.log(dict, session, '%o', dict);
      });
    } finally {
      write.mock.restore();
    }
    assert.ok(printed.includes('payload-4711') && printed.includes('Session'));
    assert.ok(!printed.includes(SECRET) && !printed.includes(token));
  });
});
