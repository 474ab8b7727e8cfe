// A session that cannot be saved when the head is made: the framework answers, or a bare 500 does; the process lives.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { needs } from '../support/needs.js';

const SERVER = fileURLToPath(new URL('./support/failing-heads.js', import.meta.url));

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly setCookie: readonly string[];
  readonly headers: Headers;
}

/** Asks over HTTP/2, whose clear form `fetch` does not speak. */
async function askHttp2(origin: string, path: string): Promise<Answer> {
  const client = connect(origin);
  try {
    const stream = client.request({ ':path': path });
    const [received] = (await once(stream, 'response')) as [Record<string, string | string[]>];
    const headers = new Headers();
    for (const [name, value] of Object.entries(received)) if (!name.startsWith(':')) headers.set(name, String(value));
    const pieces = (await stream.toArray()) as Uint8Array[];
    const setCookie = (received['set-cookie'] ?? []) as string[];
    return { status: Number(received[':status']), body: Buffer.concat(pieces).toString(), setCookie, headers };
  } finally {
    client.close();
  }
}

async function askHttp1(origin: string, path: string): Promise<Answer> {
  const response = await fetch(origin + path, { signal: AbortSignal.timeout(20_000) });
  const { status, headers } = response;
  return { status, body: await response.text(), setCookie: headers.getSetCookie(), headers };
}

const STREAMS = ['pipe', 'pipe-map', 'pipe-text', 'pipeline', 'pipeline-promise', 'pipeline-iterable'];
const CALLS = ['end', 'write-await', 'write-sync', 'callback', 'flush', 'late'];
const ALL = [...STREAMS, ...CALLS];
const EXPRESS = [...ALL, 'send', 'json', 'sendFile', 'sendFile-map', 'download'];
const FASTIFY = ['send', 'callback', 'stream', 'stream-map', 'stream-text', 'web', 'response', 'hijack'];

interface Subject {
  readonly paths: readonly string[];
  /** Whether error handlers of the application answer. */
  readonly handled: boolean;
  readonly ask?: typeof askHttp1;
}

const subjects: Readonly<Record<string, Subject>> = {
  node: { paths: ALL, handled: false },
  nodeWithSession: { paths: ALL, handled: false },
  http2: { paths: ALL, handled: false, ask: askHttp2 },
  // Who answers there is not known, so calls throw to whoever made them: see node-jar.test.ts.
  nodeJar: { paths: ['pipe', 'pipe-map', 'pipe-text', 'pipeline', 'pipeline-promise'], handled: false },
  express: { paths: EXPRESS, handled: true },
  express4: { paths: EXPRESS, handled: true },
  expressDefault: { paths: EXPRESS, handled: false },
  expressDefault4: { paths: EXPRESS, handled: false },
  expressSession: { paths: EXPRESS, handled: true },
  expressSession4: { paths: EXPRESS, handled: true },
  fastify: { paths: FASTIFY.flatMap((name) => [name, `${name}-async`]), handled: true },
  koa: { paths: [...ALL, 'body', 'stream', 'stream-map', 'stream-text'], handled: false },
  koa2: { paths: [...ALL, 'body', 'stream', 'stream-map', 'stream-text'], handled: false },
};
const isBare = (name: string): boolean => name.startsWith('node') || name === 'http2';

describe('S4, S18: a save at the head that fails', needs.node('what is tested is what ends a process of Node'), () => {
  for (const [name, { paths, handled, ask = askHttp1 }] of Object.entries(subjects)) {
    describe(name, () => {
      let child: ChildProcess;
      let origin = '';
      let said = '';

      before(async () => {
        child = spawn(process.execPath, [SERVER, name], { stdio: ['ignore', 'pipe', 'pipe'] });
        child.stderr?.setEncoding('utf8').on('data', (text: string) => {
          said += text;
        });
        assert.ok(child.stdout !== null);
        const [port] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
        origin = `http://127.0.0.1:${port.trim()}`;
      });
      after(async () => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill();
        await once(child, 'exit');
      });

      for (const path of paths) {
        it(path, async () => {
          const answer = await ask(origin, `/${path}`);
          const code = path.includes('-map') ? 'ERR_SESSION_BAD_PAYLOAD' : 'ERR_SESSION_TOO_LARGE';
          assert.equal(answer.status, 500);
          assert.deepEqual(answer.setCookie, []);
          // The default page of Express waits for the end of the request, and who still writes meanwhile writes into its 500.
          const isLate = name.startsWith('expressDefault') && ['write-await', 'pipeline-iterable'].includes(path);
          if (!isLate) assert.ok(!answer.body.includes('the body'), 'the body was sent');
          if (path.startsWith('hijack')) assert.equal(answer.body, '');
          else if (handled) assert.equal(answer.body, JSON.stringify({ handled: code }));
          if (isBare(name)) {
            assert.equal(answer.body, '');
            assert.equal(answer.headers.get('x-mine'), null);
          }
          for (const header of ['etag', 'cache-control', 'last-modified', 'content-disposition']) {
            if (!handled || header !== 'etag') assert.equal(answer.headers.get(header), null, header);
          }
        });
      }

      it('what can be saved is, by the same ways', async () => {
        for (const path of paths.filter((one) => !one.includes('-map') && one !== 'late')) {
          const answer = await ask(origin, `/good-${path}`);
          assert.equal(answer.status, 200, path);
          assert.equal(answer.setCookie.length, 1, path);
          assert.ok(answer.body.includes('body'), path);
        }
      });

      it('the process lives, and has said what was wrong, and nothing of the data', async () => {
        assert.deepEqual([child.exitCode, child.signalCode], [null, null]);
        child.kill();
        await once(child, 'close');
        assert.ok(!said.includes('secret data'), said);
        if (!isBare(name)) return;
        assert.ok(said.includes('WARN_SESSION_NOT_SENT'), said);
        for (const code of ['ERR_SESSION_TOO_LARGE', 'ERR_SESSION_BAD_PAYLOAD']) assert.ok(said.includes(code), said);
      });
    });
  }
});
