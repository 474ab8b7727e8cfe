// Builds the application that a scenario describes, out of the real Microdot and Session, and plays its steps.

import { abort, Microdot, type Request, Response } from '../../dist/microdot/index.js';
import { Session, type SessionDict, withSession } from '../../dist/session/index.js';
import type { AppSpec, HandlerSpec, InitializeSpec, Secret, SessionSpec, Step } from './scenario.js';

/** Python's exceptions, as far as the scenarios raise them. */
export class PythonError extends Error {
  readonly shown: string;

  constructor(type: string, message: string) {
    super(message);
    this.name = type;
    // Upstream's recorder left out the text of a KeyError.
    this.shown = type === 'KeyError' ? `${type}:` : `${type}:${message}`;
  }
}
class PythonValueError extends PythonError {}

const OPTION_NAMES: Readonly<Record<string, string>> = { max_age: 'maxAge', http_only: 'httpOnly' };
const PYTHON_NAMES: Readonly<Record<string, string>> = { maxAge: 'max_age', httpOnly: 'http_only' };

const rename = (options: object, names: Readonly<Record<string, string>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(options).map(([name, value]) => [names[name] ?? name, value]));

const secretOf = (secret: Secret | null | undefined): string | Uint8Array | null =>
  secret?.text ?? (secret?.hex === undefined ? null : new Uint8Array(Buffer.from(secret.hex, 'hex')));

