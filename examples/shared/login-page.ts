// The pages and the users of the login examples: text in, HTML out, the same under every framework.

/** What the session of the login examples holds. */
export interface LoginData {
  user: string;
  /** Whether the visitor ticked "remember me". */
  remember: boolean;
}

const HOUR = 60 * 60;
const DAY = 24 * HOUR;

/** "Remember me": how long a visitor may stay away, in seconds, as a function of the session's data. */
export const idleTimeout = ({ remember }: Partial<LoginData>): number => (remember ? 30 * DAY : HOUR);

/** A demonstration has one user. A real application keeps a slow hash of each password, not the password. */
export const isUser = (name: string, password: string): boolean => name === 'ada' && password === 'lovelace';

/** The form, and a message from the page before. */
export const loginPage = (message?: string): string =>
  html(`${note(message)}
    <form method="post" action="/login">
      <label>Name <input name="name" autocomplete="username" required autofocus></label>
      <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
      <label><input name="remember" type="checkbox"> Remember me for 30 days</label>
      <button>Log in</button>
    </form>
    <p>Try <code>ada</code> and <code>lovelace</code>.</p>`);

/** What a visitor sees who is logged in. */
export const homePage = (user: string, message?: string): string =>
  html(`${note(message)}
    <p>You are <strong>${escapeText(user)}</strong>.</p>
    <form method="post" action="/logout"><button>Log out</button></form>`);

/** A session of the visitor's, as far as a list of devices says something of it. */
interface Device {
  /** Seconds since 1970. */
  readonly createdAt: number;
  readonly seenAt: number;
  readonly isCurrent: boolean;
}

/** {@link homePage} with the devices on which the visitor is logged in. */
export const devicesPage = (user: string, devices: readonly Device[], message?: string): string =>
  html(`${note(message)}
    <p>You are <strong>${escapeText(user)}</strong>, logged in here:</p>
    <ul>
      ${devices.map(deviceItem).join('\n      ')}
    </ul>
    <form method="post" action="/logout"><button>Log out</button></form>
    <form method="post" action="/everywhere"><button>Log out everywhere else</button></form>`);

const deviceItem = ({ createdAt, seenAt, isCurrent }: Device): string =>
  `<li>since ${timeOf(createdAt)}, last seen ${timeOf(seenAt)}${isCurrent ? ' <em>(this one)</em>' : ''}</li>`;

const timeOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');

const note = (message: string | undefined): string =>
  message === undefined ? '' : `<p role="status">${escapeText(message)}</p>`;

const html = (body: string): string => `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>Login</title>
  <style>
    body { font: 1rem/1.5 system-ui, sans-serif; max-width: 22rem; margin: 10vh auto; padding: 0 1rem }
    form { display: grid; gap: .75rem }
    label:not(:has([type=checkbox])) { display: grid }
    input, button { font: inherit; padding: .4rem }
  </style>
  <main>
    <h1>Login</h1>
    ${body}
  </main>
</html>
`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeText = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
