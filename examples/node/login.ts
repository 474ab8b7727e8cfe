// A login with node:http alone: a form, a flash message, "remember me", logout. node .examples/node/login.js
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { argv } from 'node:process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { flash, Session, type SessionDict } from 'microdot/session';
import { nodeHost } from 'microdot/session/node';
import { loadSecret } from 'microdot/session/secret';
import { homePage, idleTimeout, isUser, type LoginData, loginPage } from '../shared/login-page.js';

type Handler = (request: IncomingMessage, session: SessionDict<LoginData>, response: ServerResponse) => unknown;

const home: Handler = (_request, session, response) => {
  const message = flash<string>(session, 'info');
  if (message !== undefined) session.save();
  // After a logout the way back must not lead to this page: browsers keep whole pages, unless they are told not to.
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.end(session.user === undefined ? loginPage(message) : homePage(session.user, message));
};

const logIn: Handler = async (request, session, response) => {
  const form = new URLSearchParams(await text(request));
  const name = form.get('name') ?? '';
  if (isUser(name, form.get('password') ?? '')) {
    session.user = name;
    session.remember = form.has('remember');
    flash(session, 'info', 'Welcome back.');
  } else flash(session, 'info', 'No such name and password.');
  session.save();
  response.writeHead(303, { Location: '/' }).end();
};

const logOut: Handler = (_request, session, response) => {
  session.delete();
  flash(session, 'info', 'You are logged out.');
  session.save();
  response.writeHead(303, { Location: '/' }).end();
};

export function createApp(secretKey: string): Server {
  const server = createServer();
  const sessions = new Session<LoginData>(nodeHost(server), {
    secretKey,
    idleTimeout,
    cookieOptions: { sameSite: 'Lax', secure: 'auto' },
  });
  const routes: Readonly<Record<string, ReturnType<typeof sessions.with<IncomingMessage, [ServerResponse], unknown>>>> =
    {
      'GET /': sessions.with(home),
      'POST /login': sessions.with(logIn),
      'POST /logout': sessions.with(logOut),
    };
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const route = routes[`${request.method} ${request.url}`];
    if (route === undefined) response.writeHead(404).end('not found');
    else route(request, response);
  });
  return server;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.env.PORT ?? 5000);
  createApp(loadSecret('session.key')).listen(port, '127.0.0.1', () => {
    process.stdout.write(`http://127.0.0.1:${port}\n`);
  });
}
