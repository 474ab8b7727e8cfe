// Live, both ways, with PyJWT: what upstream signs and reads its sessions with.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Session } from '../../dist/session/index.js';
import { needs } from '../support/needs.js';
import { asJson, generated, generatedAscii, type Payload, SAMPLES, SECRET, tampered } from './payloads.js';
import { askPython } from './python.js';

interface Answer {
  readonly token: string;
  readonly payload: Payload;
  readonly error: string;
}

const pyjwt = (questions: readonly object[]): readonly Answer[] =>
  askPython(
    'test/interop/pyjwt.py',
    'jwt',
    questions.map((question) => ({ secret: SECRET, ...question })),
  );

describe('interop with PyJWT', needs.python('jwt'), () => {
  const session = new Session({ secretKey: SECRET });
  const payloads = [...SAMPLES, ...generated()];

  it('S5: PyJWT reads every token written here', () => {
    const answers = pyjwt(payloads.map((payload) => ({ op: 'decode', token: session.encode(payload) })));
    assert.deepEqual(
      answers,
      payloads.map((payload) => ({ payload: asJson(payload) })),
    );
  });

  it('S5: every token PyJWT writes is read here', () => {
    const answers = pyjwt(payloads.map((payload) => ({ op: 'encode', payload })));
    assert.deepEqual(
      answers.map(({ token }) => asJson(session.decode(token))),
      payloads.map(asJson),
    );
  });

  it('S5: the identity of a revocable session is plain claims to PyJWT, and is kept where Python saves', () => {
    const revocable = new Session({ secretKey: SECRET, revocable: true, now: () => 1_800_000_000.25 });
    const token = revocable.encode({ user: 'ada' });
    const { identity } = { identity: undefined, ...revocable.verify(token) };
    const [read] = pyjwt([{ op: 'decode', token }]);
    assert.deepEqual(read?.payload, { user: 'ada', jti: identity?.id, auth_time: 1_800_000_000_250 });
    const [saved] = pyjwt([{ op: 'encode', payload: { ...read?.payload, n: 1 } }]);
    const verdict = revocable.verify(saved?.token ?? '');
    assert.deepEqual(verdict.ok && [verdict.payload, verdict.identity], [{ user: 'ada', n: 1 }, identity]);
  });

  it('S5: for ASCII payloads of safe integers and text both write the same token', () => {
    const ascii = generatedAscii();
    const answers = pyjwt(ascii.map((payload) => ({ op: 'encode', payload })));
    assert.deepEqual(
      ascii.map((payload) => session.encode(payload)),
      answers.map(({ token }) => token),
    );
  });

  it('S4: tampered tokens are refused on both sides', () => {
    const tokens = SAMPLES.flatMap((payload) => tampered(session.encode(payload)));
    for (const { error } of pyjwt(tokens.map((token) => ({ op: 'decode', token })))) {
      assert.match(error, /^(InvalidSignatureError|DecodeError|InvalidAlgorithmError)$/);
    }
    for (const token of tokens) assert.deepEqual({ ...session.decode(token) }, {});
  });

  it('S4: a token under another secret is refused on both sides', () => {
    const token = session.encode({ n: 1 }, 'another secret, long enough to be one');
    assert.deepEqual(pyjwt([{ op: 'decode', token }]), [{ error: 'InvalidSignatureError' }]);
    assert.deepEqual({ ...session.decode(token) }, {});
  });
});
