// The types of the session's options: functions of the data get the data, and wrong types do not compile.
import {
  type EventListener,
  type Reason,
  type RequestVerdict,
  type Seconds,
  Session,
  type SessionEvent,
  type SessionOptions,
  type StoreOperation,
} from '../../dist/session/index.js';
import { type Equal, expectNot, expectType, type IsAny } from './assert.js';

interface Login {
  user: string;
  remember: boolean;
}

declare const bytes: Uint8Array;
declare const request: object;

// Timeouts: seconds, or a function of the data, each key of which may be absent.
const session = new Session<Login>({
  idleTimeout: (data) => {
    expectType<Equal<typeof data, Partial<Login>>>();
    expectNot<IsAny<typeof data>>();
    return data.remember ? 30 * 86_400 : 3600;
  },
  absoluteTimeout: 86_400,
  renew: 'save',
  clockTolerance: 30,
  acceptUndated: true,
});
session.initialize(
  { installSession: () => {}, sessionJar: () => ({}) as never },
  { absoluteTimeout: ({ remember }) => (remember ? 2 : 1) },
);
expectType<Equal<Seconds<Login>, number | ((data: Partial<Login>) => number)>>();
new Session({ idleTimeout: null, absoluteTimeout: null, purpose: null, audience: null, onEvent: null, onReject: null });
// @ts-expect-error a key that the data lack
new Session<Login>({ idleTimeout: (data) => (data.admin ? 1 : 2) });
// @ts-expect-error no seconds
new Session<Login>({ idleTimeout: () => '3600' });
// @ts-expect-error a promise of seconds
new Session<Login>({ absoluteTimeout: async () => 3600 });
// @ts-expect-error text
new Session({ idleTimeout: '1h' });
// @ts-expect-error another word
new Session({ renew: 'never' });
// @ts-expect-error text
new Session({ clockTolerance: '60' });
// @ts-expect-error no flag
new Session({ acceptUndated: 'yes' });

// Keys: one, a list, entries.
new Session({ secretKey: ['new', bytes, { id: 'a', secret: 'old' }, { secret: bytes }], resign: true });
new Session({ secretKey: ['new', 'old'] as const });
// @ts-expect-error an entry stands in a list
new Session({ secretKey: { id: 'a', secret: 'x' } });
// @ts-expect-error an entry without a secret
new Session({ secretKey: [{ id: 'a' }] });
// @ts-expect-error a member that an entry lacks
new Session({ secretKey: [{ kid: 'a', secret: 'x' }] });
// @ts-expect-error a list in a list
new Session({ secretKey: [['x']] });
// @ts-expect-error no flag
new Session({ resign: 1 });

// Binding.
new Session({ cookieName: '__Host-session', purpose: 'login', audience: 'shop', cookieOptions: { secure: true } });
// @ts-expect-error one name
new Session({ cookieName: ['a'] });
// @ts-expect-error bytes
new Session({ purpose: bytes });
// @ts-expect-error one audience
new Session({ audience: ['a', 'b'] });
// @ts-expect-error no flag
new Session({ cacheHeaders: 'off' });

// Events: a union that a switch narrows.
const listen: EventListener = (event) => {
  expectType<Equal<typeof event, SessionEvent>>();
  switch (event.type) {
    case 'load':
      expectType<Equal<typeof event.keyId, string | null>>();
      break;
    case 'reject':
      expectType<Equal<typeof event.reason, Reason>>();
      break;
    case 'cache-header':
      expectType<Equal<typeof event.removed, readonly string[]>>();
      break;
    case 'save':
    case 'renew':
    case 'resign':
      expectType<Equal<typeof event.bytes, number>>();
      break;
    case 'store-error':
      expectType<Equal<typeof event.operation, StoreOperation>>();
      expectType<Equal<typeof event.isTimeout, boolean>>();
      break;
    case 'regenerate':
    case 'move':
    case 'delete':
      // @ts-expect-error a delete has no size
      event.bytes;
      break;
    default:
      expectType<Equal<typeof event, never>>();
  }
  // @ts-expect-error no event has data
  event.payload;
  // @ts-expect-error no event has a token
  event.token;
};
const options: SessionOptions<Login> = {
  onEvent: listen,
  onReject: (reason, about) => {
    expectType<Equal<typeof reason, Reason>>();
    expectType<Equal<typeof about, object>>();
  },
  now: () => 0,
};
// @ts-expect-error no function
new Session({ onEvent: 'log' });
// @ts-expect-error no function of this event
new Session({ onEvent: (event: { readonly type: 'other' }) => event });

// Verdicts about requests.
const verdict = session.verdict(request);
expectType<Equal<typeof verdict, RequestVerdict<Login>>>();
expectType<Equal<typeof verdict.candidates, number>>();
if (verdict.ok) {
  expectType<Equal<typeof verdict.payload, Partial<Login>>>();
  expectType<Equal<typeof verdict.issuedAt, number | null>>();
  expectType<Equal<typeof verdict.keyIndex, number>>();
} else {
  expectType<Equal<typeof verdict.reason, Reason>>();
  // @ts-expect-error nothing but the reason
  verdict.payload;
}

export { options };
