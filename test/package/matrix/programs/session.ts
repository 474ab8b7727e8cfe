// microdot/session without a framework.
import { flash, Session, type SessionDict, ValueError, type Verdict } from 'microdot/session';
import { type Equal, expectType } from './assert.js';

interface Login {
  user: string;
}

const sessions = new Session<Login>({ secretKey: new Uint8Array(32) });
const verdict: Verdict<Login> = sessions.verify(sessions.encode({ user: 'ada' }));
if (!verdict.ok) throw new Error(verdict.reason);
expectType<Equal<typeof verdict.payload.user, string | undefined>>();
if (verdict.payload.user !== 'ada') throw new Error('another payload');

export function message(session: SessionDict<Login>): string | undefined {
  expectType<Equal<typeof session.user, string | undefined>>();
  return flash<string>(session, 'info');
}

try {
  new Session().encode({});
} catch (error) {
  if (!(error instanceof ValueError) || error.code !== 'ERR_SESSION_NO_SECRET') throw error;
}
