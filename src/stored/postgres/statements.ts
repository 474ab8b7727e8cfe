// The statements, one for each method of the store.

import { sha256 } from '../../crypto/sha256.js';
import type { Statement } from './client.js';
import { numbersIn, RECORD, subjectIn } from './record.js';
import type { Names } from './schema.js';

export type Statements = ReturnType<typeof createStatements>;

/**
 * Every value has a type written beside it: JSON goes as text first, since Postgres.js would make JSON of a text a second
 * time. Times go as double precision, as the columns have them.
 */
export function createStatements({ sessions, revocations }: Names) {
  const numbers = numbersIn('$2');
  const live = (now: string): string => `(expires_at IS NULL OR expires_at > ${now})`;
  const update = (returning: string): Statement =>
    statement(
      `UPDATE ${sessions} SET
         data = data || $3::text::jsonb,
         version = version + 1,
         seen_at = ${numbers.seenAt},
         expires_at = ${numbers.expiresAt},
         subject = ${subjectIn('$4')}
       WHERE key = $1::text AND ${live(numbers.now)}${returning}`,
    );

  return {
    /** key, now */
    read: statement(`SELECT ${RECORD} FROM ${sessions} WHERE key = $1::text AND ${live('$2::float8')}`),

    /**
     * keys, now; a row for each key in their order, null where there is none. A subquery and no join: it is an index lookup for
     * each key, in its own partition, whatever the planner takes the number of keys for. Both sides have a name of their own:
     * the table's may be any, also the one that the keys go by here.
     */
    readAll: statement(
      `SELECT (SELECT ${RECORD} FROM ${sessions} AS s WHERE s.key = asked.key AND ${live('$2::float8')})
       FROM unnest($1::text::text[]) WITH ORDINALITY AS asked (key, i) ORDER BY asked.i`,
    ),

    /** key, data, created, seen, expires, subject */
    create: statement(
      `INSERT INTO ${sessions} (key, data, version, created_at, seen_at, expires_at, subject)
       VALUES ($1::text, $2::text::jsonb, 1, $3::float8, $4::float8, $5::float8, $6::text)`,
    ),

    /**
     * key, numbers, sets, subject. What nearly all patches are: of any version, without removals and amounts. {@link patch}
     * makes the server work so much longer that the caller's own caches are cold afterwards.
     */
    save: update(`\n       RETURNING ${RECORD}`),

    /** {@link save} without an answer: the clients take as long for one row as for all of a statement's parameters. */
    saveOnly: update(''),

    /**
     * key, numbers, sets, subject, removals, amounts
     *
     * Two at the same time, in READ COMMITTED: the second waits for the row, then the server evaluates the condition and the
     * new data again, on what the first one left. So nothing is lost, and the condition on the version holds.
     *
     * Where nothing was changed, a plain SELECT would show the row as it was when the statement began, before the wait: the
     * very version that was asked for, and the caller could not know why. To lock the row is to follow it to its newest
     * version. SHARE, for the weaker KEY SHARE takes an old version that differs in no key.
     *
     * `-done` is a name that no table here can have: `present` would look there.
     */
    patch: statement(
      `WITH "-done" AS (
         UPDATE ${sessions} AS s SET
           data = (
             SELECT b.data || coalesce((
               SELECT jsonb_object_agg(a.key, to_jsonb(
                 CASE jsonb_typeof(b.data -> a.key) WHEN 'number' THEN (b.data -> a.key)::float8 ELSE 0 END + a.value::float8))
               FROM jsonb_each($6::text::jsonb) AS a), '{}')
             FROM (SELECT s.data - ARRAY(SELECT jsonb_array_elements_text($5::text::jsonb)) || $3::text::jsonb AS data) AS b),
           version = version + 1,
           seen_at = ${numbers.seenAt},
           expires_at = ${numbers.expiresAt},
           subject = ${subjectIn('$4')}
         WHERE key = $1::text AND ${live(numbers.now)} AND (${numbers.version} IS NULL OR version = ${numbers.version})
         RETURNING ${RECORD} AS record
       ), present AS (
         SELECT ${RECORD} AS record FROM ${sessions}
         WHERE key = $1::text AND ${live(numbers.now)} AND NOT EXISTS (SELECT FROM "-done")
         FOR SHARE
       )
       SELECT 1, record FROM "-done" UNION ALL SELECT 0, record FROM present`,
    ),

    /** key */
    delete: statement(`DELETE FROM ${sessions} WHERE key = $1::text RETURNING 1`),

    /**
     * from, to, now
     *
     * An update, and not a removal and a new row: whoever ends all sessions of the subject at the same time waits for the row
     * and then ends it under its new key. A new row they would not see.
     */
    rename: statement(
      `UPDATE ${sessions} SET key = $2::text WHERE key = $1::text AND ${live('$3::float8')} RETURNING 1`,
    ),

    /** subject, now */
    list: statement(
      `SELECT key, created_at, seen_at, expires_at FROM ${sessions}
       WHERE subject = $1::text AND ${live('$2::float8')} ORDER BY seen_at DESC, key`,
    ),

    /** subject, key or null */
    deleteSubject: statement(
      `WITH gone AS (
         DELETE FROM ${sessions} WHERE subject = $1::text AND ($2::text IS NULL OR key <> $2::text) RETURNING 1
       ) SELECT count(*) FROM gone`,
    ),

    /**
     * now, limit
     *
     * An array, since a planner may run a subquery with a limit more than once. SKIP LOCKED: what a request is renewing is not
     * waited for, and several processes may purge at a time.
     */
    purge: statement(
      `WITH gone AS (
         DELETE FROM ${sessions} WHERE key = ANY (ARRAY(
           SELECT key FROM ${sessions}
           WHERE expires_hour <= ceil($1::float8 / 3600) AND expires_at <= $1::float8
           LIMIT $2::bigint FOR UPDATE SKIP LOCKED)) RETURNING 1
       ), forgotten AS (
         DELETE FROM ${revocations} WHERE id = ANY (ARRAY(
           SELECT id FROM ${revocations} WHERE until <= $1::float8 LIMIT $2::bigint FOR UPDATE SKIP LOCKED))
       ) SELECT count(*) FROM gone`,
    ),

    /** kind, key, at, until */
    addRevocation: statement(
      `INSERT INTO ${revocations} (kind, key, at, until) VALUES ($1::text, $2::text, $3::float8, $4::float8)`,
    ),

    /**
     * server or null, xid, now; every row has the cursor, and the first may have nothing else. See cursor.ts.
     */
    revocationsSince: statement(
      `SELECT here.server, here.xmin, r.kind, r.key, r.at, r.until
       FROM (SELECT extract(epoch FROM pg_postmaster_start_time())::text AS server,
                    pg_snapshot_xmin(pg_current_snapshot())::text AS xmin) AS here
       LEFT JOIN ${revocations} AS r
         ON CASE here.server WHEN $1::text THEN $2::text ELSE '0' END::xid8 <= r.xid
         AND (here.server = $1::text OR r.until IS NULL OR r.until > $3::float8)`,
    ),
  } as const;
}

/**
 * The name is made of the text: pg refuses two texts under one name, and two stores may share a client, as may two versions
 * of this package.
 */
function statement(text: string): Statement {
  const digest = sha256(Uint8Array.from(text, (character) => character.charCodeAt(0)));
  const name = Array.from(digest.subarray(0, 12), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { name: `microdot_${name}`, text };
}
