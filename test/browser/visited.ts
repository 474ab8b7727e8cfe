// The app that browsers visit: counters behind cookies of every kind, and routes that say what no session would.
import { Microdot, Response } from '../../dist/microdot/index.js';
import { type CookieOptions, Session, type SessionDict } from '../../dist/session/index.js';

export const SECRET = 'a secret of this test, long enough for HKDF';
const SECURE = { secure: true, path: '/' } as const;
export const IDLE = 600;

interface Count {
  n: number;
}

/** The app of every test: one counter behind __Host-, one session for each SameSite, one that ends when idle. */
export class Visited {
  now = Math.floor(Date.now() / 1000);
  readonly app = new Microdot();

  constructor() {
    const session = (cookieName: string, cookieOptions: CookieOptions, idleTimeout: number | null = null) =>
      new Session<Count>(this.app, {
        secretKey: SECRET,
        cookieName,
        cookieOptions,
        purpose: cookieName,
        idleTimeout,
        now: () => this.now,
      });
    const host = session('__Host-session', { ...SECURE, sameSite: 'Lax' });
    const sites = [
      session('strict', { ...SECURE, sameSite: 'Strict' }),
      session('lax', { ...SECURE, sameSite: 'Lax' }),
      session('none', { ...SECURE, sameSite: 'None' }),
    ];
    const idle = session('idle', SECURE, IDLE);
    const count = (dict: SessionDict<Count>) => {
      dict.n = (dict.n ?? 0) + 1;
      dict.save();
      return { n: dict.n };
    };
    this.app.get(
      '/count',
      host.with((_request, dict) => count(dict)),
    );
    this.app.get('/all', (request) => [host, ...sites].map((one) => count(one.get(request))));
    this.app.get(
      '/idle/count',
      idle.with((_request, dict) => count(dict)),
    );
    this.app.get(
      '/idle',
      idle.with((_request, dict) => ({ ...dict })),
    );
    this.app.get('/page', () => new Response('<!doctype html><title>x</title>', 200, { 'Content-Type': 'text/html' }));
    // Anything a server can say, past every check of ours.
    for (const path of ['/raw', '/deep/raw']) {
      this.app.get(path, (request) => new Response('', 200, { 'Set-Cookie': request.queryString?.slice(4) ?? '' }));
    }
    this.app.route('/seen', { methods: ['GET', 'POST'] }, () => 'seen');
    this.app.get('/deep/seen', () => 'seen');
  }
}
