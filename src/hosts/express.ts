// Entry `microdot/session/express`: sessions in Express 4 and 5.

export { type ExpressApp, type ExpressRequest, expressHost } from './express/host.js';
export { type ExpressHandler, expressSession } from './express/middleware.js';
export type { CookieView, ExpressSession, ExpressSessionMethods } from './express/request-session.js';
