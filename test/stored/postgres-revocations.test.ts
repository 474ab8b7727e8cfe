// The log of revocations in PostgreSQL: whatever commits when, a reader misses nothing.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type PgClient, postgresStore } from '../../dist/stored/postgres.js';
import type { Revocation } from '../../dist/stored/store.js';
import { endsSessionsEverywhere } from '../revocation/over-log.js';
import { openStore } from './support/postgres-clients.js';
import { describePostgres, NOW } from './support/postgres-suite.js';

const token = (key: string, until: number | null = null): Revocation => ({
  kind: 'token',
  key,
  at: NOW * 1000 + 0.5,
  until,
});
const keysOf = (revocations: readonly Revocation[]): readonly string[] => revocations.map(({ key }) => key).sort();

describePostgres('the revocations in PostgreSQL', (on) => {
  let shared: string | undefined;
  endsSessionsEverywhere(async () => {
    shared ??= (await openStore(on.open())).table;
    return postgresStore(on.open().client, { table: shared });
  });

  it('come back as they were', async () => {
    const { store } = await openStore(on.open());
    const given: readonly Revocation[] = [
      token('a', NOW + 1),
      { kind: 'subject', key: 'ad\0a', at: NOW * 1000, until: null },
    ];
    for (const revocation of given) await store.addRevocation(revocation);
    const { revocations } = await store.revocationsSince(null, NOW);
    assert.deepEqual(
      [...revocations].sort((a, b) => a.key.localeCompare(b.key)),
      given,
    );
    assert.deepEqual(keysOf((await store.revocationsSince(null, NOW + 1)).revocations), ['ad\0a']);
  });

  it('miss none that a transaction commits after later ones', async () => {
    const { store, query, table } = await openStore(on.open());
    await store.addRevocation(token('before'));
    await on.singles(2, async ([first, second]) => {
      const [slow, slower] = [first, second].map(({ client }) => postgresStore(client as PgClient, { table }));
      await first.query('BEGIN');
      await slow.addRevocation(token('slow'));
      await second.query('BEGIN');
      await slower.addRevocation(token('slower'));
      // More transactions than a cursor reads again in any case.
      await query('DO $$ BEGIN FOR i IN 1..1500 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$');
      await store.addRevocation(token('quick'));

      const one = await store.revocationsSince(null, NOW);
      assert.deepEqual(keysOf(one.revocations), ['before', 'quick']);
      await first.query('COMMIT');
      const two = await store.revocationsSince(one.cursor, NOW);
      assert.ok(keysOf(two.revocations).includes('slow'));
      await query('DO $$ BEGIN FOR i IN 1..1500 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$');
      await second.query('COMMIT');
      const three = await store.revocationsSince(two.cursor, NOW);
      assert.ok(keysOf(three.revocations).includes('slower'));
    });
  });

  it('are not read again for ever', async () => {
    const { store, query } = await openStore(on.open());
    await store.addRevocation(token('old'));
    await query('DO $$ BEGIN FOR i IN 1..1500 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$');
    const { cursor } = await store.revocationsSince(null, NOW);
    assert.deepEqual((await store.revocationsSince(cursor, NOW)).revocations, []);
  });

  it('are read anew with a cursor of another server, or of nobody', async () => {
    const { store, query } = await openStore(on.open());
    await store.addRevocation(token('a'));
    await store.addRevocation(token('over', NOW));
    await query('DO $$ BEGIN FOR i IN 1..1500 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$');
    for (const cursor of ['9223372036854775807@1.5', 'x', '', '5', `${'9'.repeat(40)}@1`]) {
      assert.deepEqual(keysOf((await store.revocationsSince(cursor, NOW)).revocations), ['a']);
    }
  });

  it('are forgotten by purge once no token can be concerned', async () => {
    const { store, query, table } = await openStore(on.open());
    for (const until of [NOW - 1, NOW, NOW + 1, null]) await store.addRevocation(token(`${until}`, until));
    assert.equal(await store.purge(NOW, 10), 0);
    const left = await query(`SELECT key FROM ${table}_revocations ORDER BY key`);
    assert.deepEqual(left.flat(), [`${NOW + 1}`, 'null']);
  });
});
