// Cookie stores: the one file and the handler of docs/hosts/cookies.md, and what of them is inferred.
import { Session } from 'microdot/session';
import { type CookieRequest, type CookieStore, cookiesHost, headerCookies } from 'microdot/session/cookies';
import { type Equal, expectType } from './assert.js';

const sessions = new Session<{ n: number }, CookieRequest>(cookiesHost(), { secretKey: new Uint8Array(32) });

export function count(cookies: CookieStore): number {
  const session = sessions.get(cookies);
  expectType<Equal<typeof session.n, number | undefined>>();
  // @ts-expect-error a wrong value
  session.n = 'one';
  session.n = (Number(session.n) || 0) + 1;
  session.save();
  return session.n;
}

export const action = sessions.with((cookies: CookieStore, session, name: string) => {
  expectType<Equal<typeof session.n, number | undefined>>();
  return [name, session.n?.toFixed(), cookies.get('other')];
});

sessions.get(headerCookies(new Headers(), new Headers()));
