// A host of one's own: sessions in tinyhttp 3, written with what the package exports and nothing else.
import { type App, onErrorHandler, type Request, type Response } from '@tinyhttp/app';
import { SESSION, type SessionHost, type SessionLike } from 'microdot/session';
import { nodeJar } from 'microdot/session/node';

/** Comes before the routes: it is a middleware. */
export function tinyhttpHost(app: App): SessionHost<Request> {
  const responses = new WeakMap<Request, Response>();
  let session: SessionLike | undefined;
  app.use((request, response, next) => {
    responses.set(request, response);
    Object.assign(request, { [SESSION]: session });
    next();
  });
  // An error page of tinyhttp's own: what is no HTTP error below 500 was no decision of the application.
  if (app.onError === onErrorHandler) {
    app.onError = (error, request, response) => {
      if (!(error.status < 500)) nodeJar(request, response).drop();
      onErrorHandler.call(app, error, request, response);
    };
  }
  return {
    installSession: (installed) => {
      session = installed;
    },
    sessionJar: (request) => nodeJar(request, responses.get(request), () => request.protocol === 'https'),
  };
}
