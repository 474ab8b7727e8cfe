// A login on a cookie store, as SvelteKit, Next.js and Astro have it: a page, two actions. node .examples/cookies/login.js
import { createServer, type RequestListener } from 'node:http';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { flash, Session } from 'microdot/session';
import { type CookieRequest, cookiesHost } from 'microdot/session/cookies';
import { loadSecret } from 'microdot/session/secret';
import { homePage, idleTimeout, isUser, type LoginData, loginPage } from '../shared/login-page.js';
import { type Handler, serve } from './framework.js';

export function createApp(secretKey: string): RequestListener {
  const sessions = new Session<LoginData, CookieRequest>(cookiesHost(), {
    secretKey,
    idleTimeout,
    // Not 'auto': a cookie store does not know whether the connection is https.
    cookieOptions: { sameSite: 'Lax', secure: process.env.NODE_ENV === 'production' },
  });

  const home: Handler = ({ cookies }) => {
    const session = sessions.get(cookies);
    const message = flash<string>(session, 'info');
    if (message !== undefined) session.save();
    return { html: session.user === undefined ? loginPage(message) : homePage(session.user, message) };
  };

  const logIn: Handler = ({ cookies, form }) => {
    const session = sessions.get(cookies);
    const name = form.get('name') ?? '';
    if (isUser(name, form.get('password') ?? '')) {
      session.user = name;
      session.remember = form.has('remember');
      flash(session, 'info', 'Welcome back.');
    } else flash(session, 'info', 'No such name and password.');
    session.save();
    return { redirect: '/' };
  };

  const logOut: Handler = ({ cookies }) => {
    const session = sessions.get(cookies);
    session.delete();
    flash(session, 'info', 'You are logged out.');
    session.save();
    return { redirect: '/' };
  };

  return serve({ 'GET /': home, 'POST /login': logIn, 'POST /logout': logOut });
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.env.PORT ?? 5000);
  const server = createServer(createApp(loadSecret('session.key')));
  server.listen(port, '127.0.0.1', () => {
    process.stdout.write(`http://127.0.0.1:${port}\n`);
  });
}
