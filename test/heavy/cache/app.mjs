// An application whose pages depend on the session, are saved into it, or leave it alone, each with headers of its own.
import { Microdot, Response } from '../../../dist/microdot/index.js';
import { Session, withSession } from '../../../dist/session/index.js';

export const IDLE_TIMEOUT = 3600;

/** What the application says about caches on its own account. */
export const STYLES = {
  nothing: {},
  public: { 'Cache-Control': 'public, max-age=60, s-maxage=60' },
  vary: { Vary: 'Accept-Language' },
  both: { 'Cache-Control': 'public, max-age=60', Vary: 'Accept-Language, Accept' },
  expires: { Expires: 'Thu, 31 Dec 2099 23:59:59 GMT' },
};

/** Serves on `port`; `clock.shift` seconds are added to the time. */
export function serveApp({ port, cacheHeaders, onEvent, clock }) {
  const app = new Microdot();
  new Session(app, {
    secretKey: crypto.getRandomValues(new Uint8Array(32)),
    idleTimeout: IDLE_TIMEOUT,
    cacheHeaders,
    onEvent,
    now: () => Date.now() / 1000 + clock.shift,
  });
  let visitors = 0;
  // Its number is what must never be met by anybody else.
  const page = (style, data) => new Response({ visitor: data?.visitor ?? null }, 200, STYLES[style]);

  app.post(
    '/login',
    withSession((_request, data) => {
      data.visitor = ++visitors;
      data.save();
      return page('nothing', data);
    }),
  );
  app.get(
    '/save/<style>',
    withSession((_request, data, { style }) => {
      data.visitor ??= ++visitors;
      data.save();
      return page(style, data);
    }),
  );
  app.get(
    '/read/<style>',
    withSession((_request, data, { style }) => page(style, data)),
  );
  app.get(
    '/renew/<style>',
    withSession((_request, data, { style }) => page(style, data)),
  );
  app.get(
    '/logout/<style>',
    withSession((_request, data, { style }) => {
      const before = { ...data };
      data.delete();
      return page(style, before);
    }),
  );
  app.get('/without/<style>', (_request, { style }) => page(style, null));
  void app.run({ host: '127.0.0.1', port });
  return app;
}
