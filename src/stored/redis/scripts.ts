// What has to happen at once in Redis, in its Lua. A session's script has that session's key, and no other; but for RENAME.
// Where the memory is full, Redis refuses the first write of a script if it is one that adds, and then no other: so those
// come first, and a script is done whole or not at all.

import { script } from './script.js';

/** Whether the hash is there and has not ended by `now`, a text. */
const live = (now: string): string => `
local key = KEYS[1]
local version, ends, subject = unpack(redis.call('HMGET', key, 'v', 'e', 'u'))
if not version or (ends and tonumber(ends) <= tonumber(${now})) then return {} end
`;

/** What stands for nothing among the words of an argument. */
export const NONE = '-';

/** Chunks, since Lua unpacks 8,000 values at most. */
const WRITE = `
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('DEL', KEYS[1]) end
for i = 2, #ARGV, 1000 do redis.call('HSET', KEYS[1], unpack(ARGV, i, math.min(i + 999, #ARGV))) end
if ARGV[1] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {'done'}
`;

/**
 * ARGV: life in ms or empty, then fields and values. Replies with nothing where another request has patched such a record
 * already. One that nobody has is written again: clients send a command twice where the connection broke before the reply.
 */
export const CREATE = script(`
local version = redis.call('HGET', KEYS[1], 'v')
if version and version ~= '1' then return {} end
${WRITE}`);

/** {@link CREATE}, whatever is there. */
export const REPLACE = script(WRITE);

/**
 * ARGV: the words now, seen, end, life, the version that it has to have, how many to remove, to set, to add, with {@link NONE}
 * for none, what becomes of the subject: `keep`, `none`, or `set`, and `all` or `brief`; then the subject to be set, what to
 * remove, to set, to add. Replies with nothing; `other` and the hash; `done`, the end before, and the hash; or in brief `patched`,
 * and of a subject's session the end before and the subject before.
 *
 * What is set goes in one HSET: the log and the replicas get 304 bytes for a save in place of 549. The processor of Redis takes
 * as long for either.
 *
 * Numbers are doubles here as there. A sum is written in the fewest of 15 to 17 digits that read as the same double, which is
 * valid JSON; what JSON lacks becomes null as in JavaScript.
 */
export const PATCH = script(`
local word = {}
for each in string.gmatch(ARGV[1], '%S+') do word[#word + 1] = each end
${live('word[1]')}
local function record(...)
  local reply = {...}
  for _, item in ipairs(redis.call('HGETALL', key)) do reply[#reply + 1] = item end
  return reply
end
if word[5] ~= '${NONE}' and word[5] ~= version then return record('other') end

local function json(number)
  if number ~= number or number == math.huge or number == -math.huge then return 'null' end
  for digits = 15, 17 do
    local text = string.format('%.' .. digits .. 'g', number)
    if tonumber(text) == number then return text end
  end
end

local at = 2
local fields = {}
local gone = {}
local function set(field, value)
  fields[#fields + 1] = field
  fields[#fields + 1] = value
end
local function write()
  for i = 1, #fields, 1000 do redis.call('HSET', key, unpack(fields, i, math.min(i + 999, #fields))) end
  fields = {}
end

set('v', string.format('%.0f', version + 1))
set('s', word[2])
if word[3] ~= '${NONE}' then set('e', word[3]) elseif ends then gone[1] = 'e' end
if word[9] == 'set' then
  set('u', ARGV[at])
  at = at + 1
elseif word[9] == 'none' and subject then gone[#gone + 1] = 'u' end
for _ = 1, tonumber(word[6]) do
  gone[#gone + 1] = ARGV[at]
  at = at + 1
end
if #gone > 0 then
  write()
  for _, field in ipairs(gone) do redis.call('HDEL', key, field) end
end
for _ = 1, tonumber(word[7]) do
  set(ARGV[at], ARGV[at + 1])
  at = at + 2
end
write()
for _ = 1, tonumber(word[8]) do
  local text = redis.call('HGET', key, ARGV[at])
  local number = text and string.find(text, '^-?%d') and tonumber(text) or 0
  redis.call('HSET', key, ARGV[at], json(number + tonumber(ARGV[at + 1])))
  at = at + 2
end

if word[4] ~= '${NONE}' then redis.call('PEXPIRE', key, word[4]) else redis.call('PERSIST', key) end
if word[10] == 'all' then return record('done', ends or '') end
if not subject then return {'patched'} end
return {'patched', ends or '', subject}
`);

/**
 * ARGV: `any`, or `=` and the subject whose it has to be; a version that it has to be or empty. Replies with `gone` and the
 * subject of what was ended, `kept`, or nothing.
 */
export const DELETE = script(`
local version, subject = unpack(redis.call('HMGET', KEYS[1], 'v', 'u'))
if not version then return {} end
if ARGV[1] ~= 'any' and (not subject or ARGV[1] ~= '=' .. subject) then return {'kept'} end
if ARGV[2] ~= '' and ARGV[2] ~= version then return {'kept'} end
redis.call('DEL', KEYS[1])
return {'gone', subject}
`);

/**
 * KEYS: from, to: one server only. ARGV: now; `none`, or `=` and the subject in whose index the new key is. Replies with
 * nothing, `done`, or `index` where the subject is another one, with it and the end.
 */
export const RENAME = script(`${live('ARGV[1]')}
if subject and ARGV[2] ~= '=' .. subject then return {'index', subject, ends} end
redis.call('RENAME', key, KEYS[2])
return {'done'}
`);

/** ARGV: now. Replies with the hash, or nothing. */
export const COPY = script(`${live('ARGV[1]')}
return redis.call('HGETALL', key)
`);
