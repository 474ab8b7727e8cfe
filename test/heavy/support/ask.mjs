// One HTTP request over a kept connection, and what a browser would keep of its answer.
import { request } from 'node:http';

const TIMEOUT_MS = 20_000;

/** @returns {Promise<{ status: number, headers: import('node:http').IncomingHttpHeaders, body: string }>} */
export function ask({ agent, port, socketPath, path, method = 'GET', cookie = '' }) {
  return new Promise((resolve, reject) => {
    const headers = cookie === '' ? {} : { cookie };
    const outgoing = request(
      { agent, host: '127.0.0.1', port, socketPath, path, method, headers, timeout: TIMEOUT_MS },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (chunk) => {
          body += chunk;
        });
        answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body }));
        answer.on('error', reject);
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer to ${path}`)));
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** The `session` cookie that a browser holds after an answer, as a Cookie header. */
export function keep(cookie, headers) {
  for (const line of headers['set-cookie'] ?? []) {
    const [pair, ...attributes] = line.split('; ');
    if (!pair.startsWith('session=')) continue;
    cookie = attributes.includes('Max-Age=0') ? '' : pair;
  }
  return cookie;
}
