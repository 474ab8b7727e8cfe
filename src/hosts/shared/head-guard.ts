// Where the head of a Node response is made, and what becomes of the response when a session cannot be saved there.

import { ValueError } from '../../errors.js';
import { warn } from '../../platform.js';
import { setAll } from './server-head.js';
import type { ServerResponse } from './server-response.js';

/*
 * The one rule. A session that saves by itself does so when the head is made, and may fail: the visitor's data have grown
 * over the size of a cookie, or the program put a Map into them. Who asked for the head may be the piece of a file, and
 * nobody can take an exception there: the process would end, and a visitor could end it. So nothing is thrown:
 *
 * 1. What was being sent is not sent: the writes of this turn are passed over, and streams are taken off the response.
 * 2. A turn later the framework answers the error as any other, by its own error handlers.
 * 3. Without a framework the answer is a bare 500, and a warning says why.
 *
 * Only where nobody is known who would answer, and no stream is writing, the error is thrown to whoever asked for the head.
 */

/** What answers for an error of the head. */
export interface ErrorAnswers {
  /** Has the framework answer it. */
  readonly answer?: ((error: unknown) => void) | undefined;
  /** Whether a framework may be there that is not known: then what no stream has written throws. */
  readonly throws?: boolean | undefined;
}

/** What is thrown through the method of somebody else, and caught outside of it. */
const FAILED = Symbol('the head could not be made');

/** Headers about a body that is not going to be sent. */
const OF_BODY =
  'accept-ranges cache-control content-disposition content-encoding content-length content-range content-type etag expires ' +
  'last-modified transfer-encoding';

interface Source {
  unpipe?(destination: object): unknown;
  pause?(): unknown;
  destroy?(): unknown;
}

type Method = (...args: unknown[]) => unknown;

/** A response with all that Node's have; what a session is given may be less. */
interface Response extends ServerResponse {
  statusCode?: number;
  readonly stream?: object;
  readonly writableEnded?: boolean;
  readonly destroyed?: boolean;
  write?: Method;
  end?: Method;
  flushHeaders?: Method;
  on?(event: 'pipe', listener: (source: Source) => void): unknown;
  once?(event: 'close', listener: () => void): unknown;
  removeHeader?(name: string): unknown;
}

/** How a method of the response says that it did what it was asked for. */
const PASSED: Readonly<Record<'write' | 'end' | 'flushHeaders', (response: Response) => unknown>> = {
  write: () => true,
  end: (response) => response,
  flushHeaders: () => undefined,
};

/**
 * Calls `settle` once, just before the head of a response is final: `write`, `end` and `flushHeaders` call `writeHead` by
 * themselves. Replaced on this one response. Other libraries do the same; the one that came last runs first.
 * @param settle lets the sessions write; may throw
 */
export function guardHead(target: ServerResponse, settle: () => void, answers: ErrorAnswers): void {
  const response = target as Response;
  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
  const writeHead = response.writeHead as Method;
  const sources: Source[] = [];
  let isSettled = false;
  /** `muted` until the answer begins, `answered` from then on. */
  let failure: 'none' | 'muted' | 'answered' = 'none';

  /** Whether the head may be made. */
  const isOpen = (): boolean => {
    // Somebody may have reached past this for the head: then there is nothing left to write into.
    if (isSettled || response.headersSent) return true;
    isSettled = true;
    try {
      settle();
      return true;
    } catch (error) {
      if (answers.throws === true && sources.length === 0) throw error;
      failure = 'muted';
      for (const source of sources) source.unpipe?.(response);
      setImmediate(() => {
        failure = 'answered';
        // Whoever pipes has it flow again.
        for (const source of sources) source.pause?.();
        const release = (): void => {
          for (const source of sources) source.destroy?.();
        };
        // The visitor may have gone.
        if (response.destroyed === true) release();
        else response.once?.('close', release);
        answer(response, error, answers);
      });
      return false;
    }
  };
  /** Whether a call is passed over: one of what was being sent, or one that comes after the answer. */
  const isMuted = (): boolean => failure === 'muted' || (failure === 'answered' && response.writableEnded === true);

  const replaced: Method = (statusCode, ...rest) => {
    // Not by writableEnded: the end of HTTP/2 has begun when it asks for the head.
    if (failure === 'muted' || (failure === 'answered' && response.headersSent)) return response;
    if (isSettled) return writeHead.call(response, statusCode, ...rest);
    // Of writeHead(200, 'OK', headers) and writeHead(200, headers) the headers: they would replace what is set.
    const headers = rest.find((argument) => typeof argument === 'object' && argument !== null);
    // A header that Node refuses throws here, and whoever answers for that error writes another head.
    if (headers !== undefined) setAll(response, headers);
    if (!isOpen()) {
      if (isInside) throw FAILED;
      return response;
    }
    return writeHead.call(response, statusCode, ...(typeof rest[0] === 'string' ? [rest[0]] : []));
  };
  response.writeHead = replaced as Response['writeHead'];

  let isInside = false;
  for (const name of ['write', 'end', 'flushHeaders'] as const) {
    const method = response[name];
    if (method === undefined) continue;
    response[name] = (...args) => {
      const pass = (): unknown => {
        const done = args.at(-1);
        if (typeof done === 'function') queueMicrotask(done as () => void);
        return PASSED[name](response);
      };
      if (isMuted()) return pass();
      if (isSettled) return method.apply(response, args);
      // Before the method, where nobody else waits for writeHead: an error in the middle of it leaves traces.
      if (response.writeHead === replaced) return isOpen() ? method.apply(response, args) : pass();
      isInside = true;
      try {
        // That of HTTP/2 has begun to end when it asks for the head.
        if (response.stream !== undefined && !response.headersSent) response.writeHead(response.statusCode ?? 200);
        return method.apply(response, args);
      } catch (error) {
        if (error === FAILED) return pass();
        throw error;
      } finally {
        isInside = false;
      }
    };
  }
  response.on?.('pipe', (source) => void sources.push(source));
}

function answer(response: Response, error: unknown, { answer: byFramework }: ErrorAnswers): void {
  if (response.headersSent) return;
  for (const name of OF_BODY.split(' ')) response.removeHeader?.(name);
  // Also for what a handler writes that does not know of the error yet.
  response.statusCode = 500;
  try {
    if (byFramework !== undefined) {
      byFramework(error);
      return;
    }
  } catch {
    // An error handler that throws where nobody takes it, either.
  }
  warnOfFailure(error);
  if (response.headersSent) return;
  for (const name of response.getHeaderNames?.() ?? []) response.removeHeader?.(name);
  response.statusCode = 500;
  response.end?.();
}

function warnOfFailure(error: unknown): void {
  // Of errors that are not ours the text may hold data.
  const code = error instanceof ValueError ? error.code : 'an error of a function that the session calls';
  warn(
    'WARN_SESSION_NOT_SENT',
    `a response was answered with 500, because its session could not be saved when the head was made: ${code}`,
  );
}
