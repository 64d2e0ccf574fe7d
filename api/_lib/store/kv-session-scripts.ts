/** Owns the scripts for sessions, their activity, their locks and the secrets of their servers. What their answers mean is kv.ts; the rules are in kv-lua.ts. */
import { SERVER_SECRETS_TTL_SECONDS } from '../../../shared/limits.ts';
import { LEDGER } from './kv-call-scripts.ts';
import { ANSWERING_PREFIX, SECRETS_PREFIX } from './kv-keys.ts';
import { CLOCK, DEVICE, LOG, LONGEST_SESSION_US, RECORD, type Script, SESSION, USE } from './kv-lua.ts';

/**
 * KEYS session, activity, gone, sessions. ARGV workspace, id, lifetime, lifetime of the gone note, name, facts, server session, key of the
 * server, whether it awaits a sign-in (1 or 0), cap of the activity, dropped entries, entries…
 * A session that is already there under this id came from the same request, whose answer was lost: it is returned as it is.
 */
export const CREATE_SESSION: Script = {
  repeatable: true,
  lua: `${CLOCK}${RECORD}${USE}${LOG}
local owner = redis.call('HGET', KEYS[1], 'workspace')
if owner and owner ~= ARGV[1] then return {'taken'} end
if not owner then
  redis.call('HSET', KEYS[1], 'workspace', ARGV[1], 'name', ARGV[5], 'facts', ARGV[6], 'server', ARGV[7], 'epoch', 1,
    'serverKey', ARGV[8], 'awaits', ARGV[9])
  use(KEYS[1], KEYS[3], KEYS[4], {}, ARGV[2], ARGV[1], ARGV[3], ARGV[4])
  log(KEYS[1], KEYS[2], 12, #ARGV, tonumber(ARGV[11]), ARGV[10])
  redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', string.format('%.0f', time[1] * 1000000 + time[2] - ${LONGEST_SESSION_US}))
end
return {'ok', {}, record(KEYS[1]), redis.call('PTTL', KEYS[1]), now}`,
};

/** KEYS device, devices. ARGV workspace, lifetime of a device, key of the server. */
export const FIND_SERVER: Script = {
  repeatable: true,
  lua: `${DEVICE}
local kept = redis.call('HMGET', '${SECRETS_PREFIX}' .. ARGV[1] .. ':' .. ARGV[3], 'text', 'version')
return {'ok', found, kept[1], kept[2]}`,
};

/** KEYS device, devices, session, gone. ARGV workspace, lifetime of a device. */
export const LOOK_UP: Script = { repeatable: true, lua: `${SESSION} return state()` };

/**
 * KEYS device, devices, session, gone, sessions, calls, activity, messages, answers.
 * ARGV workspace, lifetime of a device, id, lifetime, lifetime of the gone note.
 */
export const ENTER: Script = {
  repeatable: true,
  lua: `${SESSION}${USE}${LEDGER}
use(KEYS[3], KEYS[4], KEYS[5], {unpack(KEYS, 6)}, ARGV[3], ARGV[1], ARGV[4], ARGV[5])
keepRunning(KEYS[6], ARGV[3], ARGV[4])
return state()`,
};

/** KEYS session. */
export const LOAD_SESSION: Script = {
  repeatable: true,
  lua: `${CLOCK}${RECORD}
if redis.call('EXISTS', KEYS[1]) == 0 then return {'absent'} end
return {'ok', {}, record(KEYS[1]), redis.call('PTTL', KEYS[1]), now}`,
};

/** KEYS session, gone, calls, activity, messages, answers. ARGV id, lifetime, lifetime of the gone note, key of sessions with %s for the workspace. */
export const TOUCH_SESSION: Script = {
  repeatable: true,
  lua: `${CLOCK}${RECORD}${USE}${LEDGER}
local workspace = redis.call('HGET', KEYS[1], 'workspace')
if not workspace then return {'absent'} end
use(KEYS[1], KEYS[2], string.format(ARGV[4], workspace), {unpack(KEYS, 3)}, ARGV[1], workspace, ARGV[2], ARGV[3])
keepRunning(KEYS[3], ARGV[1], ARGV[2])
return {'ok'}`,
};

/** KEYS device, devices, sessions. ARGV workspace, lifetime of a device, key prefix of sessions. */
export const LIST_SESSIONS: Script = {
  repeatable: true,
  lua: `${DEVICE}${RECORD}
local listed = {}
for _, id in ipairs(redis.call('ZREVRANGE', KEYS[3], 0, -1)) do
  local key = ARGV[3] .. id
  if redis.call('EXISTS', key) == 0 then
    redis.call('ZREM', KEYS[3], id)
  else
    listed[#listed + 1] = {id, record(key), redis.call('PTTL', key)}
  end
end
return {'ok', found, listed, now}`,
};

