// Sends a scenario's requests to an app and brings answers into a form that two implementations can share.

import { connect } from 'node:net';
import type { Microdot } from '../../dist/microdot/index.js';
import { serve } from '../../dist/microdot/serve.js';
import { show } from './interpreter.js';
import type { RequestSpec, Scenario } from './scenario.js';

/** One answer: of the headers the cookies, of a cookie the payload instead of the token's spelling. */
export interface Outcome {
  readonly status: number;
  readonly body: string;
  readonly cookies: readonly string[];
}

/** JSON bodies compare as data: Python puts spaces into them. */
const bodyOf = (body: string, contentType: string | null | undefined): string =>
  contentType?.startsWith('application/json') ? show(JSON.parse(body)) : body;

/** `name=payload; attributes`: members sorted, since nobody promises their order to the client. */
function cookieText(header: string): string {
  const [pair = '', ...attributes] = header.split('; ');
  const value = pair.slice(pair.indexOf('=') + 1);
  const payload = value.split('.').length === 3 ? payloadOf(value) : value;
  return [`${pair.slice(0, pair.indexOf('='))}=${payload}`, ...attributes].join('; ');
}

const payloadOf = (token: string): string =>
  show(parsePython(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')));

/** Python writes NaN and Infinity into JSON, which no other reader takes. */
export const parsePython = (json: string): unknown => JSON.parse(json.replace(/: ?(NaN|Infinity)(?=[,}])/g, ':"$1"'));

export function recorded(scenario: Scenario): Outcome[] {
  return scenario.responses.map(({ status, body, headers, set_cookie_parsed }) => ({
    status,
    body: bodyOf(body, headers.find(([name]) => name === 'Content-Type')?.[1]),
    cookies: set_cookie_parsed.map(({ name, value, attributes }) =>
      cookieText([`${name}=${value}`, ...attributes.map((attribute) => attribute.join('='))].join('; ')),
    ),
  }));
}

/** Replays over `app.fetch`. */
export async function play(app: Microdot, scenario: Scenario): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const spec of scenario.requests) outcomes.push(await fetchOne(app, spec));
  return outcomes;
}

/** A header value as the bytes that travel: a client sends UTF-8, `Headers` takes one character a byte. */
const asBytes = (value: string): string => Buffer.from(value, 'utf8').toString('latin1');

async function fetchOne(app: Microdot, spec: RequestSpec): Promise<Outcome> {
  const headers = new Headers();
  for (const [name, value] of spec.headers ?? []) {
    // As servers do before they make a Request: Headers alone joins by a comma on some runtimes.
    const before = name.toLowerCase() === 'cookie' ? headers.get('cookie') : null;
    headers.set(name, before === null ? asBytes(value) : `${before}; ${asBytes(value)}`);
  }
  const init = { method: spec.method, headers, ...(spec.body === null ? {} : { body: spec.body }) };
  const response = await app.fetch(new Request(`http://localhost${spec.path}`, init));
  const body = await response.text().catch((error: Error & { code?: string }) => `stream failed: ${error.code}`);
  return {
    status: response.status,
    body: bodyOf(body, response.headers.get('content-type')),
    cookies: response.headers.getSetCookie().map(cookieText),
  };
}

/** Replays byte by byte over a socket; requests without recorded bytes are spelled out. */
export async function playOverSocket(app: Microdot, scenario: Scenario): Promise<Outcome[]> {
  const server = await serve(app, '127.0.0.1', 0);
  const port = Number(new URL(server.url).port);
  try {
    const outcomes: Outcome[] = [];
    for (const spec of scenario.requests)
      outcomes.push(await sendRaw(port, Buffer.from(spec.raw_base64 ?? '', 'base64')));
    return outcomes;
  } finally {
    server.close();
    await server.closed;
  }
}

function sendRaw(port: number, bytes: Buffer): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const [head = '', ...rest] = text.split('\r\n\r\n');
      const cookies =
        head.match(/^set-cookie: .*$/gim)?.map((line) => cookieText(line.slice('set-cookie: '.length))) ?? [];
      resolve({ status: Number(head.split(' ')[1]), body: rest.join('\r\n\r\n'), cookies });
    });
  });
}
