// Live, both ways, with Python's jwcrypto: encrypted sessions, given the key as docs/encryption.md derives it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { jwe } from '../../dist/encrypt/index.js';
import { Session } from '../../dist/session/index.js';
import { needs, pythonWith, ROOT } from '../support/needs.js';
import { asJson, generated, type Payload, SAMPLES, SECRET, tampered } from './payloads.js';
import { askPython } from './python.js';

interface Answer {
  readonly token: string;
  readonly payload: Payload;
  readonly error: string;
}

/** One process for all questions: starting Python costs more than answering thousands. */
function jwcrypto(questions: readonly object[]): readonly Answer[] {
  const common = { secret: SECRET, name: 'session' };
  return askPython(
    'test/interop/jwe_jwcrypto.py',
    'jwcrypto',
    questions.map((question) => ({ ...common, ...question })),
  );
}

describe('interop of encryption with jwcrypto', needs.python('jwcrypto'), () => {
  const session = new Session({ secretKey: SECRET, encrypt: jwe() });
  const payloads = [...SAMPLES, ...generated()];

  it('encrypt: jwcrypto reads every token written here', () => {
    const answers = jwcrypto(payloads.map((payload) => ({ op: 'decode', token: session.encode(payload) })));
    assert.deepEqual(
      answers,
      payloads.map((payload) => ({ payload: asJson(payload) })),
    );
  });

  it('encrypt: every token jwcrypto writes is read here', () => {
    const answers = jwcrypto(payloads.map((payload) => ({ op: 'encode', payload })));
    assert.deepEqual(
      answers.map(({ token }) => asJson(session.decode(token))),
      payloads.map(asJson),
    );
  });

  it('encrypt: the cookie name, or the purpose, is part of the key on both sides', () => {
    const shop = new Session({ secretKey: SECRET, encrypt: jwe(), purpose: 'Läden' });
    const token = shop.encode({ n: 1 });
    const [right, wrong] = jwcrypto([
      { op: 'decode', token, name: 'Läden' },
      { op: 'decode', token },
    ]);
    assert.deepEqual(right, { payload: { n: 1 } });
    assert.deepEqual(wrong, { error: 'InvalidJWEData' });
  });

  it('encrypt: the Python of docs/encryption.md reads a session', () => {
    const [, code = ''] =
      /^```python\n([\s\S]*?)^```/m.exec(readFileSync(join(ROOT, 'docs/encryption.md'), 'utf8')) ?? [];
    const program = `${code}\nimport sys\nprint(json.dumps(read_session(sys.argv[1], sys.argv[2].encode())))\n`;
    const arguments_ = ['-X', 'utf8', '-c', program, session.encode({ city: 'Zürich', n: 1 }), SECRET];
    const { status, stdout, stderr } = spawnSync(pythonWith('jwcrypto'), arguments_, { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), { city: 'Zürich', n: 1 });
  });

  it('S4: tampered tokens are refused on both sides', () => {
    const tokens = SAMPLES.flatMap((payload) => tampered(session.encode(payload)));
    for (const { error } of jwcrypto(tokens.map((token) => ({ op: 'decode', token })))) {
      assert.match(error, /^(InvalidJWEData|InvalidJWEOperation|JSONDecodeError|UnicodeDecodeError|ValueError)$/);
    }
    for (const token of tokens) assert.deepEqual(session.decode(token), {});
  });
});
