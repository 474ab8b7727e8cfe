// The store in PostgreSQL keeps the contract of stores: their conformance suite.
import { after, describe, it } from 'node:test';
import { type PgClient, postgresStore } from '../../dist/stored/postgres.js';
import { type StoreSubject, storeConformance } from '../../dist/testing/index.js';
import { type OpenPostgresStore, openStore } from './support/postgres-clients.js';
import { describePostgres, type OnPostgres } from './support/postgres-suite.js';
import { type CountingProxy, startProxy } from './support/proxy.js';

/** One client and one table for all cases, emptied for each, and made anew after a case that cut the connection. */
function subjectOn(
  on: OnPostgres,
  partitions?: number,
): { readonly subject: StoreSubject; readonly end: () => Promise<void> } {
  let shared: { readonly proxy: CountingProxy; readonly open: OpenPostgresStore } | undefined;
  const end = async (): Promise<void> => {
    await shared?.open.end();
    await shared?.proxy.cut();
    shared = undefined;
  };
  const subject: StoreSubject = {
    name: 'postgres',
    async open() {
      if (shared === undefined) {
        const proxy = await startProxy(on.running().port);
        const client = await on.connect(`postgres://postgres@127.0.0.1:${proxy.port}/postgres`);
        shared = { proxy, open: await openStore(client, partitions) };
      }
      const { proxy, open } = shared;
      const { store, table, query } = open;
      await query(`DELETE FROM ${table}`);
      await query(`DELETE FROM ${table}_revocations`);
      return {
        store,
        another: () => postgresStore(on.open().client as PgClient, { table }),
        async fail() {
          shared = undefined;
          await proxy.cut();
          await open.end();
        },
        close() {},
      };
    },
  };
  return { subject, end };
}

/** What the store does without; its page says so. */
const WITHOUT: Readonly<Record<string, string>> = {
  'keys keep the order they were made in': 'jsonb has an order of its own',
};

describePostgres('the conformance suite of stores', (on) => {
  for (const partitions of [undefined, 3]) {
    describe(partitions === undefined ? 'in one table' : `in ${partitions} partitions`, () => {
      const { subject, end } = subjectOn(on, partitions);
      after(end);
      for (const { name, part, skip = WITHOUT[name], run } of storeConformance(subject)) {
        it(`${part}: ${name}`, skip === undefined ? {} : { skip }, run);
      }
    });
  }
});
