// The login examples that are fetch-style apps, behind node:http: the same script as over the others.
import type { Server } from 'node:http';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { serveServer } from '../hosts/support/serve.js';
import { needs, ROOT } from '../support/needs.js';
import { visitLogin } from './login-script.js';

type Fetch = (request: Request) => Response | Promise<Response>;

interface Example {
  readonly createApp: (secretKey: string) => { readonly fetch: Fetch };
}
interface Serving {
  readonly serveFetch: (fetch: Fetch) => Server;
}

const load = <Module>(path: string): Promise<Module> =>
  import(pathToFileURL(join(ROOT, '.examples', path)).href) as Promise<Module>;

describe('the login example', () => {
  for (const name of ['hono', 'h3', 'fetch']) {
    it(name, needs.node('the examples are served by node:http'), async () => {
      const { createApp } = await load<Example>(`${name}/login.js`);
      const { serveFetch } = await load<Serving>('shared/serve-fetch.js');
      const app = createApp('a secret of thirty-two bytes or so');
      const { url, close } = await serveServer(serveFetch((request) => app.fetch(request)));
      try {
        await visitLogin(url);
      } finally {
        await close();
      }
    });
  }
});
