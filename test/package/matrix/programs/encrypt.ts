// Encryption, with the AES of the platform and with one that is brought.
import { Session } from 'microdot/session';
import { type AesGcm, jwe } from 'microdot/session/encrypt';
import { type Equal, expectType } from './assert.js';

const sessions = new Session<{ n: number }>({ secretKey: new Uint8Array(32), encrypt: jwe() });
const data = sessions.decode(sessions.encode({ n: 1 }));
expectType<Equal<typeof data.n, number | undefined>>();
if (data.n !== 1) throw new Error('another payload');

export const brought = (cipher: AesGcm): Session<{ n: number }> =>
  new Session({ secretKey: new Uint8Array(32), encrypt: jwe({ cipher }) });
