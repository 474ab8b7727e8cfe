// A login with Hono: a form, a flash message, "remember me", logout. node .examples/hono/login.js
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { type Context, Hono } from 'hono';
import { flash, Session } from 'microdot/session';
import { honoHost } from 'microdot/session/hono';
import { loadSecret } from 'microdot/session/secret';
import { homePage, idleTimeout, isUser, type LoginData, loginPage } from '../shared/login-page.js';
import { serveFetch } from '../shared/serve-fetch.js';

export function createApp(secretKey: string): Hono {
  const app = new Hono();
  const sessions = new Session<LoginData, Context>(honoHost(app), {
    secretKey,
    idleTimeout,
    cookieOptions: { sameSite: 'Lax', secure: 'auto' },
  });

  app.get(
    '/',
    sessions.with((c, session) => {
      const message = flash<string>(session, 'info');
      if (message !== undefined) session.save();
      // After a logout the way back must not lead to this page: browsers keep whole pages, unless they are told not to.
      c.header('Cache-Control', 'no-store');
      return c.html(session.user === undefined ? loginPage(message) : homePage(session.user, message));
    }),
  );

  app.post(
    '/login',
    sessions.with(async (c, session) => {
      const form = new URLSearchParams(await c.req.text());
      const name = form.get('name') ?? '';
      if (isUser(name, form.get('password') ?? '')) {
        session.user = name;
        session.remember = form.has('remember');
        flash(session, 'info', 'Welcome back.');
      } else flash(session, 'info', 'No such name and password.');
      session.save();
      return c.redirect('/', 303);
    }),
  );

  app.post(
    '/logout',
    sessions.with((c, session) => {
      session.delete();
      flash(session, 'info', 'You are logged out.');
      session.save();
      return c.redirect('/', 303);
    }),
  );

  return app;
}

// On Bun, Deno and Workers: export default createApp(key). On Node, what most people take is @hono/node-server.
if (argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.env.PORT ?? 5000);
  serveFetch(createApp(loadSecret('session.key')).fetch).listen(port, '127.0.0.1', () => {
    process.stdout.write(`http://127.0.0.1:${port}\n`);
  });
}
