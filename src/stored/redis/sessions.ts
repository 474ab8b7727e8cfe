// The contract of stores on Redis: one key for one session, so that on every node each change is one script.

import type { ListedSession, PatchOutcome, SessionPatch, SessionStore, StoredRecord } from '../store.js';
import type { Commands } from './client.js';
import { dataField, fieldsOf, hasEnded, lifeOf, recordOf, timeOf } from './record.js';
import { type Renaming, renameAcross, renameAtOnce } from './rename.js';
import { run, type Script, strings } from './script.js';
import { CREATE, DELETE, NONE, PATCH } from './scripts.js';
import { createSubjects, isNews } from './subjects.js';

/** Redis ends records by itself, so there is nothing to purge. */
export function redisSessions(commands: Commands, prefix: string): Omit<SessionStore, 'purge'> {
  const subjects = createSubjects(commands, prefix);
  const nameOf = (key: string): string => prefix + key;
  const runOn = (key: string, script: Script, args: readonly string[]) => run(commands, script, [nameOf(key)], args);
  const renaming: Renaming = { commands, subjects, nameOf };

  /** Writes the index first, then the record: in one trip where the connection keeps their order. */
  async function afterIndex<T>(indexed: Promise<void>, write: () => Promise<T>): Promise<T> {
    if (!commands.isInOrder) await indexed;
    const [written] = await Promise.all([write(), indexed]);
    return written;
  }

  return {
    async read(key, now) {
      const record = recordOf(await commands.send(nameOf(key), 'HGETALL', nameOf(key)));
      return record === null || hasEnded(record.expiresAt, now) ? null : record;
    },

    async create(key, record) {
      const { expiresAt, seenAt, subject } = record;
      const create = () => runOn(key, CREATE, [lifeOf(expiresAt, seenAt), ...fieldsOf({ ...record, version: 1 })]);
      const [done] =
        subject === null ? await create() : await afterIndex(subjects.add(subject, key, expiresAt, seenAt), create);
      if (done !== 'done') throw new Error('there is such a key');
    },

    async patch(key, patch, now) {
      const write = () => runOn(key, PATCH, patchArgs(patch, now));
      const { subject, expiresAt } = patch;
      if (typeof subject === 'string') {
        return outcomeOf(await afterIndex(subjects.add(subject, key, expiresAt, now), write)).outcome;
      }
      const { outcome, endedBefore, owner } = outcomeOf(await write());
      if (subject === undefined && owner !== null && isNews(endedBefore, expiresAt))
        await subjects.add(owner, key, expiresAt, now);
      return outcome;
    },

    async delete(key) {
      const [done, subject] = await runOn(key, DELETE, ['any', '']);
      if (typeof subject === 'string') await subjects.remove(subject, key);
      return done === 'gone';
    },

    rename: (from, to, now) => (commands.isCluster ? renameAcross : renameAtOnce)(renaming, { from, to, now }),

    async list(subject, now) {
      const listed: ListedSession[] = [];
      await subjects.visit(subject, async (key) => {
        const name = nameOf(key);
        const reply = strings(await commands.send(name, 'HMGET', name, 'c', 's', 'e', 'u'));
        const [createdAt, seenAt, expiresAt] = reply.map(timeOf);
        if (reply[3] !== subject || hasEnded(expiresAt, now)) return;
        listed.push({ key, createdAt: createdAt ?? 0, seenAt: seenAt ?? 0, expiresAt });
      });
      return listed.sort((a, b) => b.seenAt - a.seenAt);
    },

    async deleteSubject(subject, except) {
      let ended = 0;
      await subjects.visit(subject, async (key) => {
        if (key === except) return;
        const [done] = await runOn(key, DELETE, [`=${subject}`, '']);
        if (done !== 'gone') return;
        ended += 1;
        await subjects.remove(subject, key);
      });
      return ended;
    },
  };
}

/** As {@link PATCH} takes them. */
function patchArgs(patch: SessionPatch, now: number): readonly string[] {
  const { seenAt, expiresAt, ifVersion, expected, subject, remove, set, add } = patch;
  const life = lifeOf(expiresAt, now) || NONE;
  const becomes = subject === undefined ? 'keep' : subject === null ? 'none' : 'set';
  // In one argument: a client takes as long for each as for all of these together.
  const rules = `${now} ${seenAt} ${expiresAt ?? NONE} ${life} ${ifVersion ?? NONE}`;
  const counts = `${remove.length} ${set.length} ${add.length}`;
  const args = [`${rules} ${counts} ${becomes} ${expected === undefined ? 'all' : 'brief'}`];
  if (typeof subject === 'string') args.push(subject);
  for (const key of remove) args.push(dataField(key));
  for (const [key, json] of set) args.push(dataField(key), json);
  for (const [key, amount] of add) args.push(dataField(key), String(amount));
  return args;
}

/** What {@link PATCH} replies. */
function outcomeOf(reply: readonly (string | null)[]): {
  readonly outcome: PatchOutcome;
  readonly endedBefore: number | null;
  /** Whose session it is, where it was patched. */
  readonly owner: string | null;
} {
  const [done, before, subject] = reply;
  const endedBefore = before === '' ? null : timeOf(before);
  if (done === 'patched') return { outcome: { isDone: true, record: null }, endedBefore, owner: subject ?? null };
  const record: StoredRecord | null = recordOf(reply, done === 'done' ? 2 : 1);
  if (done === 'done' && record !== null) {
    return { outcome: { isDone: true, record }, endedBefore, owner: record.subject };
  }
  return { outcome: { isDone: false, record }, endedBefore: null, owner: null };
}
