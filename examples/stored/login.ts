// A login on the server: a list of devices, "log out everywhere", a new id at the login. node .examples/stored/login.js
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import express, { type Express, type Request, type Response } from 'express';
import { flash } from 'microdot/session';
import { expressHost } from 'microdot/session/express';
import { loadSecret } from 'microdot/session/secret';
import { memoryStore, StoredSession } from 'microdot/session/stored';
import { devicesPage, idleTimeout, isUser, type LoginData, loginPage } from '../shared/login-page.js';

export function createApp(secretKey: string): Express {
  const app = express();
  const sessions = new StoredSession<LoginData>(expressHost(app), {
    secretKey,
    // Gone when the process ends; another store is another line here.
    store: memoryStore(),
    subject: ({ user }) => user,
    idleTimeout,
    cookieOptions: { sameSite: 'Lax', secure: 'auto' },
  });
  app.use(express.urlencoded());

  app.get(
    '/',
    sessions.with(async (req: Request, session, res: Response) => {
      const message = flash<string>(session, 'info');
      if (message !== undefined) await session.save();
      if (session.user === undefined) res.send(loginPage(message));
      else res.send(devicesPage(session.user, await sessions.list(session.user, { current: req }), message));
    }),
  );

  app.post(
    '/login',
    sessions.with(async (req: Request, session, res: Response) => {
      const { name = '', password = '', remember } = req.body as Record<string, string | undefined>;
      if (isUser(name, password)) {
        // What somebody may have planted before the login is worth nothing after it.
        await sessions.regenerate(req);
        session.user = name;
        session.remember = remember !== undefined;
        flash(session, 'info', 'Welcome back.');
      } else flash(session, 'info', 'No such name and password.');
      await session.save();
      res.redirect(303, '/');
    }),
  );

  app.post(
    '/logout',
    sessions.with(async (_req, session, res: Response) => {
      await session.delete();
      flash(session, 'info', 'You are logged out.');
      await session.save();
      res.redirect(303, '/');
    }),
  );

  app.post(
    '/everywhere',
    sessions.with(async (req: Request, session, res: Response) => {
      if (session.user !== undefined) {
        const others = await sessions.revokeAll(session.user, { except: req });
        flash(session, 'info', `Logged out elsewhere: ${others}.`);
        await session.save();
      }
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
