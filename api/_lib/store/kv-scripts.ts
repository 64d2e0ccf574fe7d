/**
 * Owns what runs inside Redis: one script for each method of the store, each atomic, and the names of the keys.
 * What goes in and what comes out is turned into records by kv.ts.
 *
 * Rules of every script: a key is written only together with its end; a session that is not there is never written to (HSET after the
 * end would make a key that lives forever); Redis TIME is the only clock; what belongs to a session ends with it.
 */

/** A script and whether running it twice leaves the same as running it once: then a lost answer may be asked for again. */
export type Script = { readonly lua: string; readonly repeatable: boolean };

export const deviceKey = (tokenHash: string): string => `mooring:device:${tokenHash}`;
export const sessionKey = (id: string): string => `mooring:session:${id}`;
export const activityKey = (id: string): string => `mooring:activity:${id}`;
export const lockKey = (id: string): string => `mooring:lock:${id}`;
/** Says whose session it was, for a while after it has run out. */
export const goneKey = (id: string): string => `mooring:gone:${id}`;
/** Sorted by last use, microseconds, so that no two are equal. */
export const sessionsKey = (workspaceId: string): string => `mooring:workspace:${workspaceId}:sessions`;
/** Device id to hash of the token. */
export const devicesKey = (workspaceId: string): string => `mooring:workspace:${workspaceId}:devices`;
export const PROBE_KEY = 'mooring:probe';

/** How often a device's last use is written, ms: it is shown in minutes, and most calls need no write for it. */
const SEEN_EVERY_MS = 60_000;
/** Longest life that a session can be given (SESSION_TTL_SECONDS), microseconds: what is older in a list is surely over. */
const LONGEST_SESSION_US = '86400000000';

// `extend` never shortens: deployments with different lifetimes may share one Redis. PTTL -1 (no end) is below every lifetime.
const CLOCK = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function extend(key, ms)
  if redis.call('PTTL', key) < tonumber(ms) then redis.call('PEXPIRE', key, ms) end
end
`;

// KEYS 1 device, 2 devices of the workspace. ARGV 1 workspace, 2 lifetime of a device.
// The workspace comes from the token and is only a claim until the device's record says the same.
const DEVICE = `${CLOCK}
local device = redis.call('HMGET', KEYS[1], 'workspace', 'id', 'name', 'createdAt', 'seenAt')
if not device[1] or device[1] ~= ARGV[1] then return {'unauthorized'} end
local function seen()
  redis.call('HSET', KEYS[1], 'seenAt', string.format('%.0f', now))
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  extend(KEYS[2], ARGV[2])
end
if now - (tonumber(device[5]) or 0) > ${SEEN_EVERY_MS} then seen() end
local found = {device[2], device[3], device[4]}
`;

// KEYS 3 session, 4 gone. Leaves a table that is returned when there is no session for this workspace.
const SESSION = `${DEVICE}
local owner = redis.call('HGET', KEYS[3], 'workspace')
if not owner then
  if redis.call('GET', KEYS[4]) == ARGV[1] then return {'expired'} end
  return {'absent'}
end
if owner ~= ARGV[1] then return {'absent'} end
local function state()
  return {'ok', found, redis.call('HGETALL', KEYS[3]), redis.call('PTTL', KEYS[3]), now}
end
`;

const USE = `
local function use(session, activity, gone, sessions, id, workspace, ms, goneMs)
  redis.call('HSET', session, 'usedAt', string.format('%.0f', now))
  redis.call('PEXPIRE', session, ms)
  redis.call('PEXPIRE', activity, ms)
  redis.call('SET', gone, workspace, 'PX', goneMs)
  redis.call('ZADD', sessions, string.format('%.0f', time[1] * 1000000 + time[2]), id)
  extend(sessions, ms)
end
`;

// ARGV from `first` on are entries; \`dropped\` sequence numbers belong to entries that are not stored.
const LOG = `
local function log(session, activity, first, dropped, cap)
  local count = #ARGV - first + 1
  if count + dropped == 0 then return end
  redis.call('HINCRBY', session, 'seq', count + dropped)
  for at = first, #ARGV do redis.call('RPUSH', activity, ARGV[at]) end
  redis.call('LTRIM', activity, -cap, -1)
  redis.call('PEXPIRE', activity, redis.call('PTTL', session))
