// What the attacks are aimed at: a session by itself, and behind an app as a visitor meets it.
import assert from 'node:assert/strict';
import { Microdot } from '../../dist/microdot/index.js';
import { Session, type SessionOptions, type Verdict } from '../../dist/session/index.js';
import { SECRET } from '../jwt/forge.js';
import { viaFetch } from '../microdot/send.js';

export interface Target {
  readonly session: Session;
  readonly app: Microdot;
}

/** A session on an app that shows it at `/`. */
export function createTarget(options: SessionOptions = {}): Target {
  const app = new Microdot();
  const session = new Session(app, { secretKey: SECRET, ...options });
  app.get(
    '/',
    session.with((_request, dict) => ({ ...dict })),
  );
  return { session, app };
}

/** What a header may be made of: other text never arrives as a cookie. */
const FIELD = /^[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?$/;

/** Asserts that a token is nothing to the session, and its cookie an empty session and nothing else to the visitor. */
export async function refuses({ session, app }: Target, token: string, ...reasons: readonly string[]): Promise<void> {
  const verdict: Verdict<object> = session.verify(token);
  const told = verdict.ok ? 'accepted' : verdict.reason;
  assert.ok(!verdict.ok && (reasons.length === 0 || reasons.includes(told)), `${told}: ${token.slice(0, 200)}`);
  assert.deepEqual(session.decode(token), {});
  const cookie = `session=${token}`;
  if (!FIELD.test(cookie) || cookie.length > 8000) return;
  const { status, body, setCookies } = await viaFetch(app, { headers: { Cookie: cookie } });
  assert.deepEqual({ status, body, setCookies }, { status: 200, body: '{}', setCookies: [] });
}

/** Asserts that a token is good: what an attack is a small step away from. */
export async function accepts({ session, app }: Target, token: string, payload: object): Promise<void> {
  assert.deepEqual(session.decode(token), payload);
  const { status, body } = await viaFetch(app, { headers: { Cookie: `session=${token}` } });
  assert.deepEqual({ status, body }, { status: 200, body: JSON.stringify(payload) });
}
