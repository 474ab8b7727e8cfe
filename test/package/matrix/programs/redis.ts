// The store in Redis: the clients of both packages fit as they are made. None of them is connected.
import { Cluster, Redis } from 'ioredis';
import { type RevocationLog, redisStore, type SessionStore } from 'microdot/session/redis';
import { StoredSession } from 'microdot/session/stored';
import { createClient, createClientPool, createCluster } from 'redis';
import { type Equal, expectType } from './assert.js';

const store = redisStore(createClient(), { prefix: 'shop:' });
expectType<Equal<typeof store, SessionStore & RevocationLog>>();
new StoredSession<{ user: string }>({
  secretKey: new Uint8Array(32).fill(7),
  store,
  subject: ({ user }) => user,
});

redisStore(createClientPool());
redisStore(createCluster({ rootNodes: [{ url: 'redis://127.0.0.1:1' }] }));
redisStore(new Redis({ lazyConnect: true, maxRetriesPerRequest: 0 }));
redisStore(new Cluster([{ host: '127.0.0.1', port: 1 }], { lazyConnect: true }));

const { code } = await store.read('key', 1).then(
  () => ({ code: 'none' }),
  (error: Error) => ({ code: error.constructor.name }),
);
if (code !== 'ClientClosedError') throw new Error(`${code} in the place of the client's own error`);

// @ts-expect-error connected first
export const early = () => redisStore(createClient().connect());
