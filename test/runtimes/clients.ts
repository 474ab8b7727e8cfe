// The two ways from a case to an application: app.fetch with web-standard objects, and the test client without them.
import type { Microdot } from '../../dist/microdot/index.js';
import { skip } from './assert.js';
import type { Library } from './suite.js';

export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly setCookies: readonly string[];
  header(name: string): string | null;
}

/** A visitor of an application, with the cookies of one browser. */
export interface Client {
  send(path: string, sent?: Sent): Promise<Answer>;
}

/** Opens a client. @throws Skip where cookies do not come through. */
export type Open = (library: Library, app: Microdot, origin?: string) => Client;

const ORIGIN = 'http://localhost';

/** By app.fetch, the cookies kept by the store of the test client. */
export const openFetch: Open = ({ testClient }, app, origin = ORIGIN) => {
  requireCookies();
  const jar = new testClient.TestClient(app).cookies;
  return {
    async send(path, { method = 'GET', headers = {}, body } = {}) {
      const url = origin + path;
      const cookie = jar.header(url);
      const init = { method, headers: { ...(cookie !== null && { Cookie: cookie }), ...headers } };
      const request = new Request(url, body === undefined ? init : { ...init, body });
      const response = await app.fetch(request);
      const setCookies = response.headers.getSetCookie();
      jar.store(setCookies, url);
      return {
        status: response.status,
        text: await response.text(),
        setCookies,
        header: (name) => response.headers.get(name),
      };
    },
  };
};

/** By the test client, which needs no Request and no Response. */
export const openTestClient: Open = ({ testClient }, app, origin = ORIGIN) => {
  const client = new testClient.TestClient(app, { origin });
  return {
    async send(path, { method = 'GET', ...options } = {}) {
      const { statusCode, text, setCookies, headers } = await client.request(method, path, options);
      return { status: statusCode, text, setCookies, header: (name) => headers.get(name) };
    },
  };
};

/** Fetch standard: both names are forbidden to scripts, and dropped without a word. Browsers keep to it, servers do not. */
export function requireCookies(): void {
  const request = new Request(ORIGIN, { headers: { Cookie: 'a=1' } });
  const response = new Response(null, { headers: { 'Set-Cookie': 'a=1' } });
  if (request.headers.get('cookie') === 'a=1' && response.headers.getSetCookie().length === 1) return;
  skip('scripts may not name Cookie and Set-Cookie here');
}
