// What has to happen at once in Redis, in its Lua. A session's script has that session's key, and no other; but for RENAME.
// Where the memory is full, Redis refuses the first write of a script if it is one that adds, and then no other: so those
// come first, and a script is done whole or not at all.

import { script } from './script.js';

/** Whether the hash is there and has not ended; ARGV[1] is now. */
const LIVE = `
local key = KEYS[1]
local version, ends = unpack(redis.call('HMGET', key, 'v', 'e'))
if not version or (ends and tonumber(ends) <= tonumber(ARGV[1])) then return {} end
`;

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
 * ARGV: now; seen; end or empty; life or empty; version or empty; `keep`, `none`, or `=` and the subject; how many to
 * remove, to set, to add; then those. Replies with nothing, `other` and the hash, or `done`, the end before, and the hash.
 *
 * Numbers are doubles here as there. A sum is written in the fewest of 15 to 17 digits that read as the same double, which is
 * valid JSON; what JSON lacks becomes null as in JavaScript.
 */
export const PATCH = script(`${LIVE}
local function record(...)
  local reply = {...}
  for _, item in ipairs(redis.call('HGETALL', key)) do reply[#reply + 1] = item end
  return reply
end
if ARGV[5] ~= '' and ARGV[5] ~= version then return record('other') end

local function json(number)
  if number ~= number or number == math.huge or number == -math.huge then return 'null' end
  for digits = 15, 17 do
    local text = string.format('%.' .. digits .. 'g', number)
    if tonumber(text) == number then return text end
  end
end
local function put(field, value)
  if value == '' then redis.call('HDEL', key, field) else redis.call('HSET', key, field, value) end
end

redis.call('HINCRBY', key, 'v', 1)
local at = 10
for _ = 1, tonumber(ARGV[7]) do
  redis.call('HDEL', key, ARGV[at])
  at = at + 1
end
for _ = 1, tonumber(ARGV[8]) do
  redis.call('HSET', key, ARGV[at], ARGV[at + 1])
  at = at + 2
end
for _ = 1, tonumber(ARGV[9]) do
  local text = redis.call('HGET', key, ARGV[at])
  local number = text and string.find(text, '^-?%d') and tonumber(text) or 0
  redis.call('HSET', key, ARGV[at], json(number + tonumber(ARGV[at + 1])))
  at = at + 2
end

redis.call('HSET', key, 's', ARGV[2])
put('e', ARGV[3])
if ARGV[6] == 'none' then redis.call('HDEL', key, 'u')
elseif ARGV[6] ~= 'keep' then redis.call('HSET', key, 'u', string.sub(ARGV[6], 2)) end
if ARGV[4] == '' then redis.call('PERSIST', key) else redis.call('PEXPIRE', key, ARGV[4]) end
return record('done', ends or '')
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
export const RENAME = script(`${LIVE}
local subject = redis.call('HGET', key, 'u')
if subject and ARGV[2] ~= '=' .. subject then return {'index', subject, ends} end
redis.call('RENAME', key, KEYS[2])
return {'done'}
`);

/** ARGV: now. Replies with the hash, or nothing. */
export const COPY = script(`${LIVE}
return redis.call('HGETALL', key)
`);
