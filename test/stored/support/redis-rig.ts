// Suites of the Redis store: servers for a suite, clients for it, and records to keep.
import { after, before, describe } from 'node:test';
import {
  type RedisClient,
  type RevocationLog,
  redisStore,
  type SessionPatch,
  type SessionStore,
} from '../../../dist/stored/redis.js';
import type { StoredRecord } from '../../../dist/stored/store.js';
import { type ClientKind, clusterClients, type OpenClient, singleClients } from './redis-clients.js';
import { type Engine, needsRedis } from './redis-programs.js';
import { type Server, startCluster, startServer } from './redis-server.js';

export type RedisStore = SessionStore & RevocationLog;

/** What a suite has while its tests run. */
export interface Rig {
  /** A store over a client of its own, under a prefix of its own, or the given one. */
  readonly store: (prefix?: string) => Promise<RedisStore>;
  readonly client: () => Promise<RedisClient>;
  readonly servers: readonly Server[];
}

export interface RigOptions {
  readonly engine: Engine;
  readonly kind: ClientKind;
  readonly isDurable?: boolean;
}

let prefixes = 0;

/** Moments of these suites, in seconds. */
export const T = 1_700_000_000;
export const DAY = 86_400;

export const newPrefix = (): string => `rig-${++prefixes}:`;

/** A suite over a server, or a cluster where the client is one's; everything ends with it. */
export function withRig(
  title: string,
  { engine, kind, isDurable = false }: RigOptions,
  tests: (rig: Rig) => void,
): void {
  describe(`${title}: ${engine}, ${kind.name}`, needsRedis(engine), () => {
    const clients: OpenClient[] = [];
    let servers: readonly Server[] = [];
    const client = async (): Promise<RedisClient> => {
      const opened = await kind.open(servers.map(({ port }) => port));
      clients.push(opened);
      return opened.client;
    };
    before(async () => {
      const isCluster = clusterClients.includes(kind);
      servers = isCluster ? await startCluster(engine, isDurable) : [await startServer({ engine, isDurable })];
    });
    after(async () => {
      for (const opened of clients) opened.close();
      await Promise.all(servers.map((server) => server.stop()));
    });
    tests({
      client,
      store: async (prefix = newPrefix()) => redisStore(await client(), { prefix }),
      get servers() {
        return servers;
      },
    });
  });
}

const named = (kinds: readonly ClientKind[], name: string): ClientKind => {
  const kind = kinds.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`no client ${name}`);
  return kind;
};

/** The plain client of each package, and the cluster's. */
export const plainClients = [named(singleClients, 'redis'), named(singleClients, 'ioredis')];
export const [plainRedis] = plainClients;

export const record = (given: Partial<StoredRecord> = {}): Omit<StoredRecord, 'version'> => ({
  data: '{}',
  createdAt: T,
  seenAt: T,
  expiresAt: T + 100,
  subject: null,
  ...given,
});

export const patch = (given: Partial<SessionPatch> = {}): SessionPatch => ({
  set: [],
  remove: [],
  add: [],
  seenAt: T,
  expiresAt: T + 100,
  ifVersion: null,
  ...given,
});

/** 43 characters, as a session's keys have. */
export const key = (name: string): string => name.padEnd(43, '_');
