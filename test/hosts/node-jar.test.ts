// nodeJar, which hosts of others stand on: one jar for a request, whoever asks, and a way to drop what waits.
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, it } from 'node:test';
import { nodeHost, nodeJar } from '../../dist/hosts/node.js';
import { Session } from '../../dist/session/index.js';
import { throwsCode } from '../support/errors.js';
import { openBrowser, type Page, serveServer } from './support/serve.js';

const session = new Session({ secretKey: 'a secret of thirty-two bytes or so' });

/** One visit to a bare server. */
async function visit(
  listener: (request: IncomingMessage, response: ServerResponse) => void,
  prepare: (server: ReturnType<typeof createServer>) => void = () => {},
): Promise<Page> {
  const server = createServer(listener);
  prepare(server);
  const { url, close } = await serveServer(server);
  try {
    return await openBrowser(url).get('/');
  } finally {
    await close();
  }
}

const save = (request: IncomingMessage, response: ServerResponse): void => {
  const dict = session.open(nodeJar(request, response));
  dict.n = 1;
  dict.save();
};

describe('nodeJar', () => {
  it('S7: carries the cookie, whoever writes the head', async () => {
    const { setCookie } = await visit((request, response) => {
      save(request, response);
      response.writeHead(201, { 'X-Mine': 'yes' }).end();
    });
    assert.deepEqual(setCookie, [`session=${session.encode({ n: 1 })}`]);
  });

  it('S13: drop() forgets what waits', async () => {
    const { setCookie, headers } = await visit((request, response) => {
      save(request, response);
      nodeJar(request, response).drop();
      response.end();
    });
    assert.deepEqual([setCookie, headers.get('vary')], [[], null]);
  });

  it('S18: what is saved after a drop() is sent', async () => {
    const { setCookie } = await visit((request, response) => {
      save(request, response);
      const jar = nodeJar(request, response);
      jar.drop();
      const dict = session.open(jar);
      dict.n = 2;
      dict.save();
      response.end();
    });
    assert.deepEqual(setCookie, [`session=${session.encode({ n: 2 })}`]);
  });

  it('S3: is the same at every call, and that of nodeHost', async () => {
    const seen: boolean[] = [];
    let host: ReturnType<typeof nodeHost> | undefined;
    await visit(
      (request, response) => {
        const jar = nodeJar(request, response);
        seen.push(nodeJar(request, response) === jar, host?.sessionJar(request) === jar);
        response.end();
      },
      (server) => {
        host = nodeHost(server);
      },
    );
    assert.deepEqual(seen, [true, true]);
  });

  it('S3: without a response it is no request of an app', async () => {
    await visit((request, response) => {
      throwsCode(() => nodeJar(request, undefined), 'ERR_SESSION_NOT_INSTALLED');
      response.end();
    });
  });

  it('says what the framework knows of the connection, or else the socket', async () => {
    const seen: (boolean | null)[] = [];
    await visit((request, response) => {
      seen.push(nodeJar({ headers: request.headers }, response, () => true).secure, nodeJar(request, response).secure);
      response.end();
    });
    assert.deepEqual(seen, [true, false]);
  });

  describe('where the session cannot be saved when the head is made', () => {
    const saving = new Session({ secretKey: 'a secret of thirty-two bytes or so', autoSave: true });
    const spoil = (jar: ReturnType<typeof nodeJar>): void => {
      saving.open(jar).long = 'x'.repeat(5000);
    };

    it('throws to whoever asked for the head, and another head can be written', async () => {
      const page = await visit((request, response) => {
        spoil(nodeJar(request, response));
        throwsCode(() => response.end('the body'), 'ERR_SESSION_TOO_LARGE');
        response.statusCode = 503;
        response.end('an answer');
      });
      assert.deepEqual([page.status, page.body, page.setCookie], [503, 'an answer', []]);
    });

    it('has the framework answer where it is said how', async () => {
      const page = await visit((request, response) => {
        const answer = (error: unknown): void => {
          response.statusCode = 418;
          response.end((error as { code: string }).code);
        };
        spoil(nodeJar(request, response, undefined, answer));
        response.setHeader('ETag', '"the body"').end('the body');
        response.write('more of it');
      });
      assert.deepEqual([page.status, page.body, page.setCookie], [418, 'ERR_SESSION_TOO_LARGE', []]);
      assert.equal(page.headers.get('etag'), null);
    });

    it('answers a bare 500 where that throws', async () => {
      const page = await visit((request, response) => {
        const answer = (): void => {
          throw new Error('no handler');
        };
        spoil(nodeJar(request, response, undefined, answer));
        response.end('the body');
      });
      assert.deepEqual([page.status, page.body, page.setCookie], [500, '', []]);
    });

    for (const method of ['writeHead', 'end'] as const) {
      it(`lets libraries that replace ${method} run before and after, and answers all the same`, async () => {
        const order: string[] = [];
        const replace = (response: ServerResponse, name: string): void => {
          const real = response[method] as (...args: unknown[]) => ServerResponse;
          response[method] = (...args: unknown[]) => {
            order.push(name);
            return real.apply(response, args);
          };
        };
        const page = await visit((request, response) => {
          replace(response, 'inner');
          spoil(nodeJar(request, response, undefined, (error) => response.end((error as { code: string }).code)));
          replace(response, 'outer');
          response.end('the body');
        });
        assert.deepEqual([page.status, page.body, page.setCookie], [500, 'ERR_SESSION_TOO_LARGE', []]);
        assert.equal(order[0], 'outer');
        assert.ok(order.includes('inner'));
      });
    }
  });
});
