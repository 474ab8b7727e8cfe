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
});
