// The types of revocation: the list is typed by its session, and its options leave no choice open.
import type { Revocation, RevocationEvent, RevocationLog, RevocationOptions } from '../../dist/revocation/index.js';
import { memoryLog, Revocations } from '../../dist/revocation/index.js';
import {
  type Identity,
  type RegisteredClaims,
  type Revoked,
  Session,
  type SessionHost,
  type Verdict,
} from '../../dist/session/index.js';
import { type Equal, expectNot, expectType, type IsAny } from './assert.js';

interface Login {
  user: string;
  admin: boolean;
}
interface MyRequest {
  readonly url: string;
}

declare const host: SessionHost<MyRequest>;
declare const request: MyRequest;
declare const verdict: Verdict<Login>;
const log = memoryLog();
expectType<Equal<typeof log, RevocationLog>>();

// The options of the session.
new Session<Login>({
  revocable: true,
  revoked: (claims) => {
    expectNot<IsAny<typeof claims>>();
    expectType<Equal<typeof claims.user, string | undefined>>();
    expectType<Equal<typeof claims.exp, number | undefined>>();
    expectType<Equal<typeof claims.jti, unknown>>();
    // @ts-expect-error read-only
    claims.user = 'eve';
    return claims.admin === true;
  },
});
new Session({ revoked: null });
new Session({ revoked: ({ anything }) => anything === 1 });
// @ts-expect-error a promise
new Session<Login>({ revoked: async () => false });
// @ts-expect-error no flag
new Session({ revocable: 'yes' });
expectType<Equal<Parameters<Revoked<Login>>[0], Readonly<Partial<Login>> & RegisteredClaims>>();
if (verdict.ok) expectType<Equal<typeof verdict.identity, Identity | undefined>>();

// The list.
const sessions = new Session<Login, MyRequest>(host, { secretKey: 'x' });
const revocations = new Revocations(sessions, {
  log,
  subject: (data) => {
    expectType<Equal<typeof data, Readonly<Partial<Login>>>>();
    return data.user;
  },
  onUnavailable: 'closed',
  onEvent: (event) => {
    expectType<Equal<typeof event, RevocationEvent>>();
    if (event.type === 'error') expectType<Equal<typeof event.error, unknown>>();
  },
});
expectType<Equal<typeof revocations, Revocations<Login, MyRequest>>>();
const revoked = revocations.revoke(request);
expectType<Equal<typeof revoked, Promise<boolean>>>();
const renewed = revocations.renew(request);
expectType<Equal<typeof renewed, Promise<boolean>>>();
const all = revocations.revokeAll('ada', { except: request });
expectType<Equal<typeof all, Promise<void>>>();
expectType<Equal<typeof revocations.isCurrent, boolean>>();

// @ts-expect-error open or closed: that has to be said
new Revocations(sessions, { log });
// @ts-expect-error no such word
new Revocations(sessions, { log, onUnavailable: 'wait' });
// @ts-expect-error a number is no subject
new Revocations(sessions, { log, onUnavailable: 'open', subject: ({ user }) => user?.length });
// @ts-expect-error a key that the data lack
new Revocations(sessions, { log, onUnavailable: 'open', subject: ({ id }) => id });
// @ts-expect-error another request
void revocations.revoke({ cookies: '' });
// @ts-expect-error no session
new Revocations(host, { log, onUnavailable: 'open' });

// Any data: the list of a session without types.
const loose = new Revocations(new Session({ secretKey: 'x' }), {
  log,
  onUnavailable: 'open',
  subject: ({ user }) => (typeof user === 'string' ? user : null),
});
expectNot<IsAny<typeof loose>>();

// A log of one's own.
export const own: RevocationLog = {
  addRevocation: async (revocation) => {
    expectType<Equal<typeof revocation, Revocation>>();
  },
  revocationsSince: async (cursor, now) => {
    expectType<Equal<[typeof cursor, typeof now], [string | null, number]>>();
    return { revocations: [], cursor: '' };
  },
};
export type Options = RevocationOptions<Login>;
