// Which keys a subject has: a sorted set for each subject, whose members are records' keys, by the day they are kept until.

import type { Commands } from './client.js';
import { FOREVER } from './record.js';
import { strings } from './script.js';
import { whole } from './text.js';

const DAY = 86_400;

/**
 * KEYS: the index. ARGV: member; until; now. Sweeps what has long ended, so that who logs in and never out does not grow the
 * index for ever, and lets the index live as long as its last member.
 *
 * By EVAL and not by its hash: it has to stand before the command that it was sent before, also where both are not known.
 */
const ADD = `
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3])
local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
if not last then return {} end
if last == 'inf' then redis.call('PERSIST', KEYS[1])
else redis.call('PEXPIRE', KEYS[1], math.ceil((tonumber(last) - tonumber(ARGV[3])) * 1000)) end
return {}
`;

/**
 * A day or two beyond the end. The end moves with every request that renews it, and an index on another node that were told
 * each time would cost every request a second command; so it is told once a day, and may miss one day's word. Of an end that moved
 * by more than a day a word that is lost hides the session, from the day it was to end first until it is renewed next.
 */
const untilOf = (expiresAt: number | null): string =>
  expiresAt === null || expiresAt > FOREVER ? '+inf' : String((Math.floor(expiresAt / DAY) + 2) * DAY);

/** Whether an index that knows the end `before` has to be told of `after`. */
export const isNews = (before: number | null, after: number | null): boolean => untilOf(before) !== untilOf(after);

export interface Subjects {
  /** Before the record says whose it is: a member without record is harmless, a record that is not a member would be hidden. */
  add(subject: string, key: string, expiresAt: number | null, now: number): Promise<void>;
  /** Only for a key that is gone: a member that is about to be a record must stay. */
  remove(subject: string, key: string): Promise<void>;
  /**
   * Calls `visit` once with every member, those too that come while it works: a rename adds its new key before the old one
   * is gone, so that one of the two is met.
   */
  visit(subject: string, visit: (key: string) => Promise<void>): Promise<void>;
}

export function createSubjects(commands: Commands, prefix: string): Subjects {
  const indexOf = (subject: string): string => `${prefix}subject:${whole(subject)}`;
  return {
    async add(subject, key, expiresAt, now) {
      const index = indexOf(subject);
      await commands.send(index, 'EVAL', ADD, '1', index, key, untilOf(expiresAt), String(now));
    },
    async remove(subject, key) {
      const index = indexOf(subject);
      await commands.send(index, 'ZREM', index, key);
    },
    async visit(subject, visit) {
      const index = indexOf(subject);
      const visited = new Set<string>();
      for (;;) {
        const members = strings(await commands.send(index, 'ZRANGE', index, '0', '-1'));
        const fresh = members.filter((key): key is string => key !== null && !visited.has(key));
        if (fresh.length === 0) return;
        for (const key of fresh) visited.add(key);
        await Promise.all(fresh.map(visit));
      }
    },
  };
}
