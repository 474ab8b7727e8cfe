// A login with Fastify: a form, a flash message, "remember me", logout. node .examples/fastify/login.js
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import formbody from '@fastify/formbody';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { flash, Session } from 'microdot/session';
import { fastifyHost } from 'microdot/session/fastify';
import { loadSecret } from 'microdot/session/secret';
import { homePage, idleTimeout, isUser, type LoginData, loginPage } from '../shared/login-page.js';

interface Form {
  readonly name?: string;
  readonly password?: string;
  readonly remember?: string;
}

export function createApp(secretKey: string): FastifyInstance {
  const app = Fastify();
  const sessions = new Session<LoginData, FastifyRequest>(fastifyHost(app), {
    secretKey,
    idleTimeout,
    cookieOptions: { sameSite: 'Lax', secure: 'auto' },
  });
  app.register(formbody);

  app.get(
    '/',
    sessions.with((_request, session, reply: FastifyReply) => {
      const message = flash<string>(session, 'info');
      if (message !== undefined) session.save();
      // After a logout the way back must not lead to this page: browsers keep whole pages, unless they are told not to.
      reply.header('Cache-Control', 'no-store');
      reply.type('text/html; charset=utf-8');
      return session.user === undefined ? loginPage(message) : homePage(session.user, message);
    }),
  );

  app.post<{ Body: Form }>(
    '/login',
    sessions.with((request, session, reply) => {
      const { name = '', password = '', remember } = request.body;
      if (isUser(name, password)) {
        session.user = name;
        session.remember = remember !== undefined;
        flash(session, 'info', 'Welcome back.');
      } else flash(session, 'info', 'No such name and password.');
      session.save();
      return reply.redirect('/', 303);
    }),
  );

  app.post(
    '/logout',
    sessions.with((_request, session, reply: FastifyReply) => {
      session.delete();
      flash(session, 'info', 'You are logged out.');
      session.save();
      return reply.redirect('/', 303);
    }),
  );

  return app;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.env.PORT ?? 5000);
  const url = await createApp(loadSecret('session.key')).listen({ port, host: '127.0.0.1' });
  process.stdout.write(`${url}\n`);
}
