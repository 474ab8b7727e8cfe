// A login with h3: a form, a flash message, "remember me", logout. node .examples/h3/login.js
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { H3, type H3Event, html, raw, redirect } from 'h3';
import { serve } from 'h3/node';
import { flash, Session } from 'microdot/session';
import { h3Host } from 'microdot/session/h3';
import { loadSecret } from 'microdot/session/secret';
import { homePage, idleTimeout, isUser, type LoginData, loginPage } from '../shared/login-page.js';

export function createApp(secretKey: string): H3 {
  const app = new H3();
  const sessions = new Session<LoginData, H3Event>(h3Host(app), {
    secretKey,
    idleTimeout,
    cookieOptions: { sameSite: 'Lax', secure: 'auto' },
  });

  app.get(
    '/',
    sessions.with((event, session) => {
      const message = flash<string>(session, 'info');
      if (message !== undefined) session.save();
      // After a logout the way back must not lead to this page: browsers keep whole pages, unless they are told not to.
      event.res.headers.set('Cache-Control', 'no-store');
      return html(raw(session.user === undefined ? loginPage(message) : homePage(session.user, message)));
    }),
  );

  app.post(
    '/login',
    sessions.with(async (event, session) => {
      const form = new URLSearchParams(await event.req.text());
      const name = form.get('name') ?? '';
      if (isUser(name, form.get('password') ?? '')) {
        session.user = name;
        session.remember = form.has('remember');
        flash(session, 'info', 'Welcome back.');
      } else flash(session, 'info', 'No such name and password.');
      session.save();
      return redirect('/', 303);
    }),
  );

  app.post(
    '/logout',
    sessions.with((_event, session) => {
      session.delete();
      flash(session, 'info', 'You are logged out.');
      session.save();
      return redirect('/', 303);
    }),
  );

  return app;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.env.PORT ?? 5000);
  serve(createApp(loadSecret('session.key')), { port, hostname: '127.0.0.1' });
}
