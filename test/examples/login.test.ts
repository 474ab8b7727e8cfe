// The login examples on Node's servers: one script over each of them.
import { createServer, type RequestListener, type Server } from 'node:http';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { serveServer } from '../hosts/support/serve.js';
import { needs, ROOT } from '../support/needs.js';
import { visitDevices, visitLogin } from './login-script.js';

const SECRET = 'a secret of thirty-two bytes or so';

/** What is not served yet, or has to load its plugins first. */
interface Application {
  readonly server: Server;
  ready(): PromiseLike<unknown>;
}

interface Example {
  createApp(secretKey: string): RequestListener | Server | Application;
}

async function serverOf(app: RequestListener | Server | Application): Promise<Server> {
  if (typeof app === 'function') return createServer(app);
  if (!('ready' in app)) return app;
  await app.ready();
  return app.server;
}

const load = (name: string): Promise<Example> =>
  import(pathToFileURL(join(ROOT, '.examples', name, 'login.js')).href) as Promise<Example>;

describe('the login example', () => {
  for (const name of ['node', 'express', 'fastify', 'koa', 'cookies', 'stored']) {
    it(name, needs.node('the example is for Node'), async () => {
      const app = (await load(name)).createApp(SECRET);
      const { url, close } = await serveServer(await serverOf(app));
      try {
        await visitLogin(url);
      } finally {
        await close();
      }
    });
  }
});

describe('the login example on the server', () => {
  it('lists the devices, and logs out everywhere else', needs.node('the example is for Node'), async () => {
    const app = (await load('stored')).createApp(SECRET);
    const { url, close } = await serveServer(await serverOf(app));
    try {
      await visitDevices(url);
    } finally {
      await close();
    }
  });
});