/** Compact JSON with members sorted by code point. */
export function show(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : 'inf';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(show).join(',')}]`;
  const points = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const order = (a: number[], b: number[]): number => {
    for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return (a[i] ?? 0) - (b[i] ?? 0);
    return a.length - b.length;
  };
  const members = Object.entries(value).sort(([a], [b]) => order(points(a), points(b)));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${show(member)}`).join(',')}}`;
}

function special(kind: unknown): unknown {
  class Thing {
    field = 1;
  }
  const cycle: unknown[] = [];
  cycle.push(cycle);
  const kinds: Record<string, unknown> = {
    bytes: new Uint8Array([1]),
    set: new Set([1]),
    function: () => 1,
    object: new Thing(),
    cycle,
    tuple: Object.freeze([1, 'two']),
    nan: Number.NaN,
    inf: Number.POSITIVE_INFINITY,
  };
  return kinds[String(kind)];
}

type Dict = Record<string, unknown> & SessionDict;

/** What the steps of one handler work on. */
interface Context {
  readonly world: World;
  readonly request: Request;
  session: Dict | undefined;
  response: Response | undefined;
  readonly out: string[];
}

interface World {
  readonly sessions: Map<string, Session>;
  readonly sharedOptions: Record<string, Record<string, unknown>>;
  readonly sharedHeaders: Record<string, string | string[]>;
  readonly sharedResponse: Response;
}

/** What a handler answers; `undefined` for no word. */
type Answer = { readonly answer: unknown } | undefined;

/** Builds the app of a scenario. Throws where the configuration is one that the library refuses. */
export function buildApp(spec: AppSpec): Microdot {
  const world: World = {
    sessions: new Map(),
    sharedOptions: Object.fromEntries(
      Object.entries(spec.shared_options ?? {}).map(([name, options]) => [name, rename(options, OPTION_NAMES)]),
    ),
    sharedHeaders: spec.shared_headers ?? { 'X-Shared': '1' },
    sharedResponse: new Response('shared'),
  };
  const apps = new Map<string, Microdot>();
  const app = buildRoutes(spec, world, apps);
  for (const session of spec.sessions ?? []) buildSession(session, world, apps);
  return app;
}

function buildSession(spec: SessionSpec, world: World, apps: Map<string, Microdot>): void {
  const session = new Session(spec.on == null ? null : apps.get(spec.on), optionsOf(spec, world));
  world.sessions.set(spec.id, session);
  for (const again of spec.initialize ?? []) {
    const app = apps.get(again.on ?? 'main');
    if (app !== undefined) session.initialize(app, optionsOf(again, world));
  }
}

function optionsOf(spec: InitializeSpec, world: World) {
  const shared = spec.cookie_options_shared;
  const cookieOptions =
    shared !== undefined
      ? world.sharedOptions[shared]
      : spec.cookie_options && rename(spec.cookie_options, OPTION_NAMES);
  return { secretKey: secretOf(spec.secret_key), cookieOptions: cookieOptions ?? null, allowWeakSecret: true };
}

function buildRoutes(spec: AppSpec, world: World, apps: Map<string, Microdot>): Microdot {
  const app = new Microdot();
  apps.set(spec.id, app);
  const play = (
    steps: readonly Step[],
    request: Request,
    session?: SessionDict,
    response?: Response,
  ): PlayedHandler => {
    const context: Context = { world, request, session: session as Dict | undefined, response, out: [] };
    return { context, answer: playSteps(steps, context) };
  };
  const handler = (spec: HandlerSpec, finish: (played: PlayedHandler) => unknown) => {
    const f = spec.with_session
      ? withSession((request: Request, session) => finish(play(spec.steps, request, session)))
      : (request: Request) => finish(play(spec.steps, request));
    return spec.sync ? f : async (request: Request) => f(request);
  };
  for (const route of spec.routes) {
    app.route(route.path, { methods: [...route.methods] }, handler(route, answerOrOut) as never);
  }
  for (const hook of spec.before_request ?? []) app.beforeRequest(handler(hook, answerOnly) as never);
  for (const hook of spec.after_request ?? []) {
    app.afterRequest(
      (request: Request, response: Response) => answerOnly(play(hook.steps, request, undefined, response)) as never,
    );
  }
  for (const hook of spec.after_error_request ?? []) {
    app.afterErrorRequest(
      (request: Request, response: Response) => answerOnly(play(hook.steps, request, undefined, response)) as never,
    );
  }
  for (const [what, hook] of spec.errorhandler ?? []) {
    const which = what === 'ValueError' ? PythonValueError : Number(what);
    app.errorHandler(which as never, ((request: Request) => answerOrOut(play(hook.steps, request))) as never);
  }
  for (const mount of spec.mounts ?? []) {
    app.mount(buildRoutes(mount.app, world, apps), { urlPrefix: mount.prefix, local: mount.local ?? false });
  }
  return app;
}

interface PlayedHandler {
  readonly context: Context;
  readonly answer: Answer;
}

const answerOrOut = ({ answer, context }: PlayedHandler): unknown =>
  answer === undefined ? context.out.join('|') : answer.answer;
const answerOnly = ({ answer }: PlayedHandler): unknown => answer?.answer;

function playSteps(steps: readonly Step[], context: Context): Answer {
  for (const step of steps) {
    const answer = playStep(step, context);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

function sessionOf(context: Context, id: unknown): Session {
  const session = context.world.sessions.get(String(id));
  if (session === undefined) throw new Error(`no session ${String(id)}`);
  return session;
}

function playStep(step: Step, context: Context): Answer {
  const [name, a, b, c] = step;
  const { out, request, world } = context;
  const data = context.session as Dict;
  const key = String(a);
  switch (name) {
    case 'get':
      context.session = sessionOf(context, a).get(request) as Dict;
      return;
    case 'set':
      data[key] = b;
      return;
    case 'set_in':
      (data[key] as Record<string, unknown>)[String(b)] = c;
      return;
    case 'append':
      (data[key] as unknown[]).push(b);
      return;
    case 'default':
      if (!(key in data)) data[key] = b;
      return;
    case 'incr':
      data[key] = (key in data ? (data[key] as number) : 0) + 1;
      return;
    case 'set_special':
      data[key] = special(b);
      return;
    case 'del':
      if (!Object.hasOwn(data, key)) throw new PythonError('KeyError', key);
      delete data[key];
      return;
    case 'pop':
      delete data[key];
      return;
    case 'clear':
      for (const old of Object.keys(data)) delete data[old];
      return;
    case 'update':
      Object.assign(data, a);
      return;
    case 'save':
      data.save();
      return;
    case 'delete':
      data.delete();
      return;
    case 'ext_update':
      sessionOf(context, a).update(request, b as object);
      return;
    case 'ext_delete':
      sessionOf(context, a).delete(request);
      return;
    case 'encode':
      out.push(sessionOf(context, a).encode(b as object, secretOf(c as Secret)));
      return;
    case 'decode':
      out.push(show(sessionOf(context, a).decode(String(b), secretOf(c as Secret))));
      return;
    case 'set_secret':
      sessionOf(context, a).secretKey = secretOf(b as Secret);
      return;
    case 'set_option': {
      const session = sessionOf(context, a);
      session.cookieOptions = { ...session.cookieOptions, ...rename({ [String(b)]: c }, OPTION_NAMES) };
      return;
    }
    case 'out':
      out.push(Object.hasOwn(data, key) ? show(data[key]) : 'absent');
      return;
    case 'out_all':
      out.push(show(data));
      return;
    case 'out_len':
      out.push(String(Object.keys(data).length));
      return;
    case 'out_truthy':
      out.push(String(Object.keys(data).length > 0));
      return;
    case 'out_text':
      out.push(key);
      return;
    case 'same':
      out.push(String((sessionOf(context, a).get(request) as object) === sessionOf(context, b).get(request)));
      return;
    case 'out_cookies':
      out.push(show(request.cookies));
      return;
    case 'out_options':
      out.push(show(rename(sessionOf(context, a).cookieOptions, PYTHON_NAMES)));
      return;
    case 'out_shared_options':
      out.push(show(rename(world.sharedOptions[key] ?? {}, PYTHON_NAMES)));
      return;
    case 'try':
      out.push(attempt(a as readonly Step[], context));
      return;
    case 'raise':
      throw a === 'ValueError' ? new PythonValueError(key, String(b)) : new PythonError(key, String(b));
    case 'abort':
      return abort(a as number, b as string | undefined);
    case 'request_after':
      request.afterRequest(
        ((_request: Request, response: Response) =>
          playSteps(a as readonly Step[], Object.assign({}, context, { response, out: [] }))?.answer) as never,
      );
      return;
    case 'res_cookie':
      context.response?.setCookie(key, String(b));
      return;
    default:
      return { answer: answerOf(step, context) };
  }
}

function attempt(steps: readonly Step[], context: Context): string {
  try {
    playSteps(steps, context);
    return 'ok';
  } catch (error) {
    if (error instanceof PythonError) return `Error:${error.shown}`;
    return `Error:${(error as { code?: string }).code ?? (error as Error).name}`;
  }
}

/** The steps that end a handler. */
function answerOf([name, a, b, c]: Step, context: Context): unknown {
  const { world } = context;
  switch (name) {
    case 'return': {
      const body = a === null ? context.out.join('|') : (a as string);
      return b === undefined ? body : new Response(body, b as number, c as Record<string, string> | undefined);
    }
    case 'return_none':
      return null;
    case 'return_int':
      return new Response('', a as number);
    case 'return_json':
      return { a: 91107 };
    case 'return_response':
      return new Response(context.out.join('|'), a as number);
    case 'return_cookie_response': {
      const response = new Response('');
      response.setCookie(String(a), String(b), { path: '/' });
      return response;
    }
    case 'redirect':
      return Response.redirect(String(a));
    case 'return_stream':
      return stream(a as readonly string[], (b ?? []) as readonly Step[], context);
    case 'return_shared_response':
      return world.sharedResponse;
    case 'return_shared_headers':
      return new Response('', 200, world.sharedHeaders);
    case 'replace_response':
      return new Response(String(a), b as number);
    default:
      throw new Error(`unknown step ${name}`);
  }
}

function* stream(chunks: readonly string[], steps: readonly Step[], context: Context): Generator<string> {
  playSteps(steps, context);
  yield* chunks;
}
