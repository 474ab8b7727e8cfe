// Live, both ways, with npm jose: the field's strictest JWT library.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { Session } from '../../dist/session/index.js';
import { importTool, needs } from '../support/needs.js';
import { asJson, generated, generatedAscii, type Payload, SAMPLES, SECRET, tampered } from './payloads.js';

/** As much of jose as is used here. */
interface Jose {
  jwtVerify(token: string, key: Uint8Array, options: object): Promise<{ readonly payload: Payload }>;
  SignJWT: new (payload: Payload) => Signer;
}
interface Signer {
  setProtectedHeader(header: object): Signer;
  sign(key: Uint8Array): Promise<string>;
}

describe('interop with jose', needs.tool('jose'), () => {
  const session = new Session({ secretKey: SECRET });
  const key = new TextEncoder().encode(SECRET);
  const payloads = [...SAMPLES, ...generated()].filter(isJosePayload);
  let jose: Jose;
  before(async () => {
    jose = await importTool<Jose>('jose');
  });

  const verify = async (token: string): Promise<Payload> =>
    (await jose.jwtVerify(token, key, { algorithms: ['HS256'] })).payload;
  const sign = (payload: Payload): Promise<string> =>
    new jose.SignJWT(payload).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key);

  it('S5: jose reads every token written here', async () => {
    for (const payload of payloads) {
      assert.deepEqual(asJson(await verify(session.encode(payload))), asJson(payload));
    }
  });

  it('S5: every token jose writes is read here', async () => {
    for (const payload of payloads) {
      assert.deepEqual(asJson(session.decode(await sign(payload))), asJson(payload));
    }
  });

  it('S5: for ASCII payloads of safe integers and text both write the same token', async () => {
    for (const payload of generatedAscii().filter(isJosePayload)) {
      assert.equal(session.encode(payload), await sign(payload));
    }
  });

  it('S4: tampered tokens are refused on both sides', async () => {
    for (const token of SAMPLES.flatMap((payload) => tampered(session.encode(payload)))) {
      await assert.rejects(verify(token), { name: /^(JWS|JWT|JOSE)/ });
      assert.deepEqual({ ...session.decode(token) }, {});
    }
  });
});

/** jose copies payloads by assignment, which loses an own `__proto__`. */
function isJosePayload(payload: Payload): boolean {
  return !Object.hasOwn(payload, '__proto__');
}
