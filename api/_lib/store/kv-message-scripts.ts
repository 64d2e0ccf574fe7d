/** Owns the scripts for what a server says on its own: who reads its stream, its messages, who answers. Their answers are read by kv-server-messages.ts. */
import { MAX_SERVER_MESSAGES } from '../../../shared/limits.ts';
import { MAX_ADDITIONS, MAX_ANSWERS, MAX_STORED_MESSAGES_BYTES, WRITTEN_TTL_MS } from '../limits.ts';

import { KEEP, READ_KEPT, type Script } from './kv-lua.ts';

/** KEYS session, stream. ARGV owner, lease. */
export const HOLD_STREAM: Script = {
  repeatable: true,
  lua: `
if redis.call('EXISTS', KEYS[1]) == 0 then return {'absent'} end
local holder = redis.call('GET', KEYS[2])
if holder and holder ~= ARGV[1] then return {'held'} end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return {'ok'}`,
};

/** KEYS stream. ARGV owner. */
export const RELEASE_STREAM: Script = {
  repeatable: true,
  lua: `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return {'ok'}`,
};

/** KEYS session, messages, additions. ARGV id of the addition, cursor or '', messages left out before, messages… Returns number of the first. */
export const ADD_MESSAGES: Script = {
  repeatable: true,
  lua: `${KEEP}
if redis.call('EXISTS', KEYS[1]) == 0 then return {'absent'} end
local known = redis.call('ZSCORE', KEYS[3], ARGV[1])
if known then return {'ok', tonumber(known)} end
local first = (tonumber(redis.call('HGET', KEYS[1], 'messages')) or 0) + 1
if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], 'cursor', ARGV[2]) end
if #ARGV == 3 and ARGV[3] == '0' then return {'ok', first} end
local texts = {unpack(ARGV, 4)}
keep(KEYS[1], 'messages', 'messageBytes', KEYS[2], first + ARGV[3], texts, ${MAX_SERVER_MESSAGES}, ${MAX_STORED_MESSAGES_BYTES})
redis.call('ZADD', KEYS[3], first, ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -${MAX_ADDITIONS + 1})
redis.call('PEXPIRE', KEYS[3], ${WRITTEN_TTL_MS})
return {'ok', first}`,
};

/** KEYS session, messages. ARGV number to read after. Returns number of the first that is kept, messages after, newest number, cursor or ''. */
export const READ_MESSAGES: Script = {
  repeatable: true,
  lua: `${READ_KEPT}
local first, texts = readKept(KEYS[1], 'messages', KEYS[2], tonumber(ARGV[1]))
local stored = redis.call('HMGET', KEYS[1], 'messages', 'cursor')
return {'ok', first, texts, tonumber(stored[1]) or 0, stored[2] or ''}`,
};

/** KEYS session, answers. ARGV question, owner. */
export const CLAIM_ANSWER: Script = {
  repeatable: true,
  lua: `
if redis.call('EXISTS', KEYS[1]) == 0 then return {'absent'} end
local claims = redis.call('LRANGE', KEYS[2], 0, -1)
for at = 1, #claims, 2 do
  if claims[at] == ARGV[1] then return {claims[at + 1] == ARGV[2] and 'ok' or 'held'} end
end
redis.call('RPUSH', KEYS[2], ARGV[1], ARGV[2])
redis.call('LTRIM', KEYS[2], -${MAX_ANSWERS * 2}, -1)
redis.call('PEXPIRE', KEYS[2], redis.call('PTTL', KEYS[1]))
return {'ok'}`,
};
