/** Owns the scripts for what a server says on its own: who reads its stream, its messages, who answers. Their answers are read by kv-server-messages.ts. */
import { MAX_SERVER_MESSAGES } from '../../../shared/limits.ts';
import { MAX_ADDITIONS, MAX_ANSWER_ATTEMPTS, MAX_ANSWERS, MAX_STORED_MESSAGES_BYTES, WRITTEN_TTL_MS } from '../limits.ts';

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

/**
 * Finds what is known of a question: pairs of its id and its state in a list, the latest last. A state is the owner whose answer was sent, or the
 * number of attempts with a question mark while none is known to have been; whose turn it is then is the key of the lease.
 */
const FIND_ANSWER = `
local claims = redis.call('LRANGE', KEYS[2], 0, -1)
local place, attempts
for at = 1, #claims, 2 do
  if claims[at] == ARGV[1] then
    place = at
    attempts = tonumber(string.match(claims[at + 1], '^(%d+)%?$'))
  end
end
local holder = redis.call('GET', KEYS[3])
local function note(state) redis.call('LSET', KEYS[2], place, state) end
`;

/** KEYS session, answers, lease of the question. ARGV question, owner, lease. */
export const CLAIM_ANSWER: Script = {
  repeatable: true,
  lua: `
if redis.call('EXISTS', KEYS[1]) == 0 then return {'absent'} end
${FIND_ANSWER}
if place and not attempts then return {'taken'} end
if holder then return {holder == ARGV[2] and 'ok' or 'held'} end
if place then
  if attempts >= ${MAX_ANSWER_ATTEMPTS} then return {'taken'} end
  note((attempts + 1) .. '?')
else
  redis.call('RPUSH', KEYS[2], ARGV[1], '1?')
  redis.call('LTRIM', KEYS[2], -${MAX_ANSWERS * 2}, -1)
  redis.call('PEXPIRE', KEYS[2], redis.call('PTTL', KEYS[1]))
end
redis.call('SET', KEYS[3], ARGV[2], 'PX', ARGV[3])
return {'ok'}`,
};

/** KEYS session, answers, lease of the question. ARGV question, owner, sent or failed. */
export const SETTLE_ANSWER: Script = {
  repeatable: true,
  lua: `${FIND_ANSWER}
local isSent = ARGV[3] == 'sent'
if not attempts or (holder and holder ~= ARGV[2]) or not (holder or isSent) then return {'ok'} end
note(isSent and ARGV[2] or (attempts - 1) .. '?')
redis.call('DEL', KEYS[3])
return {'ok'}`,
};
