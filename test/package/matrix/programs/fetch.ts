// Anything that takes a Request: the two lines of docs/hosts/fetch.md, and what of a handler is inferred.
import { Session, type SessionDict, withSession } from 'microdot/session';
import { fetchHost } from 'microdot/session/fetch';
import { type Equal, expectType } from './assert.js';

const host = fetchHost();
new Session(host, { secretKey: new Uint8Array(32) });

export const worker = {
  fetch: host.handler(
    withSession((_request: Request, session) => {
      expectType<Equal<typeof session, SessionDict>>();
      session.n = (session.n ?? 0) + 1;
      session.save();
      return new Response(`visit ${session.n}`);
    }),
  ),
};

interface Env {
  readonly SESSION_KEY: string;
}
const sessions = new Session<{ n: number }>(host, { secretKey: new Uint8Array(32), cookieName: 'typed' });
const typed = host.handler(
  sessions.with((_request: Request, session, env: Env) => {
    expectType<Equal<typeof session.n, number | undefined>>();
    // @ts-expect-error a wrong value
    session.n = 'one';
    return new Response(`${env.SESSION_KEY.length} ${session.n?.toFixed()}`);
  }),
);
expectType<Equal<Parameters<typeof typed>, [Request, Env]>>();
