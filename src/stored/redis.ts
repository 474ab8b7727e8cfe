// Entry `microdot/session/redis`: sessions in Redis or Valkey, on one server or a Cluster.

import { typeName } from '../errors.js';
import { commandsOf, type RedisClient } from './redis/client.js';
import { redisRevocations } from './redis/revocations.js';
import { redisSessions } from './redis/sessions.js';
import type { RevocationLog, SessionStore } from './store.js';
import { assertOptions, badOption } from './store-options.js';

export type {
  IoredisClient,
  NodeRedisClient,
  NodeRedisCluster,
  RedisClient,
} from './redis/client.js';
export type {
  Expected,
  ListedSession,
  PatchOutcome,
  Revocation,
  RevocationLog,
  SessionPatch,
  SessionStore,
  StoredRecord,
} from './store.js';

/** What {@link redisStore} can be told. All optional. */
export interface RedisStoreOptions {
  /** What the name of every key begins with. Default `microdot:session:`. */
  readonly prefix?: string;
}

/**
 * Keeps sessions, and revocations, in Redis (6.2 or later) or Valkey, through the application's own client: a client, pool or
 * cluster of `redis`, or a `Redis` or `Cluster` of `ioredis`, connected by the application and closed by it. What the client
 * rejects with, the store rejects with.
 * @throws ValueError `ERR_SESSION_BAD_OPTION` for an option that is none, and a client that is none of those
 * @example
 * const store = redisStore(await createClient({ url: 'redis://127.0.0.1:6379' }).connect());
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): SessionStore & RevocationLog {
  const commands = commandsOf(client);
  const prefix = checkedPrefix(options);
  return Object.freeze({ ...redisSessions(commands, prefix), ...redisRevocations(commands, prefix) });
}

function checkedPrefix(options: RedisStoreOptions): string {
  assertOptions('redisStore', options, ['prefix']);
  const { prefix = 'microdot:session:' } = options;
  if (typeof prefix !== 'string') throw badOption(`redisStore({ prefix }) must be a string, not ${typeName(prefix)}`);
  return prefix;
}
