// The servers of the part "request": every framework bare, with Microdot's session, and with sessions of its own.
//
// Each answers GET /none without a session, /read with what it finds in one, /count with one visit more, as JSON.
// All settings are those of production, and the same for a framework with and without a session.

import { EXPRESS } from './stacks/express.mjs';
import { FASTIFY } from './stacks/fastify.mjs';
import { H3 } from './stacks/h3.mjs';
import { HONO } from './stacks/hono.mjs';
import { KOA } from './stacks/koa.mjs';
import { microdotApp } from './stacks/microdot-app.mjs';
import { NODE } from './stacks/node.mjs';

/** By framework, in the order of the documents; in each the bare one is `none`. A stack gives the port it listens on. */
export const STACKS = Object.freeze({
  'node:http': { ...NODE, 'Microdot app': microdotApp },
  Express: { ...EXPRESS, 'Microdot app': microdotApp },
  Fastify: { ...FASTIFY, 'Microdot app': microdotApp },
  Koa: { ...KOA, 'Microdot app': microdotApp },
  Hono: { ...HONO, 'Microdot app': microdotApp },
  h3: { ...H3, 'Microdot app': microdotApp },
});
