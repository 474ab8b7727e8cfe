// The first example: a counter in a signed cookie at /counter; at / a page that shows how it works.
import { Microdot } from 'microdot';
import { Session, withSession } from 'microdot/session';
import { loadSecret } from 'microdot/session/secret';
import { demonstration } from './demonstration.js';

const here = new URL('../../examples/microdot/', import.meta.url);

const app = new Microdot();
new Session(app, { secretKey: loadSecret(new URL('session.key', here)) });

app.get(
  '/counter',
  withSession(async (request, session) => {
    session.n = (session.n ?? 0) + 1;
    session.save();
    return { n: session.n };
  }),
);

app.mount(demonstration(new URL('page.html', here)), { local: true });

const { HOST, PORT } = process.env;
await app.run({ host: HOST || '0.0.0.0', port: Number(PORT || 5000) });
