// What the store needs of a client: to send one command for one key. Both packages are adapted to that here, and only here.

import { typeName, ValueError } from '../../errors.js';

/** A client of the package `redis`, or a pool of them. */
export interface NodeRedisClient {
  sendCommand(args: string[], options?: ReplyOptions): Promise<unknown>;
  /** Whether it is connected, so that commands go out at once. A pool does not say. */
  readonly isReady?: boolean;
  readonly options?: { readonly commandOptions?: { readonly timeout?: number } } | undefined;
}

/** A cluster of the package `redis`. */
export interface NodeRedisCluster {
  sendCommand(firstKey: string, isReadonly: boolean, args: string[], options?: ReplyOptions): Promise<unknown>;
  /** What tells it from a client. */
  readonly masters: readonly unknown[];
}

/** A `Redis` or `Cluster` of the package `ioredis`. */
export interface IoredisClient {
  call(command: string, args: string[]): Promise<unknown>;
  readonly isCluster: boolean;
}

/** The application's client, from one of the packages `redis` and `ioredis`. */
export type RedisClient = NodeRedisClient | NodeRedisCluster | IoredisClient;

/** What replies come as, whatever the application has made the default of its client: strings as strings. */
interface ReplyOptions {
  /** By the type's byte in RESP3, that of a map is `%`. */
  readonly typeMapping: { readonly 37: ArrayConstructor };
  /** Milliseconds; 0 for none. */
  readonly timeout?: 0;
}

/** One command at a time, each for the node that has its key. */
export interface Commands {
  /** Keys lie on several nodes, so that a script may touch one key only. */
  readonly isCluster: boolean;
  /** Commands that were sent one after the other are executed in that order: one connection. */
  readonly isInOrder: boolean;
  /** Sends a command to the node of `key`, which is among the arguments; rejects with what the client says. */
  send(key: string, command: string, ...args: readonly string[]): Promise<unknown>;
}

/** Maps as flat lists, as RESP2 has them: for an object the client gives each hash a shape of its own, field by field. */
const REPLIES: ReplyOptions = Object.freeze({ typeMapping: Object.freeze({ 37: Array }) });
/**
 * The same without the client's own end to waiting, five seconds by default, which counts until a command has gone out. While
 * the client is connected that is at once, and the AbortSignal that it makes for each takes a sixth of a save's whole time.
 */
const PROMPT: ReplyOptions = Object.freeze({ ...REPLIES, timeout: 0 });
/** Commands that may wait so: where the connection hangs, what no longer goes out must not pile up without an end. */
const MAX_PROMPT = 1000;

/** @throws ValueError `ERR_SESSION_BAD_OPTION` */
export function commandsOf(client: RedisClient): Commands {
  if (typeof client !== 'object' || client === null) throw unknownClient(client);
  // `isCluster` is asked first: ioredis has a `sendCommand` too, which takes something else.
  if ('isCluster' in client) return ioredis(client);
  if (!('sendCommand' in client) || typeof client.sendCommand !== 'function') throw unknownClient(client);
  if ('masters' in client) return nodeRedisCluster(client);
  if ('getSentinelNode' in client) throw unknownClient(client, 'a sentinel of redis');
  return nodeRedis(client);
}

/** Names are upper case: for lower case it transforms replies, and may read from a replica, which lags behind a save. */
function ioredis(client: IoredisClient): Commands {
  if (typeof client.call !== 'function') throw unknownClient(client);
  return {
    isCluster: client.isCluster,
    isInOrder: !client.isCluster,
    async send(_key, command, ...args) {
      try {
        return await client.call(command, [...args]);
      } catch (error) {
        throw withoutArguments(error);
      }
    },
  };
}

/** ioredis writes on its errors what the command was given: keys and data, which would be printed with them. */
function withoutArguments(error: unknown): unknown {
  if (error instanceof Error && 'command' in error) delete error.command;
  return error;
}

/** Never a readonly command, which a replica may answer: it lags behind a save. */
function nodeRedisCluster(client: NodeRedisCluster): Commands {
  return {
    isCluster: true,
    isInOrder: false,
    send: (key, command, ...args) => client.sendCommand(key, false, [command, ...args], REPLIES),
  };
}

function nodeRedis(client: NodeRedisClient): Commands {
  let waiting = 0;
  // Who has given a timeout wants that one.
  const isPrompt = (): boolean =>
    client.isReady === true && waiting < MAX_PROMPT && client.options?.commandOptions?.timeout === undefined;
  return {
    isCluster: false,
    isInOrder: !('totalClients' in client),
    send(_key, command, ...args) {
      const options = isPrompt() ? PROMPT : REPLIES;
      const reply = client.sendCommand([command, ...args], options);
      waiting++;
      // No async function: one layer of promises less, of those that every request waits through.
      return reply.then(
        (value) => {
          waiting--;
          return value;
        },
        (error: unknown) => {
          waiting--;
          throw error;
        },
      );
    },
  };
}

const unknownClient = (client: unknown, name = typeName(client)): ValueError =>
  new ValueError(
    'ERR_SESSION_BAD_OPTION',
    `redisStore() takes a client, pool or cluster of the package redis, or a Redis or Cluster of ioredis, not ${name}`,
  );
