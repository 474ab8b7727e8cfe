// Servers on node:http alone: bare, with Microdot's session, and with a JWT library by hand.

import { createServer } from 'node:http';
import { fromCreateHmac } from '../../codec/create-hmac.mjs';
import { SECRET } from '../../lib/payloads.mjs';
import { count } from '../visits.mjs';
import { host, install, listen, NONE, require, withSession } from './shared.mjs';

/** The cheapest head there is on node:http, and a length: without one the answer goes out in chunks, at a price. */
function answer(response, data) {
  const body = JSON.stringify(data);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
}

/** A counter by hand, for node:http: what a JWT library is used with. */
function byHand({ encode, decode }) {
  const load = ({ headers: { cookie } }) => {
    const at = cookie?.indexOf('session=') ?? -1;
    if (at < 0) return {};
    const end = cookie.indexOf(';', at);
    return decode(cookie.slice(at + 8, end < 0 ? undefined : end)) ?? {};
  };
  return createServer((request, response) => {
    const session = load(request);
    if (request.url === '/read') return answer(response, { n: session.n });
    const n = count(session);
    response.setHeader('Set-Cookie', `session=${encode(session)}; Path=/; HttpOnly`);
    return answer(response, { n });
  });
}

/** As long as a session's cookie is before its number of visits. */
const FILLER = `session=${'x'.repeat(270)}.`;

/**
 * No session, but what a session has sent: a cookie as long, to be read and answered, and the lines for caches. How much of a
 * session is that, and how much its code.
 */
function headsAlone() {
  return createServer(({ headers: { cookie = FILLER }, url }, response) => {
    const visits = Number(cookie.slice(FILLER.length));
    const n = url === '/read' ? visits : visits + 1;
    const body = JSON.stringify({ n });
    const head = { 'content-type': 'application/json', 'content-length': body.length };
    if (url !== '/read') head['Set-Cookie'] = `${FILLER}${n}; Path=/; HttpOnly`;
    head.Vary = 'Cookie';
    head['Cache-Control'] = url === '/read' ? 'private' : 'private, no-store';
    response.writeHead(200, head);
    response.end(body);
  });
}

async function nodeMicrodot(cache) {
  const read = withSession((_request, session, response) => answer(response, { n: session.n }));
  const counting = withSession((_request, session, response) => {
    const n = count(session);
    session.save();
    answer(response, { n });
  });
  const server = createServer((request, response) =>
    request.url === '/read' ? read(request, response) : counting(request, response),
  );
  install((await host('node'))(server), cache);
  return listen(server);
}

export const NODE = {
  none: () => listen(createServer((_request, response) => answer(response, NONE))),
  'microdot, token cache': () => nodeMicrodot(true),
  'microdot, no cache': () => nodeMicrodot(false),
  'the same heads, no session': () => listen(headsAlone()),
  'createHmac by hand': () => listen(byHand(fromCreateHmac(SECRET))),
  'fast-jwt by hand'() {
    const { createSigner, createVerifier } = require('fast-jwt');
    const verify = createVerifier({ key: SECRET, algorithms: ['HS256'] });
    const decode = (token) => {
      try {
        return verify(token);
      } catch {
        return null;
      }
    };
    return listen(byHand({ encode: createSigner({ key: SECRET, noTimestamp: true }), decode }));
  },
};
