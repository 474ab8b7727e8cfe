// Logins that can be ended: this one, all others, all. node .examples/microdot/revocation.js
import { abort, Microdot, redirect } from 'microdot';
import { Session } from 'microdot/session';
import { memoryLog, Revocations } from 'microdot/session/revocation';
import { loadSecret } from 'microdot/session/secret';

interface Login {
  user: string;
  device: string;
}

const here = new URL('../../examples/microdot/', import.meta.url);

const app = new Microdot();
const logins = new Session<Login>(app, {
  secretKey: loadSecret(new URL('session.key', here)),
  cookieName: 'login',
  cookieOptions: { sameSite: 'Lax', secure: 'auto' },
  idleTimeout: 60 * 60,
  absoluteTimeout: 24 * 60 * 60,
});
// One process. Several give the log of a store that they share.
const revocations = new Revocations(logins, {
  log: memoryLog(),
  subject: ({ user }) => user,
  onUnavailable: 'closed',
});
await revocations.start();

app.get(
  '/',
  logins.with((request, { user = null, device = null }) => ({ user, device })),
);

app.post(
  '/login',
  logins.with(async (request, session) => {
    const form = request.form;
    // An application looks the user up, and compares a slow hash of the password.
    if (form?.get('name') !== 'ada' || form.get('password') !== 'lovelace') abort(401, 'That is not right.');
    // Nothing of the visitor before the login goes on.
    session.delete();
    session.user = 'ada';
    session.device = form.get('device') ?? 'a browser';
    await revocations.renew(request);
    return redirect('/');
  }),
);

app.post('/logout', async (request) => {
  await revocations.revoke(request);
  return redirect('/');
});

app.post(
  '/logout-others',
  logins.with(async (request, { user }) => {
    if (user === undefined) abort(401);
    await revocations.revokeAll(user, { except: request });
    return redirect('/');
  }),
);

app.post(
  '/logout-everywhere',
  logins.with(async (request, { user }) => {
    if (user === undefined) abort(401);
    await revocations.revokeAll(user);
    logins.delete(request);
    return redirect('/');
  }),
);

const { HOST, PORT } = process.env;
await app.run({ host: HOST || '0.0.0.0', port: Number(PORT || 5000) });
