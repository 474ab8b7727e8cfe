// Entry `microdot/session/redis`: sessions in Redis or Valkey, on one server or a Cluster.

import { typeName, ValueError } from '../errors.js';
import { commandsOf, type RedisClient } from './redis/client.js';
import { redisRevocations } from './redis/revocations.js';
import { redisSessions } from './redis/sessions.js';
import type { RevocationLog, SessionStore } from './store.js';

export type {
  IoredisClient,
  NodeRedisClient,
  NodeRedisCluster,
  RedisClient,
} from './redis/client.js';
export type {
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

const NAMES = ['prefix'];

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
  if (typeof options !== 'object' || options === null) {
    throw badOption(`redisStore() takes an object of options, not ${typeName(options)}`);
  }
  const unknown = Object.keys(options).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) {
    throw badOption(`unknown option '${unknown}' of redisStore(): the options are ${NAMES.join(', ')}`);
  }
  const { prefix = 'microdot:session:' } = options;
  if (typeof prefix !== 'string') throw badOption(`redisStore({ prefix }) must be a string, not ${typeName(prefix)}`);
  return prefix;
}

const badOption = (message: string): ValueError => new ValueError('ERR_SESSION_BAD_OPTION', message);
