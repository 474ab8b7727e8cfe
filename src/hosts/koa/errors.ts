// Which errors Koa answers by itself.

import type { HeadJar } from '../shared/head.js';
import { isAnswer } from '../shared/http-error.js';

interface ErrorContext {
  readonly res: { readonly statusCode: number };
  onerror(error: unknown): void;
}

/**
 * Koa answers in `ctx.onerror` what no middleware took: it removes all headers and then makes the head, where a session
 * that was saved before `ctx.throw(401)` writes its cookie. An `onerror` of the application's own, such as koa-onerror's,
 * is an error handler, and what it answers is the application's.
 */
export function watchErrors(ctx: ErrorContext, jar: HeadJar): void {
  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
  const { onerror } = ctx;
  if (onerror !== defaultHandler(ctx)) return;
  // Bound, and no arrow function, which would keep the context in V8's old generation (session/cookie-word.ts).
  ctx.onerror = answer.bind(null, ctx, jar, onerror);
}

function answer(ctx: ErrorContext, jar: HeadJar, onerror: ErrorContext['onerror'], error: unknown): void {
  // Nothing was thrown where Koa is told that the response is finished. Asked at once: Koa gives each error a status.
  if (error != null) jar.beforeHead(dropCrashed.bind(null, ctx, jar, error instanceof Error && isAnswer(error)));
  onerror.call(ctx, error);
}

/** What is no Error is always a 500 to Koa, and so is a status that it has no name for, which only its answer tells. */
function dropCrashed({ res }: ErrorContext, jar: HeadJar, hasStatus: boolean): void {
  if (!hasStatus || res.statusCode >= 500) jar.drop();
}

/** That of Koa's own context object, which the prototypes of all contexts end with. */
function defaultHandler(ctx: ErrorContext): unknown {
  let base: object = ctx;
  for (let next = prototypeOf(base); next !== null && prototypeOf(next) !== null; next = prototypeOf(next)) base = next;
  return (base as Partial<ErrorContext>).onerror;
}

const prototypeOf = (value: object): object | null => Object.getPrototypeOf(value) as object | null;
