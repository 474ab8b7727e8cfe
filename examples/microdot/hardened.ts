// A login with everything that hardened() brings. Over http it works on localhost, in Chromium, Firefox and curl.
import { abort, Microdot, redirect } from 'microdot';
import { flash, hardened, Session } from 'microdot/session';
import { loadSecret } from 'microdot/session/secret';

interface Visit {
  readonly user: string;
  readonly remember: boolean;
  readonly flash: Record<string, string>;
}

const HOUR = 60 * 60;
const DAY = 24 * HOUR;

const here = new URL('../../examples/microdot/', import.meta.url);

const app = new Microdot();
const visit = new Session(
  app,
  hardened<Visit>({
    secretKey: loadSecret(new URL('session.key', here)),
    idleTimeout: ({ remember }) => (remember ? 30 * DAY : HOUR),
    absoluteTimeout: ({ remember }) => (remember ? 90 * DAY : DAY),
    autoSave: true,
  }),
);

app.get(
  '/',
  visit.with((request, session) => {
    const info = flash<string>(session, 'info') ?? '';
    return { user: session.user ?? null, info };
  }),
);

app.post(
  '/login',
  visit.with((request, session) => {
    const form = request.form;
    // An application looks the user up, and compares a slow hash of the password.
    if (form?.get('name') !== 'ada' || form.get('password') !== 'lovelace') abort(401, 'That is not right.');
    // Nothing of the visitor before the login goes on, not even the session's age.
    session.delete();
    session.user = 'ada';
    session.remember = form.get('remember') === 'yes';
    flash(session, 'info', 'Welcome.');
    session.save();
    return redirect('/');
  }),
);

app.post(
  '/logout',
  visit.with((request, session) => {
    session.delete();
    return redirect('/');
  }),
);

const { HOST, PORT } = process.env;
await app.run({ host: HOST || '0.0.0.0', port: Number(PORT || 5000) });
