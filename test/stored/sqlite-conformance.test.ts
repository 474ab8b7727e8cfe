// sqliteStore() keeps the whole contract of stores, and ends cookie sessions in every process, over every driver of SQLite.
import { after, before, describe, it } from 'node:test';
import type { RevocationLog } from '../../dist/revocation/index.js';
import type { SessionStore } from '../../dist/stored/index.js';
import { type OpenStore, storeConformance } from '../../dist/testing/index.js';
import { endsSessionsEverywhere } from '../revocation/over-log.js';
import { drivers } from './support/sqlite-drivers.js';
import { sqliteSubject } from './support/sqlite-subject.js';

for (const driver of drivers) {
  describe(`sqliteStore over ${driver.name}: the conformance suite of stores`, driver.need, () => {
    for (const { name, part, skip, run } of storeConformance(sqliteSubject(driver.name))) {
      it(`${part}: ${name}`, skip === undefined ? {} : { skip }, run);
    }
  });
}

for (const driver of drivers) {
  describe(`sqliteStore over ${driver.name}: cookie sessions that end`, driver.need, () => {
    let opened: OpenStore | undefined;
    before(async () => {
      opened = await sqliteSubject(driver.name).open();
    });
    after(() => opened?.close());
    endsSessionsEverywhere(async () => (await opened?.another()) as SessionStore & RevocationLog);
  });
}
