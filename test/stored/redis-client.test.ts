// What redisStore() takes for a client, what it sends to it, and in which order; no server is needed.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { recordOf } from '../../dist/stored/redis/record.js';
import { CREATE, PATCH } from '../../dist/stored/redis/scripts.js';
import { type RedisClient, redisStore } from '../../dist/stored/redis.js';
import { hides, throwsCode } from '../support/errors.js';
import { key, patch, record, T } from './support/redis-rig.js';

type Sent = readonly string[];

const bare = { createdAt: 0, seenAt: 0, expiresAt: null, subject: null };

/** Clients of every kind that keep what they are sent, and answer when they are told. */
function recorders(reply: () => Promise<unknown>): Record<string, { client: RedisClient; sent: Sent[] }> {
  const keep = (sent: Sent[], command: Sent) => {
    sent.push(command);
    return reply();
  };
  const [a, b, c, d, e]: Sent[][] = [[], [], [], [], []];
  const client = { sendCommand: (args: string[]) => keep(a, args) };
  const pool = { sendCommand: (args: string[]) => keep(b, args), totalClients: 2 };
  const cluster = {
    sendCommand: (first: string, isReadonly: boolean, args: string[]) => keep(c, [first, String(isReadonly), ...args]),
    masters: [],
  };
  const ioredis = (isCluster: boolean, sent: Sent[]) => ({
    isCluster,
    call: (command: string, args: string[]) => keep(sent, [command, ...args]),
    sendCommand: () => assert.fail('it takes a Command'),
  });
  return {
    redis: { client, sent: a },
    'redis, pool': { client: pool, sent: b },
    'redis, cluster': { client: cluster, sent: c },
    ioredis: { client: ioredis(false, d), sent: d },
    'ioredis, cluster': { client: ioredis(true, e), sent: e },
  };
}

/** More than a digest and its promises need. */
const settled = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
};

