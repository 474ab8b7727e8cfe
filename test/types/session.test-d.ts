// The types of sessions: what compiles, what the compiler refuses, and that nothing but the documented default is any.
import type { SessionCookieOptions } from '../../dist/session/index.js';
import {
  type Accepted,
  type Reason,
  type SecretKeys,
  Session,
  type SessionDict,
  type SessionHost,
  type SessionLike,
  type SessionMethods,
  type Verdict,
  withSession,
} from '../../dist/session/index.js';
import { type Equal, expectNot, expectType, type IsAny } from './assert.js';

interface Request {
  readonly path: string;
}
interface Response {
  end(text: string): void;
}
interface Cart {
  n: number;
  readonly user: string;
  items?: { readonly sku: string }[];
}

declare const app: SessionHost<Request>;
declare const request: Request;
declare const response: Response;
declare const bytes: Uint8Array;

// All forms of the constructor.
new Session();
new Session(app);
new Session(app, { secretKey: 'x' });
new Session({ secretKey: bytes });
new Session(null, { secretKey: null });
new Session(undefined, {});
const cart = new Session<Cart>({ secretKey: 'x' });
const typed = new Session<Cart, Request>(app, { secretKey: 'x' });
cart.initialize(app);
cart.initialize(app, { cookieOptions: { secure: true, sameSite: 'Lax' } });

// Without T: any key, any value, no annotation. The documented default, and the only any.
const plain = new Session(app);
const dict = plain.get(request);
dict.n = (dict.n ?? 0) + 1;
dict.anything = { at: ['all'] };
dict.save();
dict.delete();
expectType<Equal<typeof dict, SessionDict>>();
expectType<IsAny<typeof dict.anything>>();

// With T: every key optional, writable, and removable in both ways.
const data = cart.get(request);
expectType<Equal<typeof data.n, number | undefined>>();
expectType<Equal<typeof data.user, string | undefined>>();
expectNot<IsAny<typeof data>>();
expectNot<IsAny<typeof data.items>>();
data.n = 1;
data.user = 'ada';
data.n = undefined;
delete data.n;
delete data.user;
data.items = [{ sku: 'x' }];
const copy: Partial<Cart> = { ...cart.decode('token') };
// @ts-expect-error a wrong value
data.n = 'one';
// @ts-expect-error null is no number
data.n = null;
// @ts-expect-error a Date is no number
data.n = new Date();
// @ts-expect-error a key that T lacks
data.m = 1;
// @ts-expect-error a key that T lacks, read
export const missing = data.m;
// @ts-expect-error a wrong value inside
data.items = [{ sku: 1 }];
// @ts-expect-error save takes nothing
data.save(1);

// save and delete are no keys of T, in a literal, an interface, or optional; an index signature is fine.
interface Saving {
  save: boolean;
}
interface Deleting {
  n: number;
  readonly delete?: string;
}
// @ts-expect-error reserved
new Session<{ save: number }>();
// @ts-expect-error reserved
new Session<{ n: number; delete: () => void }>();
// @ts-expect-error reserved
new Session<Saving>();
// @ts-expect-error reserved
new Session<Deleting>();
// @ts-expect-error no object
new Session<string>();
const open = new Session<Record<string, unknown>>();
expectType<Equal<ReturnType<typeof open.get>['anything'], unknown>>();
new Session<{ saved: number; deleted: boolean }>();
expectType<Equal<ReturnType<typeof data.save>, void>>();
expectType<Equal<keyof SessionMethods, 'save' | 'delete'>>();

// session.with is typed by its session and keeps the framework's arguments.
const counted = cart.with((got: Request, session, res: Response) => {
  expectType<Equal<typeof got, Request>>();
  expectType<Equal<typeof session, SessionDict<Cart>>>();
  const n = (session.n ?? 0) + 1;
  session.n = n;
  // @ts-expect-error a key that T lacks
  session.m = 1;
  // @ts-expect-error a wrong value
  session.n = 'one';
  // @ts-expect-error a Date
  session.n = new Date();
  res.end('');
  return n;
});
expectType<Equal<typeof counted, (request: Request, res: Response) => number>>();
// @ts-expect-error the other argument is missing
counted(request);

// A session of a host takes that host's requests only; one without Req takes any object.
typed.get(request);
// @ts-expect-error no request of this host
typed.get({ other: 1 });
// @ts-expect-error no object
cart.get('request');
typed.with((got, session) => [got.path, session.n] as const);

// withSession: the dict is the default one, the arguments and the result are kept.
const wrapped = withSession((got: Request, session, res: Response, next: () => void) => {
  session.anything = got.path;
  expectType<Equal<typeof session, SessionDict>>();
  res.end('');
  next();
  return 5;
});
expectType<Equal<typeof wrapped, (request: Request, res: Response, next: () => void) => number>>();
wrapped(request, response, () => {});
const later = withSession(async (_got: Request, session) => session.n as number);
expectType<Equal<ReturnType<typeof later>, Promise<number>>>();

// encode, decode, verify.
expectType<Equal<ReturnType<typeof cart.encode>, string>>();
expectType<Equal<ReturnType<typeof cart.decode>, Partial<Cart>>>();
expectType<Equal<ReturnType<typeof cart.verify>, Verdict<Cart>>>();
const verdict = cart.verify('token', bytes);
if (verdict.ok) {
  expectType<Equal<typeof verdict, Accepted<Cart>>>();
  expectType<Equal<typeof verdict.payload.n, number | undefined>>();
  expectNot<IsAny<typeof verdict.header.alg>>();
} else expectType<Equal<typeof verdict.reason, Reason>>();
// @ts-expect-error ask ok first
export const unasked = verdict.payload;
// @ts-expect-error no object
cart.encode('text');
// @ts-expect-error no secret
cart.encode({}, 5);
cart.update(request, { n: 1 });
// @ts-expect-error a wrong value
cart.update(request, { n: 'one' });
// @ts-expect-error a key that T lacks
cart.update(request, { m: 1 });

// Options and accessors.
expectType<Equal<typeof cart.secretKey, SecretKeys | null>>();
expectType<Equal<typeof cart.cookieOptions, SessionCookieOptions<Cart>>>();
cart.secretKey = undefined;
cart.secretKey = bytes;
cart.cookieOptions = null;
cart.cookieOptions = { maxAge: 5 };
// @ts-expect-error unknown option
new Session({ secret: 'x' });
// @ts-expect-error unknown option beside an app
new Session(app, { cookie_options: {} });
// @ts-expect-error a wrong type
new Session({ secretKey: 5 });
// @ts-expect-error unknown cookie option
new Session({ cookieOptions: { max_age: 5 } });
// @ts-expect-error a wrong value
new Session({ cookieOptions: { sameSite: 'lacks' } });
// @ts-expect-error read-only
cart.cookieOptions.path = '/';
// @ts-expect-error an app is no options
cart.initialize(app, app);

// What types cannot refuse: T may promise values that JSON cannot hold. encode and save() refuse them (S15).
new Session<{ when: Date; big: bigint; map: Map<string, number> }>();

// A session is what hosts store, and a host of one kind of request is a host.
const like: SessionLike = cart;
const anyHost: SessionHost = app;

export { anyHost, copy, like };
