// sqliteStore() keeps the whole contract of stores, over every driver of SQLite.
import { describe, it } from 'node:test';
import { storeConformance } from '../../dist/testing/index.js';
import { drivers } from './support/sqlite-drivers.js';
import { sqliteSubject } from './support/sqlite-subject.js';

for (const driver of drivers) {
  describe(`sqliteStore over ${driver.name}: the conformance suite of stores`, driver.need, () => {
    for (const { name, part, skip, run } of storeConformance(sqliteSubject(driver.name))) {
      it(`${part}: ${name}`, skip === undefined ? {} : { skip }, run);
    }
  });
}
