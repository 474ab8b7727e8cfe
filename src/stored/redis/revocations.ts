// The log of revocations: a stream, whose ids are the cursors, and a sorted set of when its entries may be forgotten.

import type { Revocation, RevocationLog } from '../store.js';
import type { Commands } from './client.js';
import { timeOf } from './record.js';
import { run, script, strings } from './script.js';
import { whole } from './text.js';

/**
 * KEYS: stream, ends. ARGV: kind, key, at, until or empty. Forgets at most 100 entries whose time is over by the clock of
 * Redis and by the caller's: trimming the stream by age would forget one that concerns long-lived tokens.
 */
const ADD = script(`
local id = redis.call('XADD', KEYS[1], '*', 'kind', ARGV[1], 'key', ARGV[2], 'at', ARGV[3], 'until', ARGV[4])
if ARGV[4] ~= '' then redis.call('ZADD', KEYS[2], ARGV[4], id) end
local now = math.min(tonumber(redis.call('TIME')[1]), tonumber(ARGV[3]) / 1000)
local over = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 100)
if #over > 0 then
  redis.call('XDEL', KEYS[1], unpack(over))
  redis.call('ZREM', KEYS[2], unpack(over))
end
return {id}
`);

/** Entries of one reply, so that a long log does not come as one piece of many megabytes. */
const PAGE = 1000;

export function redisRevocations(commands: Commands, prefix: string): RevocationLog {
  // Braces: the two keys lie on one node of a cluster, and so may be in one script.
  const log = `${prefix}{revocations}`;
  const ends = `${log}:ends`;
  return {
    async addRevocation({ kind, key, at, until }) {
      await run(commands, ADD, [log, ends], [kind, whole(key), String(at), until === null ? '' : String(until)]);
    },
    async revocationsSince(cursor, now) {
      const revocations: Revocation[] = [];
      let last = cursor ?? '0-0';
      for (;;) {
        const page = await commands.send(log, 'XRANGE', log, `(${last}`, '+', 'COUNT', String(PAGE));
        const entries: readonly unknown[] = Array.isArray(page) ? page : [];
        for (const entry of entries) {
          const [id, fields]: readonly unknown[] = Array.isArray(entry) ? entry : [];
          last = String(id);
          const revocation = revocationOf(strings(fields));
          if (revocation.until === null || revocation.until > now) revocations.push(revocation);
        }
        if (entries.length < PAGE) return { revocations, cursor: last };
      }
    },
  };
}

/** By position: a value may be the name of another field. */
function revocationOf([, kind, , key, , at, , until]: readonly (string | null)[]): Revocation {
  return {
    kind: kind === 'subject' ? 'subject' : 'token',
    key: key ?? '',
    at: Number(at),
    until: until === '' ? null : timeOf(until),
  };
}
