// Response bodies: which values are one, and how a streamed one is read, chunk by chunk.

import { typeName, ValueError } from '../errors.js';
import type { Chunks } from './transport.js';

/** A body that is produced while it is sent. Its chunks are text or bytes. */
export type StreamBody = ReadableStream<unknown> | AsyncIterable<unknown> | Iterable<unknown>;

/** A body that is ready to be sent. */
export type Body = string | Uint8Array | StreamBody;

/** Whether a body is known as a whole, so that its length is too. */
export function isWhole(body: Body): body is string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array;
}

/** Whether a transport has to read a body chunk by chunk. */
export function isChunks(body: string | Uint8Array | Chunks | null): body is Chunks {
  return typeof body === 'object' && body !== null && !(body instanceof Uint8Array);
}

export function isReadableStream(value: object): value is ReadableStream<unknown> {
  return 'getReader' in value && typeof value.getReader === 'function';
}

/** Whether a value is read as a stream: a web stream, an async iterable or an iterable, but not an array. */
export function isStreamBody(value: object): value is StreamBody {
  if (isReadableStream(value)) return true;
  return Symbol.asyncIterator in value || Symbol.iterator in value;
}

/** Bytes of any kind as `Uint8Array`, `null` for anything else. */
export function asBytes(value: object): Uint8Array | null {
  if (value instanceof Uint8Array) return value;
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return value instanceof ArrayBuffer ? new Uint8Array(value) : null;
}

/**
 * Starts to read a streamed body; nothing of it runs before the first `next()`.
 * @throws ValueError `ERR_APP_BODY_USED` for a web stream that somebody else reads or has read.
 */
export function chunksOf(body: StreamBody, report: (error: unknown) => void): Chunks {
  const { next, cancel } = isReadableStream(body) ? readStream(body) : iterate(body);
  let reported: unknown;
  return {
    async next() {
      try {
        const result = await next();
        if (result.done) return null;
        // A sync iterable may hold promises.
        return asChunk(await result.value);
      } catch (error) {
        reported = error;
        report(error);
        throw error;
      }
    },
    async cancel() {
      try {
        await cancel();
      } catch (error) {
        // A web stream that has failed fails to be cancelled, with the same error.
        if (error !== reported) report(error);
      }
    },
  };
}

interface Source {
  readonly next: () => PromiseLike<Step> | Step;
  readonly cancel: () => unknown;
}

interface Step {
  readonly done?: boolean | undefined;
  readonly value?: unknown;
}

function readStream(body: ReadableStream<unknown>): Source {
  if (body.locked) {
    throw new ValueError(
      'ERR_APP_BODY_USED',
      'the streamed body of a response can be sent once, and this one is used: make a new one for each request',
    );
  }
  const reader = body.getReader();
  return { next: () => reader.read(), cancel: () => reader.cancel() };
}

function iterate(body: AsyncIterable<unknown> | Iterable<unknown>): Source {
  const iterator = Symbol.asyncIterator in body ? body[Symbol.asyncIterator]() : body[Symbol.iterator]();
  return { next: () => iterator.next(), cancel: () => iterator.return?.() };
}

function asChunk(chunk: unknown): string | Uint8Array {
  if (typeof chunk === 'string') return chunk;
  const bytes = typeof chunk === 'object' && chunk !== null ? asBytes(chunk) : null;
  if (bytes !== null) return bytes;
  throw new ValueError(
    'ERR_APP_BAD_RESPONSE',
    `a chunk of a streamed body must be text or bytes, not ${typeName(chunk)}`,
  );
}
