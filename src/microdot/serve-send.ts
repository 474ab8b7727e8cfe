// How the server for Node sends a response: its head, then its body, whole or chunk by chunk.

import type { ServerResponse } from 'node:http';
import { isChunks } from './body.js';
import type { Chunks, Outgoing } from './transport.js';

/** Never throws: what Node refuses is reported. */
export function send({ status, reason, headers, body, report }: Outgoing, response: ServerResponse): void {
  if (response.destroyed) {
    if (isChunks(body)) void body.cancel();
    return;
  }
  if (isChunks(body)) {
    // A length that the application promised is kept: the rest would be read as the next response.
    if (headers['Content-Length'] !== undefined) response.strictContentLength = true;
  } else if (body !== null) {
    headers['Content-Length'] ??= String(Buffer.byteLength(body));
  }
  try {
    if (reason === undefined) response.writeHead(status, headers);
    else response.writeHead(status, reason, headers);
  } catch (error) {
    // Each header is good by itself, and Node refuses them together: a Trailer where the body is not chunked, as that of a
    // HEAD or over HTTP/1.0.
    report(error);
    if (isChunks(body)) void body.cancel();
    // Without a body: for 204 and 304 Node has noted already that none may follow.
    response.writeHead(500, 'Internal Server Error', { 'Content-Length': '0' }).end();
    return;
  }
  if (isChunks(body)) void pump(body, response, report);
  else if (body === null) response.end();
  else response.end(body);
}

/** Sends chunks as fast as the client reads them; stops the producer when the client goes away. */
async function pump(chunks: Chunks, response: ServerResponse, report: Outgoing['report']): Promise<void> {
  /** What Node refuses, as bytes over the Content-Length or too few of them, the producer does not see. */
  const attempt = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      report(error);
      void chunks.cancel();
      throw error;
    }
  };
  response.once('close', () => {
    if (!response.writableEnded) void chunks.cancel();
  });
  // The head goes out at once: the first event of a stream may be far off.
  response.flushHeaders();
  try {
    for (let chunk = await chunks.next(); chunk !== null; chunk = await chunks.next()) {
      if (response.destroyed) return;
      const next = chunk;
      if (!attempt(() => response.write(next))) await drained(response);
    }
    attempt(() => response.end());
  } catch {
    // It was reported; only a broken connection tells the client that the body is not complete.
    response.destroy();
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