end
`;

/** KEYS probe. ARGV lifetime. A write with an end, as all the others are: that is how a read-only token shows. */
export const PROBE: Script = { repeatable: true, lua: `return redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])` };

/** KEYS device, devices. ARGV workspace, lifetime, id, name, createdAt, token hash. */
export const REGISTER_DEVICE: Script = {
  repeatable: true,
  lua: `${CLOCK}
redis.call('HSET', KEYS[1], 'workspace', ARGV[1], 'id', ARGV[3], 'name', ARGV[4], 'createdAt', ARGV[5], 'seenAt', string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('HSET', KEYS[2], ARGV[3], ARGV[6])
extend(KEYS[2], ARGV[2])
return {'ok'}`,
};

/** KEYS device, devices. ARGV workspace, lifetime. */
export const FIND_DEVICE: Script = { repeatable: true, lua: `${DEVICE} seen() return {'ok', found}` };

/** KEYS device, devices. ARGV workspace, lifetime, key prefix of devices. */
export const LIST_DEVICES: Script = {
  repeatable: true,
  lua: `${DEVICE}
local devices, listed = redis.call('HGETALL', KEYS[2]), {}
for at = 1, #devices, 2 do
  local other = redis.call('HMGET', ARGV[3] .. devices[at + 1], 'workspace', 'id', 'name', 'createdAt', 'seenAt')
  if other[1] == ARGV[1] then
    listed[#listed + 1] = {other[2], other[3], other[4], other[5]}
  else
    redis.call('HDEL', KEYS[2], devices[at])
  end
end
return {'ok', found, listed}`,
};

/** KEYS device, devices. ARGV workspace, lifetime, id to remove, key prefix of devices. */
export const REMOVE_DEVICE: Script = {
  repeatable: false,
  lua: `${DEVICE}
local hash = redis.call('HGET', KEYS[2], ARGV[3])
if not hash then return {'absent'} end
redis.call('HDEL', KEYS[2], ARGV[3])
if redis.call('DEL', ARGV[4] .. hash) == 0 then return {'absent'} end
return {'ok'}`,
};

/**
 * KEYS session, activity, gone, sessions. ARGV workspace, id, lifetime, lifetime of the gone note, name, facts, server session,
 * cap of the activity, dropped entries, entries…
 * A session that is already there under this id came from the same request, whose answer was lost: it is returned as it is.
 */
export const CREATE_SESSION: Script = {
  repeatable: true,
  lua: `${CLOCK}${USE}${LOG}
local owner = redis.call('HGET', KEYS[1], 'workspace')
if owner and owner ~= ARGV[1] then return {'taken'} end
if not owner then
  redis.call('HSET', KEYS[1], 'workspace', ARGV[1], 'name', ARGV[5], 'facts', ARGV[6], 'server', ARGV[7], 'epoch', 1)
  use(KEYS[1], KEYS[2], KEYS[3], KEYS[4], ARGV[2], ARGV[1], ARGV[3], ARGV[4])
  log(KEYS[1], KEYS[2], 10, tonumber(ARGV[9]), ARGV[8])
  redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', string.format('%.0f', time[1] * 1000000 + time[2] - ${LONGEST_SESSION_US}))
end
return {'ok', {}, redis.call('HGETALL', KEYS[1]), redis.call('PTTL', KEYS[1]), now}`,
};

/** KEYS device, devices, session, gone. ARGV workspace, lifetime of a device. */
export const LOOK_UP: Script = { repeatable: true, lua: `${SESSION} return state()` };

/** KEYS device, devices, session, gone, activity, sessions. ARGV workspace, lifetime of a device, id, lifetime, lifetime of the gone note. */
export const ENTER: Script = {
  repeatable: true,
  lua: `${SESSION}${USE}
use(KEYS[3], KEYS[5], KEYS[4], KEYS[6], ARGV[3], ARGV[1], ARGV[4], ARGV[5])
return state()`,
};

/** KEYS session. */
export const LOAD_SESSION: Script = {
  repeatable: true,
  lua: `${CLOCK}
if redis.call('EXISTS', KEYS[1]) == 0 then return {'absent'} end
return {'ok', {}, redis.call('HGETALL', KEYS[1]), redis.call('PTTL', KEYS[1]), now}`,
};

/** KEYS session, activity, gone. ARGV id, lifetime, lifetime of the gone note, key of sessions with %s for the workspace. */
export const TOUCH_SESSION: Script = {
  repeatable: true,
  lua: `${CLOCK}${USE}
local workspace = redis.call('HGET', KEYS[1], 'workspace')
if not workspace then return {'absent'} end
use(KEYS[1], KEYS[2], KEYS[3], string.format(ARGV[4], workspace), ARGV[1], workspace, ARGV[2], ARGV[3])
return {'ok'}`,
};

/** KEYS device, devices, sessions. ARGV workspace, lifetime of a device, key prefix of sessions. */
export const LIST_SESSIONS: Script = {
  repeatable: true,
  lua: `${DEVICE}
local listed = {}
for _, id in ipairs(redis.call('ZREVRANGE', KEYS[3], 0, -1)) do
  local key = ARGV[3] .. id
  local fields = redis.call('HGETALL', key)
  if #fields == 0 then
    redis.call('ZREM', KEYS[3], id)
  else
    listed[#listed + 1] = {id, fields, redis.call('PTTL', key)}
  end
end
return {'ok', found, listed, now}`,
};

/** KEYS device, devices, session, gone. ARGV workspace, lifetime of a device, name. */
export const RENAME_SESSION: Script = {
  repeatable: true,
  lua: `${SESSION} redis.call('HSET', KEYS[3], 'name', ARGV[3]) return state()`,
};

/** KEYS device, devices, session, gone, activity, sessions, lock. ARGV workspace, lifetime of a device, id. */
export const REMOVE_SESSION: Script = {
  repeatable: false,
  lua: `${SESSION}
local was = state()
redis.call('DEL', KEYS[3], KEYS[4], KEYS[5], KEYS[7])
redis.call('ZREM', KEYS[6], ARGV[3])
return was`,
};

/**
 * KEYS session, activity. ARGV cold starts, log level or '', subscribed or '', unsubscribed or '', most subscriptions, cap of the
 * activity, dropped entries, entries…
 */
export const SETTLE: Script = {
  repeatable: false,
  lua: `${LOG}
if redis.call('EXISTS', KEYS[1]) == 0 then return {'absent'} end
if tonumber(ARGV[1]) > 0 then redis.call('HINCRBY', KEYS[1], 'coldStarts', ARGV[1]) end
if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], 'logLevel', ARGV[2]) end
if ARGV[4] ~= '' then redis.call('HDEL', KEYS[1], 'sub:' .. ARGV[4]) end
if ARGV[3] ~= '' then
  local held = 0
  for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
    if string.sub(field, 1, 4) == 'sub:' then held = held + 1 end
  end
  if held < tonumber(ARGV[5]) then redis.call('HSET', KEYS[1], 'sub:' .. ARGV[3], '1') end
end
log(KEYS[1], KEYS[2], 8, tonumber(ARGV[7]), ARGV[6])
return {'ok'}`,
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

/** KEYS session. ARGV fence, server session. The same one under the same fence again is the repetition of a lost answer. */
export const PUBLISH: Script = {
  repeatable: true,
  lua: `
local stored = redis.call('HMGET', KEYS[1], 'workspace', 'fence', 'publishedFence', 'server')
if not stored[1] then return {'absent'} end
if stored[2] ~= ARGV[1] then return {'superseded'} end
if stored[3] ~= ARGV[1] or stored[4] ~= ARGV[2] then
  redis.call('HSET', KEYS[1], 'server', ARGV[2], 'publishedFence', ARGV[1])
  redis.call('HINCRBY', KEYS[1], 'epoch', 1)
  redis.call('HINCRBY', KEYS[1], 'renewals', 1)
end
return {'ok'}`,
};
