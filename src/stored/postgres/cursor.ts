// Where a reader of the revocations stands.

/**
 * Rows do not become visible in the order of their numbers: a transaction that took number 7 may commit after one that took
 * 8, and who went on from 8 would never see it. So each row has the id of its transaction, and a cursor is the oldest
 * transaction that was still open at the read (`pg_snapshot_xmin`): all before it are over, and what they wrote was seen. The
 * next read takes everything from there on, some of it again. Time would do no better: a transaction may stay open for longer
 * than any overlap.
 *
 * Ids count within one server. After a failover or a restore they may begin again below the cursor, hence the moment when the
 * server was started: where it differs, everything in force is read anew.
 */
export interface Cursor {
  readonly server: string | null;
  readonly xid: string;
}

/**
 * A server that crashes and recovers without being started again may give those ids a second time that it had not written
 * down: of transactions of its last moments that were undone, or that committed asynchronously.
 */
const OVERLAP = 1000n;

export const cursorText = (server: string, xmin: string): string => `${xmin}@${server}`;

/** What is no cursor of this store reads everything: to leave something out is the one thing that may not happen. */
export function parseCursor(cursor: string | null): Cursor {
  const [, xmin, server] = /^(\d{1,19})@(.+)$/s.exec(cursor ?? '') ?? [];
  if (xmin === undefined || server === undefined) return { server: null, xid: '0' };
  const xid = BigInt(xmin) - OVERLAP;
  return { server, xid: String(xid > 0n ? xid : 0n) };
}
