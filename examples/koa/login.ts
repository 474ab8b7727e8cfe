// A login with Koa: a form, a flash message, "remember me", logout. node .examples/koa/login.js
import { createServer, type RequestListener } from 'node:http';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { bodyParser } from '@koa/bodyparser';
import Router from '@koa/router';
import Koa, { type Context } from 'koa';
import { flash, Session } from 'microdot/session';
import { koaHost } from 'microdot/session/koa';
import { loadSecret } from 'microdot/session/secret';
import { homePage, idleTimeout, isUser, type LoginData, loginPage } from '../shared/login-page.js';

export function createApp(secretKey: string): RequestListener {
  const app = new Koa();
  const sessions = new Session<LoginData, Context>(koaHost(app), {
    secretKey,
    idleTimeout,
    cookieOptions: { sameSite: 'Lax', secure: 'auto' },
  });
  const router = new Router();

  router.get(
    '/',
    sessions.with((ctx, session) => {
      const message = flash<string>(session, 'info');
      if (message !== undefined) session.save();
      // After a logout the way back must not lead to this page: browsers keep whole pages, unless they are told not to.
      ctx.set('Cache-Control', 'no-store');
      ctx.body = session.user === undefined ? loginPage(message) : homePage(session.user, message);
    }),
  );

  router.post(
    '/login',
    sessions.with((ctx, session) => {
      const { name = '', password = '', remember } = ctx.request.body as Record<string, string | undefined>;
      if (isUser(name, password)) {
        session.user = name;
        session.remember = remember !== undefined;
        flash(session, 'info', 'Welcome back.');
      } else flash(session, 'info', 'No such name and password.');
      session.save();
      ctx.status = 303;
      ctx.redirect('/');
    }),
  );

  router.post(
    '/logout',
    sessions.with((ctx, session) => {
      session.delete();
      flash(session, 'info', 'You are logged out.');
      session.save();
      ctx.status = 303;
      ctx.redirect('/');
    }),
  );

  app.use(bodyParser()).use(router.routes());
  return app.callback();
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.env.PORT ?? 5000);
  createServer(createApp(loadSecret('session.key'))).listen(port, '127.0.0.1', () => {
    process.stdout.write(`http://127.0.0.1:${port}\n`);
  });
}
