// The log of revocations in its table: the number of a row is the cursor.

import type { Revocation, RevocationLog } from '../store.js';
import type { Connection } from './connection.js';
import type { Row } from './driver.js';
import type { Schema } from './schema.js';
import { whole } from './text.js';

// Writers take turns, so numbers become visible in their order: behind a cursor nothing appears later.
export function revocationsIn(connection: Connection, schema: Schema): RevocationLog {
  return {
    async addRevocation({ kind, key, at, until }) {
      connection.atomically((driver) => driver.run(schema.addRevocation, [kind, whole(key), at, until]));
    },
    async revocationsSince(cursor, now) {
      const rows =
        cursor === null
          ? connection.read(schema.revocationsInForce, [now])
          : connection.read(schema.revocationsSince, [Number(cursor)]);
      const last = rows.at(-1);
      // In the application's transaction the rows may be undone, and their numbers given again to others.
      const isCertain = last !== undefined && !connection.mayBeInTransaction();
      return { revocations: rows.map(revocationOf), cursor: isCertain ? String(last.id) : (cursor ?? '0') };
    },
  };
}

const revocationOf = (row: Row): Revocation => ({
  kind: row.kind === 'token' ? 'token' : 'subject',
  key: String(row.key),
  at: Number(row.at),
  until: row.until === null ? null : Number(row.until),
});
