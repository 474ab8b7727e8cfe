// A login with Express: a form, a flash message, "remember me", logout. node .examples/express/login.js
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import express, { type Express, type Request, type Response } from 'express';
import { flash, Session } from 'microdot/session';
import { expressHost } from 'microdot/session/express';
import { loadSecret } from 'microdot/session/secret';
import { homePage, idleTimeout, isUser, type LoginData, loginPage } from '../shared/login-page.js';

export function createApp(secretKey: string): Express {
  const app = express();
  const sessions = new Session<LoginData>(expressHost(app), {
    secretKey,
    idleTimeout,
    cookieOptions: { sameSite: 'Lax', secure: 'auto' },
  });
  app.use(express.urlencoded());

  app.get(
    '/',
    sessions.with((_req, session, res: Response) => {
      const message = flash<string>(session, 'info');
      if (message !== undefined) session.save();
      // After a logout the way back must not lead to this page: browsers keep whole pages, unless they are told not to.
      res.set('Cache-Control', 'no-store');
      res.send(session.user === undefined ? loginPage(message) : homePage(session.user, message));
    }),
  );

  app.post(
    '/login',
    sessions.with((req: Request, session, res: Response) => {
      const { name = '', password = '', remember } = req.body as Record<string, string | undefined>;
      if (isUser(name, password)) {
        session.user = name;
        session.remember = remember !== undefined;
        flash(session, 'info', 'Welcome back.');
      } else flash(session, 'info', 'No such name and password.');
      session.save();
      res.redirect(303, '/');
    }),
  );

  app.post(
    '/logout',
    sessions.with((_req, session, res: Response) => {
      session.delete();
      flash(session, 'info', 'You are logged out.');
      session.save();
      res.redirect(303, '/');
    }),
  );

  return app;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.env.PORT ?? 5000);
  createApp(loadSecret('session.key')).listen(port, '127.0.0.1', () => {
    process.stdout.write(`http://127.0.0.1:${port}\n`);
  });
}
