// The clients of both packages, as their public types have them, fit redisStore; what is none does not compile.
import {
  type RedisClient,
  type RevocationLog,
  redisStore,
  type SessionStore,
  type StoredRecord,
} from '../../dist/stored/redis.js';
import { type Equal, expectType } from './assert.js';

/** `sendCommand` of clients and pools of `redis`, `createClient()` and `createClientPool()`. */
interface NodeRedis {
  sendCommand<T = unknown>(
    args: ReadonlyArray<string | Buffer>,
    options?: { typeMapping?: Record<number, unknown>; asap?: boolean },
  ): Promise<T>;
  readonly isReady: boolean;
}
/** And of `createCluster()`. */
interface NodeRedisCluster {
  sendCommand<T = unknown>(
    firstKey: string | Buffer | undefined,
    isReadonly: boolean | undefined,
    args: Array<string | Buffer> & { preserve?: unknown },
    options?: { typeMapping?: Record<number, unknown> },
  ): Promise<T>;
  get masters(): { readonly address: string }[];
}
/** `call` of `Redis` and `Cluster` of `ioredis`. */
declare class Ioredis {
  readonly isCluster: boolean;
  call(command: string, callback?: (error: Error | null, reply: unknown) => void): Promise<unknown>;
  call(command: string, args: (string | Buffer | number)[], callback?: () => void): Promise<unknown>;
  call(...args: [command: string, ...args: (string | Buffer | number)[]]): Promise<unknown>;
  sendCommand(command: { readonly name: string }, stream?: object): unknown;
}

declare const client: NodeRedis;
declare const cluster: NodeRedisCluster;
declare const ioredis: Ioredis;
declare const record: Omit<StoredRecord, 'version'>;

export const clients: readonly RedisClient[] = [client, cluster, ioredis];

const store = redisStore(client, { prefix: 'shop:' });
expectType<Equal<typeof store, SessionStore & RevocationLog>>();
redisStore(cluster);
redisStore(ioredis, {});
void store.create('key', record);

// @ts-expect-error it is connected first: await client.connect()
redisStore(Promise.resolve(client));
// @ts-expect-error a client, not where its server is
redisStore('redis://127.0.0.1:6379');
// @ts-expect-error sessions say how long they last
redisStore(client, { ttl: 3600 });
// @ts-expect-error
redisStore(client, { prefix: null });
// @ts-expect-error the store makes the version
void store.create('key', { ...record, version: undefined, expiresAt: '1' });
