// One request from its head to its response: body, before hooks, handler, after hooks, error handlers (contract H3, S13).

import { type Body, chunksOf, isChunks, isWhole } from './body.js';
import { assertReason, assertStatus, HTTPException } from './http-exception.js';
import { Request } from './request.js';
import { RequestState, tooLarge } from './request-state.js';
import { copyResponse, headersOf, Response, toResponse } from './response.js';
import type { HeaderRecord, Incoming, Outgoing } from './transport.js';
import { type AfterHook, classHandler, hooksFor, type Route, statusHandler, type Wiring } from './wiring.js';

/** A response, and whether the application decided on it, so that the session's cookie goes with it. */
interface Answer {
  readonly response: Response;
  readonly decided: boolean;
}

type Report = (error: unknown) => void;

/** Answers a request. Never rejects: whatever is thrown becomes a response, and is reported. */
export async function dispatch(
  main: Wiring,
  incoming: Incoming,
  onError: (error: unknown, request: Request) => void,
): Promise<Outgoing> {
  const state = new RequestState(main, incoming);
  const request = new Request(state);
  const report: Report = (error) => onError(error, request);
  let answer: Answer;
  let completed = false;
  try {
    // Without await where nothing is a promise: a synchronous handler answers in one turn.
    if (state.contentLength > Request.maxContentLength) throw tooLarge();
    const args = findRoute(state);
    if (args === 'options') {
      answer = { response: optionsResponse(state), decided: true };
    } else {
      if (typeof args === 'number') throw new HTTPException(args, 'Not found');
      if (state.hasBody) await state.readBody(Request.maxBodyLength, Request.maxContentLength);
      let result: unknown;
      for (const hook of hooksFor(main, state.locals, 'before')) {
        result = hook(request);
        if (isThenable(result)) result = await result;
        if (result !== undefined && result !== null) break;
      }
      if (result === undefined || result === null) {
        result = (state.route as Route).handler(request, args as never);
        if (isThenable(result)) result = await result;
      }
      let response = toResponse(result);
      const after = hooksFor(main, state.locals, 'after');
      if (after.length > 0) response = await runAfter(after, request, response);
      if (state.afterHooks !== null) response = await runAfter(state.afterHooks, request, response);
      answer = { response, decided: true };
      completed = true;
    }
  } catch (error) {
    answer = await recover(state, request, error, report);
  }
  if (!completed) answer = await runAfterError(state, request, answer, report);
  return finish(state, answer, report);
}

/** Path arguments of the route, which it notes in the state; else the status, or the automatic answer to OPTIONS. */
function findRoute(state: RequestState): object | 404 | 405 | 'options' {
  const { method } = state.incoming;
  let status: 404 | 405 = 404;
  for (const route of state.main.routes) {
    const args = route.pattern.match(state.path);
    if (args === null) continue;
    state.route = route;
    if (route.methods.includes(method) || (method === 'HEAD' && route.methods.includes('GET'))) return args;
    status = 405;
  }
  if (method !== 'OPTIONS') return status;
  // As upstream: the automatic answer is the main application's.
  state.route = null;
  return 'options';
}

function optionsResponse(state: RequestState): Response {
  const allow = new Set<string>();
  for (const { pattern, methods } of state.main.routes) {
    if (pattern.match(state.path) !== null) for (const method of methods) allow.add(method);
  }
  if (allow.has('GET')) allow.add('HEAD');
  allow.add('OPTIONS');
  return new Response('', 200, { Allow: [...allow].join(', ') });
}

/** Each hook gets a response it may write into: the application may use its own object for other requests too. */
async function runAfter(hooks: readonly AfterHook[], request: Request, response: Response): Promise<Response> {
  let current = copyResponse(response);
  for (const hook of hooks) {
    let result = hook(request, current);
    if (isThenable(result)) result = await result;
    if (result !== undefined && result !== null && result !== current) current = copyResponse(toResponse(result));
  }
  return current;
}

async function runAfterError(state: RequestState, request: Request, answer: Answer, report: Report): Promise<Answer> {
  const hooks = hooksFor(state.main, state.locals, 'afterError');
  if (hooks.length === 0) return answer;
  try {
    return { response: await runAfter(hooks, request, answer.response), decided: answer.decided };
  } catch (error) {
    report(error);
    return internalError();
  }
}

/** What answers after something was thrown: a handler for its status or class, its own reason, or the 500 page. */
async function recover(state: RequestState, request: Request, error: unknown, report: Report): Promise<Answer> {
  const { main, locals } = state;
  if (error instanceof HTTPException) {
    const { statusCode, reason } = error;
    const handler = statusHandler(main, locals, statusCode);
    if (handler === undefined) return { response: new Response(reason, statusCode), decided: statusCode < 500 };
    try {
      return { response: toResponse(await handler(request, error as never)), decided: true };
    } catch (again) {
      report(again);
      return statusCode === 500 ? internalError() : recover500(state, request, again, report);
    }
  }
  const handler = classHandler(main, locals, error);
  if (handler === undefined) report(error);
  else {
    try {
      const result = await handler(request, error as never);
      if (result !== undefined && result !== null) return { response: toResponse(result), decided: true };
      report(error);
    } catch (again) {
      report(error);
      report(again);
    }
  }
  return recover500(state, request, error, report);
}

async function recover500(state: RequestState, request: Request, cause: unknown, report: Report): Promise<Answer> {
  const handler = statusHandler(state.main, state.locals, 500);
  if (handler === undefined) return internalError();
  try {
    const error = Object.assign(new HTTPException(500, INTERNAL_ERROR), { cause });
    return { response: toResponse(await handler(request, error as never)), decided: true };
  } catch (error) {
    report(error);
    return internalError();
  }
}

const INTERNAL_ERROR = 'Internal server error';
const internalError = (): Answer => ({ response: new Response(INTERNAL_ERROR, 500), decided: false });

/** The final head, with what the jar writes into it. A jar that throws makes this the 500 page. */
function finish(state: RequestState, { response, decided }: Answer, report: Report): Outgoing {
  const isHead = state.incoming.method === 'HEAD';
  let body: Outgoing['body'] = '';
  try {
    // Both are plain fields that a hook may have set to anything.
    assertStatus(response.statusCode);
    assertReason(response.reason);
    const headers = headersOf(response);
    body = bodyOf(response.body, response.statusCode, headers, isHead, report);
    state.seal(decided ? headers : null);
    return { status: response.statusCode, reason: response.reason, headers, body, report };
  } catch (error) {
    report(error);
    if (isChunks(body)) void body.cancel();
    state.seal(null);
    const fallback = internalError().response;
    return { status: 500, reason: undefined, headers: headersOf(fallback), body: INTERNAL_ERROR, report };
  }
}

function bodyOf(body: Body, status: number, headers: HeaderRecord, isHead: boolean, report: Report): Outgoing['body'] {
  const isBare = status === 204 || status === 205 || status === 304;
  // RFC 9110 8.6: the length of a 304 would be that of the page that the client has.
  const none = status === 304 ? null : '';
  if (!isWhole(body)) {
    const chunks = chunksOf(body, report);
    if (!isHead && !isBare) return chunks;
    void chunks.cancel();
    // The length of a stream is unknown to HEAD too.
    return isBare ? none : null;
  }
  // A length that the application gave counts only where no body follows.
  if (!isHead) delete headers['Content-Length'];
  return isBare ? none : body;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
