// The clients of both packages fit the store without a cast, and what it is said to be fits the contract of stores.
import pg from 'pg';
import postgres from 'postgres';
import type { RevocationLog, SessionStore } from '../../dist/stored/index.js';
import { type PostgresStore, type postgresSchema, postgresStore } from '../../dist/stored/postgres.js';
import { type Equal, expectType } from './assert.js';

const store = postgresStore(new pg.Pool());
expectType<Equal<typeof store, PostgresStore>>();
postgresStore(new pg.Client(), { table: 'sessions', schema: 'app', prepare: false });
declare const held: pg.PoolClient;
postgresStore(held);

const sql = postgres('postgres://localhost/app', { max: 10 });
postgresStore(sql);
postgresStore(postgres({ transform: postgres.camel, types: { bigint: postgres.BigInt } }));
await sql.begin(async (transaction) => {
  await postgresStore(transaction).migrate();
});

const contract: SessionStore & RevocationLog = store;
expectType<Equal<ReturnType<typeof contract.read>, ReturnType<typeof store.read>>>();
// Not left out, as a store may.
expectType<Equal<ReturnType<typeof store.purge>, Promise<number>>>();
expectType<Equal<ReturnType<typeof postgresSchema>, string>>();
await store.migrate({ partitions: 16 });

// @ts-expect-error the address is for the client
postgresStore('postgres://localhost/app');
// @ts-expect-error made, not imported
postgresStore(postgres);
// @ts-expect-error no such option
postgresStore(sql, { tableName: 'sessions' });
// @ts-expect-error the number of parts is the schema's
postgresStore(sql, { partitions: 4 });
