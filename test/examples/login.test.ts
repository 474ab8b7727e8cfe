// The login examples on Node's servers: one script over each of them.
import { createServer, type RequestListener, type Server } from 'node:http';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { serveServer } from '../hosts/support/serve.js';
import { needs, ROOT } from '../support/needs.js';
import { visitLogin } from './login-script.js';

const SECRET = 'a secret of thirty-two bytes or so';

interface Example {
  createApp(secretKey: string): RequestListener | Server;
}

const load = (name: string): Promise<Example> =>
  import(pathToFileURL(join(ROOT, '.examples', name, 'login.js')).href) as Promise<Example>;

describe('the login example', () => {
  for (const name of ['node', 'express', 'koa', 'cookies']) {
    it(name, needs.node('the example is for Node'), async () => {
      const app = (await load(name)).createApp(SECRET);
      const { url, close } = await serveServer(typeof app === 'function' ? createServer(app) : app);
      try {
        await visitLogin(url);
      } finally {
        await close();
      }
    });
  }
});