describe('the client of redisStore()', () => {
  for (const [name, { client, sent }] of Object.entries(recorders(async () => []))) {
    it(`${name}: gets one command for a read, for its key`, async () => {
      assert.equal(await redisStore(client, { prefix: 'p:' }).read('k', T), null);
      assert.deepEqual(sent, [[...(name === 'redis, cluster' ? ['p:k', 'false'] : []), 'HGETALL', 'p:k']]);
    });
  }

  for (const [name, { client, sent }] of Object.entries(recorders(() => new Promise(() => {})))) {
    const isInOrder = name === 'redis' || name === 'ioredis';
    const how = isInOrder ? 'sends the index and the session in one trip' : 'waits for the index';
    it(`${name}: ${how}`, async () => {
      const store = redisStore(client);
      // Its first digest is made by another thread, in its own time.
      await CREATE.sha();
      void store.create(key('a'), record({ subject: 'ada' }));
      await settled();
      const commands = sent.map((args) => args.find((arg) => arg.startsWith('EVAL')));
      assert.deepEqual(commands, isInOrder ? ['EVAL', 'EVALSHA'] : ['EVAL']);
    });
  }

  describe("redis: the client's own end to waiting", () => {
    type Options = object | undefined;

    /** A client that keeps the options of its commands, and answers when it is told. */
    function optioned(state: object) {
      const given: Options[] = [];
      const answers: (() => void)[] = [];
      const client = {
        ...state,
        sendCommand(_args: string[], options?: object): Promise<unknown> {
          given.push(options);
          return new Promise((resolve) => answers.push(() => resolve([])));
        },
      };
      return { store: redisStore(client), given, answers };
    }
    const hasNone = (options: Options): boolean => options !== undefined && Object.hasOwn(options, 'timeout');

    it('is not made where it is connected; strings come as strings, and maps as lists', () => {
      const { store, given } = optioned({ isReady: true, options: { commandOptions: { typeMapping: {} } } });
      void store.read('k', T);
      assert.deepEqual(given, [{ typeMapping: { 37: Array }, timeout: 0 }]);
      assert.ok(hasNone(given[0]));
    });

    for (const [title, state] of Object.entries({
      'is not connected': { isReady: false },
      'is a pool, which does not say': { totalClients: 2 },
      'has been given one': { isReady: true, options: { commandOptions: { timeout: 700 } } },
    })) {
      it(`stays where it ${title}`, () => {
        const { store, given } = optioned(state);
        void store.read('k', T);
        assert.deepEqual(given, [{ typeMapping: { 37: Array } }]);
        assert.ok(!hasNone(given[0]));
      });
    }

    it('counts no command that the client would not take', async () => {
      let isOpen = false;
      const given: Options[] = [];
      const client = {
        isReady: true,
        sendCommand(_args: string[], options?: object): Promise<unknown> {
          if (!isOpen) throw new Error('closed');
          given.push(options);
          return Promise.resolve([]);
        },
      };
      const store = redisStore(client);
      for (let i = 0; i < 1001; i++) await assert.rejects(store.read('k', T), /closed/);
      isOpen = true;
      await store.read('k', T);
      assert.deepEqual(given.map(hasNone), [true]);
    });

    it('stays from the thousandth command on that waits', async () => {
      const { store, given, answers } = optioned({ isReady: true });
      for (let i = 0; i < 1001; i++) void store.read('k', T);
      assert.deepEqual(
        given.map(hasNone),
        Array.from({ length: 1001 }, (_, i) => i < 1000),
      );
      for (const answer of answers.splice(0, 2)) answer();
      await settled();
      void store.read('k', T);
      assert.ok(hasNone(given.at(-1)));
    });
  });

  it('S19: is sent no subject and no token id that would arrive as another one', async () => {
    const sent: Sent[] = [];
    const client = {
      sendCommand(args: string[]) {
        sent.push(args);
        return Promise.resolve([]);
      },
    };
    const store = redisStore(client);
    const half = 'ada\ud83d';
    const calls = [
      () => store.create(key('a'), record({ subject: half })),
      () => store.list(half, T),
      () => store.deleteSubject(half, null),
      () => store.addRevocation({ kind: 'subject', key: half, at: T * 1000, until: null }),
      () => store.addRevocation({ kind: 'token', key: half, at: T * 1000, until: null }),
    ];
    for (const call of calls) await assert.rejects(call(), { code: 'ERR_SESSION_STORE' });
    assert.deepEqual(
      sent.filter((args) => args[0] !== 'EVALSHA' && args[0] !== 'EVAL'),
      [],
    );
  });

  it('S19: ioredis: an error that says what was sent does not say it here', async () => {
    const error = Object.assign(new Error('OOM command not allowed'), { command: { name: 'x', args: ['hunter2'] } });
    const client = { isCluster: false, call: () => Promise.reject(error) };
    await assert.rejects(redisStore(client).create(key('a'), record()), (thrown) => {
      hides(inspect(thrown), ['hunter2']);
      return thrown === error;
    });
  });

  it('is sent the SHA-1 of a script, and its text only where it is not known', async () => {
    const sent: Sent[] = [];
    const client = {
      async sendCommand(args: string[]) {
        sent.push(args);
        if (args[0] === 'EVALSHA') throw new Error('NOSCRIPT No matching script. Please use EVAL.');
        return [];
      },
    };
    await redisStore(client, { prefix: '' }).patch('k', patch(), T);
    const sha = createHash('sha1').update(PATCH.text).digest('hex');
    assert.deepEqual(
      sent.map((args) => args.slice(0, 4)),
      [
        ['EVALSHA', sha, '1', 'k'],
        ['EVAL', PATCH.text, '1', 'k'],
      ],
    );
    assert.deepEqual(sent[0]?.slice(2), sent[1]?.slice(2));
  });

  it('rejects with the error of the client itself, asked once', async () => {
    const error = new Error('READONLY You can not write against a read only replica.');
    let asked = 0;
    const client = {
      sendCommand: () => {
        asked += 1;
        return Promise.reject(error);
      },
    };
    await assert.rejects(redisStore(client).patch('k', patch(), T), (thrown) => thrown === error);
    assert.equal(asked, 1);
  });

  it('may give a hash as list, object or Map', () => {
    const fields = ['v', '2', 'c', '3', 's', '4', 'e', '5', 'u', 'ada', '.__proto__', '2', '.a"b', '"x"', 'other', '1'];
    const pairs = fields.flatMap((field, i) => (i % 2 === 0 ? [[field, fields[i + 1]] as const] : []));
    const expected = {
      data: '{"__proto__":2,"a\\"b":"x"}',
      version: 2,
      createdAt: 3,
      seenAt: 4,
      expiresAt: 5,
      subject: 'ada',
    };
    assert.deepEqual(recordOf(fields), expected);
    assert.deepEqual(recordOf(['done', '', ...fields], 2), expected);
    assert.deepEqual(recordOf(Object.fromEntries(pairs)), expected);
    assert.deepEqual(recordOf(new Map(pairs)), expected);
    assert.deepEqual(recordOf({ v: '1' }), { ...bare, data: '{}', version: 1 });
    for (const nothing of [null, undefined, [], {}, new Map(), ['.a', '1'], ['v', null]]) {
      assert.equal(recordOf(nothing), null);
    }
  });

  const wrong: Readonly<Record<string, unknown>> = {
    undefined: undefined,
    null: null,
    'a url': 'redis://127.0.0.1',
    'an empty object': {},
    'a function': () => {},
    'a sentinel of redis': { sendCommand() {}, getSentinelNode() {} },
    'half an ioredis': { isCluster: false },
    'a promise of a client': Promise.resolve({ sendCommand() {} }),
  };
  for (const [name, client] of Object.entries(wrong)) {
    it(`is not ${name}: ERR_SESSION_BAD_OPTION`, () => {
      throwsCode(() => redisStore(client as RedisClient), 'ERR_SESSION_BAD_OPTION');
    });
  }

  for (const options of [null, 'p:', { prefix: 1 }, { prefix: null }, { ttl: 1 }]) {
    it(`with the options ${JSON.stringify(options)}: ERR_SESSION_BAD_OPTION`, () => {
      throwsCode(() => redisStore({ sendCommand: async () => [] }, options as object), 'ERR_SESSION_BAD_OPTION');
    });
  }
});
