// Sessions on the server: typed by their data, over the store in memory; what was ended is over for every copy.
import { Session } from 'microdot/session';
import { fetchHost } from 'microdot/session/fetch';
import { memoryStore, type SessionStore, type StoredDict, StoredSession } from 'microdot/session/stored';
import { type Equal, expectType } from './assert.js';

interface Login {
  user: string;
  visits: number;
}

const secretKey = new Uint8Array(32).fill(7);
const store: SessionStore = memoryStore();
const host = fetchHost();
const sessions = new StoredSession<Login, Request>(host, {
  secretKey,
  store,
  subject: (data) => {
    expectType<Equal<typeof data.user, string | undefined>>();
    return data.user;
  },
  conflict: (mine, theirs) => ({ ...theirs, ...mine }),
  readFrom: [new Session<Login>({ secretKey })],
});

const handler = host.handler(
  sessions.with(async (request: Request, session) => {
    expectType<Equal<typeof session, StoredDict<Login>>>();
    // @ts-expect-error a wrong value
    session.user = 1;
    session.user = 'ada';
    expectType<Equal<ReturnType<typeof session.save>, Promise<void>>>();
    await session.save();
    // @ts-expect-error no number
    const asNumber: keyof Login extends never ? never : Parameters<typeof sessions.increment>[1] = 'user';
    return new Response(`${await sessions.increment(request, 'visits')}${asNumber.length}`);
  }),
);

const response = await handler(new Request('http://localhost/'));
if ((await response.text()) !== '14' || response.headers.getSetCookie().length !== 1) throw new Error('not saved');
if ((await sessions.list('ada')).length !== 1) throw new Error('not listed');
if ((await sessions.revokeAll('ada')) !== 1) throw new Error('not ended');
