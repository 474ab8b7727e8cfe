// A page and a service worker in a browser, from a server on localhost that serves them their modules.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Driver, Visitor } from '../browser/drivers.js';
import type { Bundle } from './bundle.js';
import { SECRET } from './cases/tokens.js';
import type { Ran } from './runtimes.js';
import { PREFIX } from './site.js';

const PAGE = '<!doctype html><html lang="en"><title>conformance</title></html>';

const WORKER = `
  import { site } from './suite.mjs';
  site.tellSecret('${SECRET}');
  addEventListener('install', () => skipWaiting());
  addEventListener('activate', (event) => event.waitUntil(clients.claim()));
  addEventListener('fetch', (event) => {
    const { pathname } = new URL(event.request.url);
    if (pathname.startsWith('${PREFIX}/')) event.respondWith(site.fetch(event.request));
  });
`;

const IN_PAGE = "import('/suite.mjs').then(({ report }) => report()).then(JSON.stringify)";

/** Resolves when the service worker answers for the page. */
const REGISTER = `(async () => {
  const container = navigator.serviceWorker;
  const taken = new Promise((resolve) => container.addEventListener('controllerchange', resolve, { once: true }));
  await container.register('/worker.mjs', { type: 'module' });
  if (container.controller === null) await taken;
})()`;

/** Serves the page and its modules, and 404 for everything that the service worker has to answer. */
export class PageServer {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start({ code }: Bundle): Promise<PageServer> {
    const files: Readonly<Record<string, readonly [type: string, text: string]>> = {
      '/': ['text/html', PAGE],
      '/suite.mjs': ['text/javascript', code],
      '/worker.mjs': ['text/javascript', WORKER],
    };
    const server = createServer(({ url = '' }, response) => {
      const [type, text] = files[url] ?? ['text/plain', 'not found'];
      const status = Object.hasOwn(files, url) ? 200 : 404;
      response.writeHead(status, { 'Content-Type': `${type}; charset=utf-8` }).end(text);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return new PageServer(server);
  }

  /** A secure context, as service workers need it. */
  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}/`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((done) => this.#server.close(done));
    this.#server.closeAllConnections();
    await closed;
  }
}

/** Has a new visitor open the page. */
export async function visitPage<Result>(
  open: () => Promise<Driver>,
  bundle: Bundle,
  use: (visitor: Visitor) => Promise<Result>,
): Promise<Result> {
  const server = await PageServer.start(bundle);
  try {
    const driver = await open();
    try {
      const visitor = await driver.visitor();
      await visitor.goto(server.url);
      return await use(visitor);
    } finally {
      await driver.close();
    }
  } finally {
    await server.stop();
  }
}

/** Text that an expression gives in the page. */
export const textOf = async (visitor: Visitor, expression: string): Promise<string> =>
  String(await visitor.evaluate(expression));

export const registerWorker = async (visitor: Visitor): Promise<void> => void (await visitor.evaluate(REGISTER));

const versionOf = async (visitor: Visitor): Promise<string> =>
  /(?:Chrome|Firefox)\/(\d+)/.exec(await textOf(visitor, 'navigator.userAgent'))?.[1] ?? 'unknown';

export const runPage = (open: () => Promise<Driver>, bundle: Bundle): Promise<Ran> =>
  visitPage(open, bundle, async (visitor) => ({
    version: await versionOf(visitor),
    report: JSON.parse(await textOf(visitor, IN_PAGE)),
  }));

export const runServiceWorker = (open: () => Promise<Driver>, bundle: Bundle): Promise<Ran> =>
  visitPage(open, bundle, async (visitor) => {
    await registerWorker(visitor);
    const text = await textOf(visitor, `fetch('${PREFIX}/report').then((response) => response.text())`);
    return { version: await versionOf(visitor), report: JSON.parse(text) };
  });
