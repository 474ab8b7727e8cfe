// A login with a fetch handler alone: a form, a flash message, "remember me", logout. node .examples/fetch/login.js
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { flash, Session, type SessionDict } from 'microdot/session';
import { fetchHost } from 'microdot/session/fetch';
import { loadSecret } from 'microdot/session/secret';
import { homePage, idleTimeout, isUser, type LoginData, loginPage } from '../shared/login-page.js';
import { serveFetch } from '../shared/serve-fetch.js';

type Handler = (request: Request, session: SessionDict<LoginData>) => Response | Promise<Response>;

const home: Handler = (_request, session) => {
  const message = flash<string>(session, 'info');
  if (message !== undefined) session.save();
  const page = session.user === undefined ? loginPage(message) : homePage(session.user, message);
  // After a logout the way back must not lead to this page: browsers keep whole pages, unless they are told not to.
  return new Response(page, {
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' },
  });
};

const logIn: Handler = async (request, session) => {
  const form = new URLSearchParams(await request.text());
  const name = form.get('name') ?? '';
  if (isUser(name, form.get('password') ?? '')) {
    session.user = name;
    session.remember = form.has('remember');
    flash(session, 'info', 'Welcome back.');
  } else flash(session, 'info', 'No such name and password.');
  session.save();
  return seeOther('/');
};

const logOut: Handler = (_request, session) => {
  session.delete();
  flash(session, 'info', 'You are logged out.');
  session.save();
  return seeOther('/');
};

const seeOther = (location: string): Response => new Response(null, { status: 303, headers: { Location: location } });

const ROUTES: Readonly<Record<string, Handler>> = { 'GET /': home, 'POST /login': logIn, 'POST /logout': logOut };

export interface App {
  readonly fetch: (request: Request) => Promise<Response>;
}

export function createApp(secretKey: string): App {
  const host = fetchHost();
  const sessions = new Session<LoginData>(host, {
    secretKey,
    idleTimeout,
    cookieOptions: { sameSite: 'Lax', secure: 'auto' },
  });
  return {
    fetch: host.handler((request: Request) => {
      const route = ROUTES[`${request.method} ${new URL(request.url).pathname}`];
      return route === undefined ? new Response('not found', { status: 404 }) : sessions.with(route)(request);
    }),
  };
}

// On Bun: Bun.serve(createApp(key)). Deno: Deno.serve(createApp(key).fetch). Workers: export default createApp(key).
if (argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.env.PORT ?? 5000);
  serveFetch(createApp(loadSecret('session.key')).fetch).listen(port, '127.0.0.1', () => {
    process.stdout.write(`http://127.0.0.1:${port}\n`);
  });
}
