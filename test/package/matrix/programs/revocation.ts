// Revocation: typed by the session's data, and a session that has been ended.
import { Session, type SessionHost, type SessionJar } from 'microdot/session';
import { memoryLog, type RevocationLog, Revocations } from 'microdot/session/revocation';
import { type Equal, expectType } from './assert.js';

interface Login {
  user: string;
}

const jar: SessionJar = { cookieHeader: null, secure: null, headSent: false, onHead: () => {} };
const host: SessionHost = { installSession: () => {}, sessionJar: () => jar };
const sessions = new Session<Login>(host, { secretKey: new Uint8Array(32).fill(7) });
const log: RevocationLog = memoryLog();
const revocations = new Revocations(sessions, {
  log,
  subject: (data) => {
    expectType<Equal<typeof data.user, string | undefined>>();
    return data.user;
  },
  onUnavailable: 'closed',
});

await revocations.start();
const token = sessions.encode({ user: 'ada' });
if (!sessions.verify(token).ok) throw new Error('a session that goes on is refused');
await revocations.revokeAll('ada');
const verdict = sessions.verify(token);
if (verdict.ok || verdict.reason !== 'revoked') throw new Error('a session that was ended is accepted');
