// What a session takes in the memory of Redis: the growth of used_memory over many of them. After `npm run build:test`.
// node test/heavy/stored/redis-sizes.mjs
import { singleClients } from '../../../.build/stored/support/redis-clients.js';
import { ask, startServer } from '../../../.build/stored/support/redis-server.js';
import { redisStore } from '../../../dist/stored/redis.js';

const COUNT = 20_000;
const T = 1_700_000_000;

const PAYLOADS = {
  'a counter': { n: 1 },
  'a login, 3 keys': { user: 'user-12345', roles: ['reader', 'writer'], csrf: 'c'.repeat(32) },
  '10 keys of 20 characters': Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`key${i}`, 'x'.repeat(20)])),
  'one value of 4,000 characters': { cart: 'x'.repeat(4000) },
};

const server = await startServer({ engine: 'redis' });
const client = await singleClients[0].open([server.port]);
const usedMemory = async () => Number(/used_memory:(\d+)/.exec(await ask(server.port, 'INFO', 'memory'))?.[1]);

console.log('| data | JSON, bytes | bytes a session | bytes, with a subject of its own |\n|---|---|---|---|');
for (const [name, payload] of Object.entries(PAYLOADS)) {
  const sizes = [];
  for (const hasSubject of [false, true]) {
    await ask(server.port, 'FLUSHALL');
    const before = await usedMemory();
    const store = redisStore(client.client);
    for (let i = 0; i < COUNT; i += 500) {
      const batch = Array.from({ length: 500 }, (_, j) => String(i + j).padStart(43, 'k'));
      await Promise.all(
        batch.map((key) =>
          store.create(key, {
            data: JSON.stringify(payload),
            createdAt: T,
            seenAt: T,
            expiresAt: T + 86_400,
            subject: hasSubject ? `user-${key.slice(-8)}` : null,
          }),
        ),
      );
    }
    sizes.push(Math.round(((await usedMemory()) - before) / COUNT));
  }
  console.log(`| ${name} | ${JSON.stringify(payload).length} | ${sizes.join(' | ')} |`);
}
client.close();
await server.stop();
