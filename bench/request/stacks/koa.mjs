// Servers on Koa 3.

import { createServer } from 'node:http';
import { SECRET } from '../../lib/payloads.mjs';
import { count } from '../visits.mjs';
import { host, install, listen, NONE, require, withSession } from './shared.mjs';

export const KOA = {
  none() {
    const app = new (require('koa'))();
    app.use((ctx) => {
      ctx.body = NONE;
    });
    return listen(createServer(app.callback()));
  },
  async microdot() {
    const app = new (require('koa'))();
    install((await host('koa'))(app));
    const visit = withSession((ctx, session) => {
      if (ctx.path === '/read') ctx.body = { n: session.n };
      else {
        ctx.body = { n: count(session) };
        session.save();
      }
    });
    app.use(visit);
    return listen(createServer(app.callback()));
  },
  async 'koa-session'() {
    const app = new (require('koa'))();
    app.keys = [SECRET];
    const { createSession } = await import('koa-session');
    app.use(createSession({ key: 'session' }, app));
    app.use((ctx) => {
      ctx.body = { n: ctx.path === '/read' ? ctx.session.n : count(ctx.session) };
    });
    return listen(createServer(app.callback()));
  },
};
