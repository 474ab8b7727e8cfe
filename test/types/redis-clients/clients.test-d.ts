// The packages' own types, which are in tools/ and so are compiled apart: each client fits as it is made.
import { Cluster, Redis } from 'ioredis';
import { createClient, createClientPool, createCluster } from 'redis';
import { redisStore } from '../../../dist/stored/redis.js';

redisStore(createClient());
redisStore(await createClient({ RESP: 2 }).connect());
redisStore(createClient({ commandOptions: { typeMapping: { 36: Buffer } } }));
redisStore(createClientPool());
redisStore(await createCluster({ rootNodes: [{ url: 'redis://127.0.0.1:7000' }] }).connect());
redisStore(new Redis());
redisStore(new Redis({ keyPrefix: 'app:', protocol: 2 }));
redisStore(new Cluster([{ host: '127.0.0.1', port: 7000 }]));

// @ts-expect-error connected first
redisStore(createClient().connect());
// @ts-expect-error the store of one command, not a batch of them
redisStore(createClient().multi());
