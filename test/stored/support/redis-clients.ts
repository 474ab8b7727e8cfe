// The clients that the store is tested with: both packages, a server or a cluster, each opened and closed alike.
import type { IoredisClient, NodeRedisClient, NodeRedisCluster, RedisClient } from '../../../dist/stored/redis.js';
import { importTool } from '../../support/needs.js';

/** A connected client, and its end. */
export interface OpenClient {
  readonly client: RedisClient;
  close(): void;
}

export interface ClientKind {
  readonly name: string;
  /** By the ports of the servers: one, or those of a cluster. */
  open(ports: readonly number[]): Promise<OpenClient>;
}

interface Emitter {
  on(event: 'error', listener: (error: unknown) => void): unknown;
}
interface NodeRedis<Client> {
  connect(): Promise<Client & { destroy(): void }>;
}
interface NodeRedisPackage {
  createClient(options: object): NodeRedis<NodeRedisClient> & Emitter;
  createClientPool(options: object, pool: object): NodeRedis<NodeRedisClient> & Emitter;
  createCluster(options: object): NodeRedis<NodeRedisCluster> & Emitter;
}
type Ioredis = IoredisClient & Emitter & { disconnect(): void; connect(): Promise<void> };
interface IoredisPackage {
  readonly Redis: new (options: object) => Ioredis;
  readonly Cluster: new (nodes: readonly object[], options: object) => Ioredis;
}

const HOST = '127.0.0.1';
/** Errors come with the rejections too; without a listener they would end the process. */
const ignore = (): void => {};

/** Version 5 of redis throws where it is closed twice, as by a case that takes the engine away. */
function once(close: () => void): () => void {
  let isClosed = false;
  return () => {
    if (!isClosed) close();
    isClosed = true;
  };
}

/** Soon connected again in the tests that restart a server. */
const socketOf = (port: number) => ({ host: HOST, port, reconnectStrategy: 50 });

async function nodeRedis(make: (redis: NodeRedisPackage) => NodeRedis<RedisClient> & Emitter): Promise<OpenClient> {
  const made = make(await importTool<NodeRedisPackage>('redis'));
  made.on('error', ignore);
  const client = await made.connect();
  return { client, close: once(() => client.destroy()) };
}

async function ioredis(make: (ioredis: IoredisPackage) => Ioredis): Promise<OpenClient> {
  const client = make(await importTool<IoredisPackage>('ioredis'));
  client.on('error', ignore);
  await client.connect();
  return { client, close: () => client.disconnect() };
}

export const singleClients: readonly ClientKind[] = [
  { name: 'redis', open: ([port = 0]) => nodeRedis((redis) => redis.createClient({ socket: socketOf(port) })) },
  {
    name: 'redis, RESP2, buffers',
    // 36 and 43: the bytes that bulk and simple strings begin with.
    open: ([port = 0]) =>
      nodeRedis((redis) =>
        redis.createClient({
          RESP: 2,
          socket: socketOf(port),
          commandOptions: { typeMapping: { 36: Buffer, 43: Buffer } },
        }),
      ),
  },
  {
    name: 'redis, pool',
    open: ([port = 0]) =>
      nodeRedis((redis) => redis.createClientPool({ socket: socketOf(port) }, { minimum: 2, maximum: 4 })),
  },
  {
    name: 'ioredis',
    open: ([port = 0]) =>
      ioredis(({ Redis }) => new Redis({ host: HOST, port, lazyConnect: true, retryStrategy: () => 50 })),
  },
  {
    name: 'ioredis, a prefix of its own, pipelines',
    open: ([port = 0]) =>
      ioredis(
        ({ Redis }) =>
          new Redis({ host: HOST, port, lazyConnect: true, keyPrefix: 'app:', enableAutoPipelining: true }),
      ),
  },
];

/** ioredis as the store's page advises: what was sent when the connection broke is an error, and not sent again. */
export const ioredisOnce: ClientKind = {
  name: 'ioredis, maxRetriesPerRequest: 0',
  open: ([port = 0]) =>
    ioredis(
      ({ Redis }) =>
        new Redis({
          host: HOST,
          port,
          lazyConnect: true,
          maxRetriesPerRequest: 0,
          retryStrategy: () => 50,
        }),
    ),
};

export const clusterClients: readonly ClientKind[] = [
  {
    name: 'redis, cluster',
    open: (ports) =>
      nodeRedis((redis) =>
        redis.createCluster({
          rootNodes: ports.map((port) => ({ socket: socketOf(port) })),
          defaults: { disableOfflineQueue: true, socket: { reconnectStrategy: 50 } },
        }),
      ),
  },
  {
    name: 'ioredis, cluster',
    open: (ports) =>
      ioredis(
        ({ Cluster }) =>
          new Cluster(
            ports.map((port) => ({ host: HOST, port })),
            {
              lazyConnect: true,
              // Few and quick, so that a test of a dead node need not wait.
              maxRedirections: 3,
              retryDelayOnFailover: 20,
              clusterRetryStrategy: () => 50,
              redisOptions: { maxRetriesPerRequest: 1, retryStrategy: () => 50 },
            },
          ),
      ),
  },
];