/** KEYS device, devices, session, gone. ARGV workspace, lifetime of a device, name. */
export const RENAME_SESSION: Script = {
  repeatable: true,
  lua: `${SESSION} redis.call('HSET', KEYS[3], 'name', ARGV[3]) return state()`,
};

/** KEYS device, devices, session, gone, sessions, calls, then all else of the session. ARGV workspace, lifetime of a device, id. */
export const REMOVE_SESSION: Script = {
  repeatable: false,
  lua: `${SESSION}${LEDGER}
local was = state()
for _, key in ipairs(redis.call('ZRANGE', KEYS[6], 0, -1)) do forget(find(ARGV[3], key)) end
local answers = redis.call('LRANGE', KEYS[9], 0, -1)
for at = 1, #answers, 2 do redis.call('DEL', '${ANSWERING_PREFIX}' .. ARGV[3] .. ':' .. answers[at]) end
redis.call('DEL', KEYS[3], KEYS[4], unpack(KEYS, 6))
redis.call('ZREM', KEYS[5], ARGV[3])
return was`,
};

/** KEYS device, devices, session, gone, activity. ARGV workspace, lifetime of a device, after, limit. Returns state, first number, entries. */
export const READ_ACTIVITY: Script = {
  repeatable: true,
  lua: `${SESSION}
local last = tonumber(redis.call('HGET', KEYS[3], 'seq')) or 0
local before = last - redis.call('LLEN', KEYS[5])
local start = math.max(0, tonumber(ARGV[3]) - before)
local read = state()
read[6] = before + start + 1
read[7] = redis.call('LRANGE', KEYS[5], start, start + tonumber(ARGV[4]) - 1)
return read`,
};

/**
 * KEYS session, lock. ARGV owner, lifetime. The fence counts in the session, so it outlives the lock and never goes back.
 * The lock holds fence and owner in one value: who asks again after a lost answer gets the same fence.
 */
export const ACQUIRE_LOCK: Script = {
  repeatable: true,
  lua: `
if redis.call('EXISTS', KEYS[1]) == 0 then return {'absent'} end
local held = redis.call('GET', KEYS[2])
local fence
if held then
  local split = string.find(held, ':', 1, true)
  if string.sub(held, split + 1) ~= ARGV[1] then return {'held'} end
  fence = string.sub(held, 1, split - 1)
else
  fence = redis.call('HINCRBY', KEYS[1], 'fence', 1)
end
redis.call('SET', KEYS[2], fence .. ':' .. ARGV[1], 'PX', ARGV[2])
return {'ok', tonumber(fence)}`,
};

/** KEYS lock. ARGV owner. */
export const RELEASE_LOCK: Script = {
  repeatable: true,
  lua: `
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, string.find(held, ':', 1, true) + 1) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return {'ok'}`,
};

/** KEYS session. ARGV fence, server session, what was found out or ''. The same one under the same fence again is the repetition of a lost answer. */
export const PUBLISH: Script = {
  repeatable: true,
  lua: `
local stored = redis.call('HMGET', KEYS[1], 'workspace', 'fence', 'publishedFence', 'server', 'awaits')
if not stored[1] then return {'absent'} end
if stored[2] ~= ARGV[1] then return {'superseded'} end
if stored[3] ~= ARGV[1] or stored[4] ~= ARGV[2] then
  redis.call('HSET', KEYS[1], 'server', ARGV[2], 'publishedFence', ARGV[1], 'awaits', '0')
  if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'spoken', ARGV[3]) end
  redis.call('HINCRBY', KEYS[1], 'epoch', 1)
  if stored[5] ~= '1' then redis.call('HINCRBY', KEYS[1], 'renewals', 1) end
end
return {'ok'}`,
};

/** KEYS devices, secrets. The workspace is there as long as it has a device. */
export const LOAD_SECRETS: Script = {
  repeatable: true,
  lua: `
if redis.call('EXISTS', KEYS[1]) == 0 then return {'absent'} end
local kept = redis.call('HMGET', KEYS[2], 'text', 'version')
return {'ok', {}, kept[1], kept[2]}`,
};

/** KEYS devices, secrets. ARGV version that they were made from, secrets. The same ones as the next version are the repetition of a lost answer. */
export const SAVE_SECRETS: Script = {
  repeatable: true,
  lua: `
if redis.call('EXISTS', KEYS[1]) == 0 then return {'absent'} end
local stored = redis.call('HMGET', KEYS[2], 'version', 'text')
local version = tonumber(stored[1]) or 0
if version == ARGV[1] + 1 and stored[2] == ARGV[2] then return {'ok'} end
if version ~= tonumber(ARGV[1]) then return {'superseded'} end
redis.call('HSET', KEYS[2], 'version', version + 1, 'text', ARGV[2])
redis.call('PEXPIRE', KEYS[2], ${SERVER_SECRETS_TTL_SECONDS * 1000})
return {'ok'}`,
};
