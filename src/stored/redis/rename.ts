// A session under another key: at once on one server; on a Cluster, where the keys lie on two nodes, without ever being nowhere.

import type { Commands } from './client.js';
import { lifeOf, recordOf, timeOf } from './record.js';
import { run } from './script.js';
import { COPY, DELETE, RENAME, REPLACE } from './scripts.js';
import type { Subjects } from './subjects.js';

/** What a rename works with. */
export interface Renaming {
  readonly commands: Commands;
  readonly subjects: Subjects;
  readonly nameOf: (key: string) => string;
}

interface Move {
  readonly from: string;
  readonly to: string;
  readonly now: number;
}

/** The index is told first, and only Redis knows whose index: where there is a subject, the first call asks. */
export async function renameAtOnce(
  { commands, subjects, nameOf }: Renaming,
  { from, to, now }: Move,
): Promise<boolean> {
  let indexed: string | null = null;
  for (;;) {
    const known: string = indexed === null ? 'none' : `=${indexed}`;
    const reply = await run(commands, RENAME, [nameOf(from), nameOf(to)], [String(now), known]);
    const [done, subject, ends] = reply;
    if (done === 'index' && typeof subject === 'string') {
      await subjects.add(subject, to, timeOf(ends), now);
      indexed = subject;
      continue;
    }
    // The one that is gone is never a record again, so that it may be taken out.
    if (indexed !== null) await subjects.remove(indexed, done === 'done' ? from : to);
    return done === 'done';
  }
}

/**
 * Copies, and then ends the old one if it still is what was copied; else again, so that no patch in between is lost. An
 * attempt that fails means that another request's patch was done, so they end.
 */
export async function renameAcross(
  { commands, subjects, nameOf }: Renaming,
  { from, to, now }: Move,
): Promise<boolean> {
  const remove = (key: string, version: string) => run(commands, DELETE, [nameOf(key)], ['any', version]);
  let isCopied = false;
  for (;;) {
    const fields = await run(commands, COPY, [nameOf(from)], [String(now)]);
    const record = recordOf(fields);
    if (record === null) break;
    const { subject, expiresAt, version } = record;
    if (subject !== null) await subjects.add(subject, to, expiresAt, now);
    await run(commands, REPLACE, [nameOf(to)], [lifeOf(expiresAt, now), ...fields.map(String)]);
    isCopied = true;
    const [done] = await remove(from, String(version));
    if (done === 'gone') {
      if (subject !== null) await subjects.remove(subject, from);
      return true;
    }
  }
  // It was ended meanwhile, and what was ended stays ended.
  if (isCopied) await remove(to, '');
  return false;
}
