// Servers on Express 5.

import { createServer } from 'node:http';
import { SECRET } from '../../lib/payloads.mjs';
import { count } from '../visits.mjs';
import { host, install, listen, NONE, require, withSession } from './shared.mjs';

function express() {
  const app = require('express')();
  return app.disable('x-powered-by').disable('etag');
}

async function expressWith(middleware) {
  const app = express();
  app.use(middleware);
  app.get('/read', (request, response) => response.json({ n: request.session.n }));
  app.get('/count', (request, response) => response.json({ n: count(request.session) }));
  return listen(createServer(app));
}

export const EXPRESS = {
  none() {
    const app = express();
    app.get('/none', (_request, response) => response.json(NONE));
    return listen(createServer(app));
  },
  async microdot() {
    const app = express();
    install((await host('express'))(app));
    app.get(
      '/read',
      withSession((_request, session, response) => void response.json({ n: session.n })),
    );
    app.get(
      '/count',
      withSession((_request, session, response) => {
        const n = count(session);
        session.save();
        response.json({ n });
      }),
    );
    return listen(createServer(app));
  },
  'cookie-session': () => expressWith(require('cookie-session')({ name: 'session', keys: [SECRET] })),
  'express-session'() {
    // It says, rightly, that a store in memory is not for production. It is its fastest.
    console.warn = () => undefined;
    return expressWith(require('express-session')({ secret: SECRET, resave: false, saveUninitialized: false }));
  },
};
