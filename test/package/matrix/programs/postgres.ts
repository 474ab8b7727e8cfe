// The store on PostgreSQL: the clients of both packages fit as they are made. None of them is connected.
import { type PostgresStore, postgresSchema, postgresStore } from 'microdot/session/postgres';
import { type RevocationLog, type SessionStore, StoredSession } from 'microdot/session/stored';
import pg from 'pg';
import postgres from 'postgres';
import { type Equal, expectType } from './assert.js';

const store = postgresStore(new pg.Pool({ host: '127.0.0.1', port: 1 }));
expectType<Equal<typeof store, PostgresStore>>();
new StoredSession<{ user: string }>({
  secretKey: new Uint8Array(32).fill(7),
  store,
  subject: ({ user }) => user,
});

postgresStore(new pg.Client(), { table: 'sessions', schema: 'app', prepare: false });
export const log: SessionStore & RevocationLog = postgresStore(postgres('postgres://127.0.0.1:1/app'));
if (!postgresSchema({ partitions: 4 }).includes('PARTITION BY HASH')) throw new Error('another schema');

const code: unknown = await store.read('key', 1).then(
  () => 'none',
  (error: { code?: unknown }) => error.code,
);
if (code !== 'ECONNREFUSED') throw new Error(`${String(code)} in the place of the client's own error`);

// @ts-expect-error the address is for the client
export const address = () => postgresStore('postgres://localhost/app');
