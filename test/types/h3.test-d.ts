// h3's own apps, events and handlers fit the host without a cast, and what h3 infers stays inferred.
import { defineHandler, H3, H3Core, type H3Event, type H3Plugin } from 'h3';
import { h3Host, h3Session } from '../../dist/hosts/h3.js';
import { Session, type SessionDict, type SessionHost, withSession } from '../../dist/session/index.js';
import { type Equal, expectNot, expectType, type IsAny } from './assert.js';

interface Login {
  user: string;
}

const app = new H3();
const host = h3Host(app);
expectType<Equal<typeof host, SessionHost<H3Event>>>();
// @ts-expect-error no app: nothing can be added to it
h3Host(new H3Core());
// @ts-expect-error the host is made of the app
new Session(app, { secretKey: 'x' });

const plain = new Session(host, { secretKey: 'x' });
const sessions = new Session<Login, H3Event>(host, { secretKey: 'x' });

// withSession: `event` is inferred in a middleware. The verbs are generic in a way that leaves nothing to infer it from.
app.use(
  withSession((event, session, next) => {
    expectType<Equal<typeof event, H3Event>>();
    expectType<Equal<typeof session, SessionDict>>();
    return next();
  }),
);
app.get(
  '/',
  withSession((event: H3Event, session) => ({ path: event.url.pathname, n: session.n as number })),
);

// session.with: `event` is what the host's app has.
app.get(
  '/inferred',
  plain.with((event, session) => {
    expectNot<IsAny<typeof event>>();
    expectType<Equal<typeof event.url, URL>>();
    expectType<Equal<typeof session, SessionDict>>();
    return { n: session.n as number };
  }),
);
app.post(
  '/login',
  sessions.with(async (event, session) => {
    expectType<Equal<typeof session, SessionDict<Login>>>();
    const form = await event.req.formData();
    const name = form.get('name');
    session.user = typeof name === 'string' ? name : '';
    // @ts-expect-error a key that Login lacks
    session.name = 'x';
    return '';
  }),
);
app.use(
  sessions.with((event, session, next) => {
    if (session.user === undefined && event.url.pathname !== '/login') return 'no';
    return next();
  }),
);
app.get('/handler', defineHandler(withSession((event: H3Event, session) => [event.url.pathname, session.n])));
app.all('/all', defineHandler({ handler: withSession((event: H3Event) => event.url.pathname) }));

declare const event: H3Event;
sessions.get(event);
plain.get(event);
// @ts-expect-error the event, not the request that it has
sessions.get(event.req);

// The plugin form.
const plugin: H3Plugin = h3Session<Login>({ secretKey: 'x' });
app.register(plugin);
app.register(h3Session({ secretKey: 'x' }));
new H3({ plugins: [plugin] });
// @ts-expect-error no such option
h3Session({ secret: 'x' });
