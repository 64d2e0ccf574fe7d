/**
 * Owns what a script in Redis is, and the pieces that scripts are put together from.
 *
 * Rules of every script: a key is written only together with its end; a session that is not there is never written to (HSET after the
 * end would make a key that lives forever); Redis TIME is the only clock; what belongs to a session ends with it.
 */

/** A script and whether running it twice leaves the same as running it once: then a lost answer may be asked for again. */
export type Script = { readonly lua: string; readonly repeatable: boolean };

/** How often a device's last use is written, ms: it is shown in minutes, and most calls need no write for it. */
const SEEN_EVERY_MS = 60_000;
/** Longest life that a session can be given (SESSION_TTL_SECONDS), microseconds: what is older in a list is surely over. */
export const LONGEST_SESSION_US = '86400000000';

// `extend` never shortens: deployments with different lifetimes may share one Redis. PTTL -1 (no end) is below every lifetime.
export const CLOCK = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function extend(key, ms)
  if redis.call('PTTL', key) < tonumber(ms) then redis.call('PEXPIRE', key, ms) end
end
`;

// KEYS 1 device, 2 devices of the workspace. ARGV 1 workspace, 2 lifetime of a device.
// The workspace comes from the token and is only a claim until the device's record says the same.
export const DEVICE = `${CLOCK}
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

// KEYS 3 session, 4 gone, after those of DEVICE. Goes on only where the session is there and of this workspace.
export const SESSION = `${DEVICE}
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

export const USE = `
local function use(session, activity, gone, sessions, id, workspace, ms, goneMs)
  redis.call('HSET', session, 'usedAt', string.format('%.0f', now))
  redis.call('PEXPIRE', session, ms)
  redis.call('PEXPIRE', activity, ms)
  redis.call('SET', gone, workspace, 'PX', goneMs)
  redis.call('ZADD', sessions, string.format('%.0f', time[1] * 1000000 + time[2]), id)
  extend(sessions, ms)
end
`;

// ARGV from `first` on are entries; `dropped` sequence numbers belong to entries that are not stored.
export const LOG = `
local function log(session, activity, first, dropped, cap)
  local count = #ARGV - first + 1
  if count + dropped == 0 then return end
  redis.call('HINCRBY', session, 'seq', count + dropped)
  for at = first, #ARGV do redis.call('RPUSH', activity, ARGV[at]) end
  redis.call('LTRIM', activity, -cap, -1)
  redis.call('PEXPIRE', activity, redis.call('PTTL', session))
end
`;
