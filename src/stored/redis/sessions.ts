// The contract of stores on Redis: one key for one session, so that on every node each change is one script.

import type { ListedSession, PatchOutcome, SessionPatch, SessionStore, StoredRecord } from '../store.js';
import type { Commands } from './client.js';
import { dataField, fieldsOf, hasEnded, hashOf, lifeOf, recordOf, timeOf } from './record.js';
import { type Renaming, renameAcross, renameAtOnce } from './rename.js';
import { run, type Script, strings } from './script.js';
import { CREATE, DELETE, PATCH } from './scripts.js';
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
      const record = recordOf(hashOf(await commands.send(nameOf(key), 'HGETALL', nameOf(key))));
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
      const { outcome, endedBefore } = outcomeOf(await write());
      const owner = outcome.isDone ? outcome.record.subject : null;
      if (owner !== null && isNews(endedBefore, expiresAt)) await subjects.add(owner, key, expiresAt, now);
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
  const { seenAt, expiresAt, ifVersion, subject, remove, set, add } = patch;
  return [
    String(now),
    String(seenAt),
    expiresAt === null ? '' : String(expiresAt),
    lifeOf(expiresAt, now),
    ifVersion === null ? '' : String(ifVersion),
    subject === undefined ? 'keep' : subject === null ? 'none' : `=${subject}`,
    ...[remove, set, add].map((changes) => String(changes.length)),
    ...remove.map(dataField),
    ...set.flatMap(([key, json]) => [dataField(key), json]),
    ...add.flatMap(([key, amount]) => [dataField(key), String(amount)]),
  ];
}

/** What {@link PATCH} replies. */
function outcomeOf(reply: readonly (string | null)[]): {
  readonly outcome: PatchOutcome;
  readonly endedBefore: number | null;
} {
  const [done, before, ...fields] = reply;
  const record: StoredRecord | null = recordOf(done === 'done' ? fields : reply.slice(1));
  if (done === 'done' && record !== null) {
    return { outcome: { isDone: true, record }, endedBefore: before === '' ? null : timeOf(before) };
  }
  return { outcome: { isDone: false, record }, endedBefore: null };
}
