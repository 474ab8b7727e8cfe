// Express's own apps, requests and handlers fit the host without a cast, and what Express infers stays inferred.
import express, {
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from 'express';
import { type ExpressHandler, type ExpressRequest, expressHost, expressSession } from '../../dist/hosts/express.js';
import { Session, type SessionDict, type SessionHost, withSession } from '../../dist/session/index.js';
import { type Equal, expectNot, expectType, type IsAny } from './assert.js';

interface Login {
  user: string;
}

const app = express();
const host = expressHost(app);
expectType<Equal<typeof host, SessionHost<ExpressRequest>>>();
expectType<Equal<typeof app, Express>>();
// @ts-expect-error a router has no requests of its own
expressHost(Router());
// @ts-expect-error the host is made of the app
new Session(app, { secretKey: 'x' });

const plain = new Session(host, { secretKey: 'x' });
const counted = new Session<{ n: number }>(host, { secretKey: 'x' });
const sessions = new Session<Login, ExpressRequest>(host, { secretKey: 'x' });

// withSession: all of it is inferred in a middleware, and where a route is named first.
app.use(
  withSession((req, session, res, next) => {
    expectType<Equal<typeof req, Request>>();
    expectType<Equal<typeof session, SessionDict>>();
    expectNot<IsAny<typeof res>>();
    expectNot<IsAny<typeof next>>();
    expectType<Equal<typeof next, NextFunction>>();
    const answered: Response = res.status(200);
    next(answered.headersSent ? undefined : req.path);
  }),
);
app.route('/b').get(
  withSession((req, session, res, next) => {
    expectType<Equal<typeof req.path, string>>();
    expectType<Equal<typeof session, SessionDict>>();
    expectType<Equal<typeof next, NextFunction>>();
    expectType<Equal<ReturnType<typeof res.send>, typeof res>>();
    // @ts-expect-error Express has no such method
    res.sendd('');
  }),
);
export const handler: RequestHandler = withSession((req, session, res) => {
  res.send(`${req.path} ${session.n}`);
});

// The verbs are generic in a way that leaves nothing to infer it from: it is written, and nobody gets an any unasked.
app.get(
  '/users/:id',
  withSession((req: Request<{ id: string }>, session, res: Response, next: NextFunction) => {
    expectType<Equal<typeof req.params.id, string>>();
    expectType<Equal<typeof session, SessionDict>>();
    // @ts-expect-error the route has no such parameter
    if (req.params.name === undefined) return next();
    return res.send(req.params.id);
  }),
);
app.get(
  '/unwritten',
  withSession((req, session, res, next) => {
    expectType<Equal<typeof req, object>>();
    expectType<Equal<typeof session, SessionDict>>();
    expectType<Equal<typeof res, unknown>>();
    expectType<Equal<typeof next, unknown>>();
    // @ts-expect-error so write `res: Response`
    res.send('');
  }),
);
Router().post(
  '/',
  withSession((req: Request, session, res: Response) => void res.json([req.path, session.n])),
);

// session.with: the data are its session's, the rest is as above.
app.use(
  counted.with((req, session, res, next) => {
    expectType<Equal<typeof req, Request>>();
    expectType<Equal<typeof session, SessionDict<{ n: number }>>>();
    expectType<Equal<typeof session.n, number | undefined>>();
    session.n = (session.n ?? 0) + 1;
    // @ts-expect-error a wrong value
    session.n = 'one';
    // @ts-expect-error a key that the data lack
    session.m = 1;
    if (!res.headersSent) next();
  }),
);
app.get(
  '/n',
  counted.with((req: Request, session, res: Response) => {
    expectType<Equal<typeof session, SessionDict<{ n: number }>>>();
    res.send(`${req.path} ${session.n?.toFixed()}`);
  }),
);
app.post(
  '/login',
  sessions.with(async (req: Request, session, res: Response) => {
    expectType<Equal<typeof session, SessionDict<Login>>>();
    session.user = req.get('user');
    session.save();
    res.redirect('/');
  }),
);

declare const request: Request;
plain.get(request);
expectType<Equal<ReturnType<typeof sessions.get>, SessionDict<Login>>>();
sessions.get(request);
// @ts-expect-error the request, not its app
sessions.get(request.app);
// @ts-expect-error no request of Express
sessions.get(new URL('http://localhost/'));

// The middleware form. Nothing is merged into Express's types unless `express/augment` is imported.
const middleware = expressSession<Login>({ secretKey: 'x' });
expectType<Equal<typeof middleware, ExpressHandler>>();
app.use(middleware);
app.use('/admin', middleware);
app.get('/me', middleware, (req, res) => {
  // @ts-expect-error no session here
  res.send(req.session);
});
// @ts-expect-error no such option
expressSession({ secret: 'x' });
