// The types of stored sessions: what is awaited, what is typed by the data, and what the compiler refuses.
import { hardened, Session, type SessionHost, type SessionOptions, withSession } from '../../dist/session/index.js';
import {
  type MemoryStore,
  memoryStore,
  type NumberKeys,
  type SessionStore,
  type StoredDict,
  type StoredOptions,
  StoredSession,
  type SubjectSession,
} from '../../dist/stored/index.js';
import { type Equal, expectNot, expectType, type IsAny } from './assert.js';

interface Request {
  readonly path: string;
}
interface Cart {
  n: number;
  visits?: number;
  readonly user: string;
  items?: { readonly sku: string }[];
}

declare const app: SessionHost<Request>;
declare const request: Request;
declare const response: { end(text: string): void };

const store: SessionStore = memoryStore();
expectType<Equal<ReturnType<typeof memoryStore>, MemoryStore>>();

// All forms of the constructor.
new StoredSession();
new StoredSession(app);
new StoredSession(app, { secretKey: 'x', store });
new StoredSession({ secretKey: 'x', store });
new StoredSession(null, { store });
const typed = new StoredSession<Cart, Request>(app, { secretKey: 'x', store });
typed.initialize(app, { timeout: null, onStoreError: 'empty-readonly' });
new StoredSession(app, { ...hardened({ secretKey: 'x' }), store });

// With T the dict is typed, and its methods are promises.
const data = await typed.get(request);
expectType<Equal<typeof data, StoredDict<Cart>>>();
expectType<Equal<typeof data.n, number | undefined>>();
expectNot<IsAny<typeof data.user>>();
expectType<Equal<ReturnType<typeof data.save>, Promise<void>>>();
expectType<Equal<ReturnType<typeof data.delete>, Promise<void>>>();
data.user = 'ada';
delete data.items;
// @ts-expect-error no such key
data.nobody = 1;
// @ts-expect-error a number
data.n = 'x';
// @ts-expect-error save is no key
new StoredSession<{ save: number }>();

// Without T any key goes.
const loose = await new StoredSession(app).get(request);
loose.anything = { at: ['all'] };

// Numbers only can be added to.
expectType<Equal<NumberKeys<Cart>, 'n' | 'visits'>>();
const number: number = await typed.increment(request, 'visits', 2);
await new StoredSession(app).increment(request, 'anything');
// @ts-expect-error text
await typed.increment(request, 'user');
// @ts-expect-error a number
await typed.increment(request, 'n', '1');

// Subjects.
const listed: readonly SubjectSession[] = await typed.list('ada', { current: request });
const count: number = await typed.revokeAll('ada', { except: request });
// @ts-expect-error no data in a list
listed[0].data;
// @ts-expect-error a request of this session's apps
await typed.regenerate({});

// Handlers: typed by the session; whatever they return is awaited.
const handler = typed.with((req: Request, session, res: typeof response) => {
  expectType<Equal<typeof session, StoredDict<Cart>>>();
  res.end(req.path);
  return number + count;
});
expectType<Equal<typeof handler, (request: Request, res: typeof response) => Promise<number>>>();
export const any = withSession(async (_req: Request, session) => session.n);

// Options: those of every session, and the store's. Functions of the data get the data.
const options: StoredOptions<Cart> = {
  store,
  subject: ({ user }) => user,
  conflict: (mine, theirs, base) => ({ ...theirs, ...mine, n: (mine.n ?? 0) + (theirs.n ?? 0) - (base.n ?? 0) }),
  readFrom: [new Session<Cart>(), store],
  idleTimeout: ({ user }) => (user === undefined ? 60 : 3600),
};
export const every: SessionOptions<Cart> = options;
// @ts-expect-error no such mode
export const mode: StoredOptions<Cart> = { conflict: 'first-write' };
// @ts-expect-error text or nothing
export const subject: StoredOptions<Cart> = { subject: ({ n }) => n };
// @ts-expect-error not a store
export const noStore: StoredOptions<Cart> = { store: new Map() };
