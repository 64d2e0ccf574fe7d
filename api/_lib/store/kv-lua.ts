/**
 * Owns what a script in Redis is, and the pieces that scripts are put together from.
 *
 * Rules of every script: a key is written only together with its end; a session that is not there is never written to (HSET after the
 * end would make a key that lives forever); Redis TIME is the only clock; what belongs to a session ends with it.
 */
import { DEVICE_TTL_SECONDS, SERVER_SECRETS_TTL_SECONDS } from '../../../shared/limits.ts';
import { SEEN_EVERY_MS } from '../limits.ts';
import type { Credential } from './device-registry.ts';
import { SECRETS_PREFIX, workspaceKeysKey } from './kv-keys.ts';

/** A script and whether running it twice leaves the same as running it once: then a lost answer may be asked for again. */
export type Script = { readonly lua: string; readonly repeatable: boolean };

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

// The fields of a session, with what is kept for its server.
export const RECORD = `
local function secretsOf(session)
  local where = redis.call('HMGET', session, 'workspace', 'serverKey')
  return where[2] and '${SECRETS_PREFIX}' .. where[1] .. ':' .. where[2]
end
local function record(session)
  local fields = redis.call('HGETALL', session)
  local secrets = secretsOf(session)
  local kept = secrets and redis.call('HMGET', secrets, 'text', 'version') or {}
  for at, name in ipairs({'secrets', 'secretsVersion'}) do
    if kept[at] then
      fields[#fields + 1] = name
      fields[#fields + 1] = kept[at]
    end
  end
  return fields
end
`;

// KEYS 1 device, 2 devices of the workspace. ARGV 1 workspace, 2 lifetime of a device.
// The workspace comes from the token and is only a claim until the device's record says the same.
export const ANY_DEVICE = `${CLOCK}
local device = redis.call('HMGET', KEYS[1], 'workspace', 'id', 'name', 'createdAt', 'membership', 'publicKey', 'share', 'seenAt')
if not device[1] or device[1] ~= ARGV[1] then return {'unauthorized'} end
local workspaceKeys = string.format('${workspaceKeysKey('%s')}', ARGV[1])
local isMember = not device[5] or device[5] == 'member'
local function seen()
  redis.call('HSET', KEYS[1], 'seenAt', string.format('%.0f', now))
  -- One that waits ends when it would have ended anyway.
  if not isMember then return end
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  extend(KEYS[2], ARGV[2])
  extend(workspaceKeys, ARGV[2])
end
if now - (tonumber(device[8]) or 0) > ${SEEN_EVERY_MS} then seen() end
local found = {unpack(device, 2, 7)}
for _, value in ipairs(redis.call('HMGET', workspaceKeys, 'ring', 'version')) do found[#found + 1] = value end
`;

export const DEVICE = `${ANY_DEVICE}
if not isMember then return {'waiting'} end
`;

/** The first values of every script that checks a token. */
export const toClaim = ({ workspaceId }: Credential): (string | number)[] => [workspaceId, DEVICE_TTL_SECONDS * 1000];

// KEYS 3 session, 4 gone, after those of DEVICE. Goes on only where the session is there and of this workspace.
export const SESSION = `${DEVICE}${RECORD}
local owner = redis.call('HGET', KEYS[3], 'workspace')
if not owner then
  if redis.call('GET', KEYS[4]) == ARGV[1] then return {'expired'} end
  return {'absent'}
end
if owner ~= ARGV[1] then return {'absent'} end
local function state()
  return {'ok', found, record(KEYS[3]), redis.call('PTTL', KEYS[3]), now}
end
`;

// `kept` are the keys that end with the session. Needs RECORD.
export const USE = `
local function use(session, gone, sessions, kept, id, workspace, ms, goneMs)
  redis.call('HSET', session, 'usedAt', string.format('%.0f', now))
  redis.call('PEXPIRE', session, ms)
  for _, key in ipairs(kept) do redis.call('PEXPIRE', key, ms) end
  redis.call('SET', gone, workspace, 'PX', goneMs)
  local secrets = secretsOf(session)
  if secrets then redis.call('PEXPIRE', secrets, ${SERVER_SECRETS_TTL_SECONDS * 1000}) end
  redis.call('ZADD', sessions, string.format('%.0f', time[1] * 1000000 + time[2]), id)
  extend(sessions, ms)
end
`;

// ARGV from `first` to `last` are entries; `dropped` sequence numbers belong to entries that are not stored.
export const LOG = `
local function log(session, activity, first, last, dropped, cap)
  local count = last - first + 1
  if count + dropped == 0 then return end
  redis.call('HINCRBY', session, 'seq', count + dropped)
  for at = first, last do redis.call('RPUSH', activity, ARGV[at]) end
  redis.call('LTRIM', activity, -cap, -1)
  redis.call('PEXPIRE', activity, redis.call('PTTL', session))
end
`;

// Numbered texts: a list of the newest without gaps, and in a hash the number and the sum of bytes (fields `last`, `size`). What is stored
// already is left out; where numbers are missed, what came before them goes.
export const KEEP = `
local function keep(hash, last, size, list, from, texts, most, mostBytes)
  local stored = redis.call('HMGET', hash, last, size)
  local number, bytes = tonumber(stored[1]) or 0, tonumber(stored[2]) or 0
  if #texts == 0 and from <= number + 1 then return end
  if from > number + 1 then
    redis.call('DEL', list)
    number, bytes = from - 1, 0
  end
  if redis.call('LLEN', list) == 0 then bytes = 0 end
  for at = number - from + 2, #texts do
    redis.call('RPUSH', list, texts[at])
    number, bytes = number + 1, bytes + #texts[at]
  end
  while redis.call('LLEN', list) > most or bytes > mostBytes do
    local text = redis.call('LPOP', list)
    bytes = text and bytes - #text or 0
  end
  redis.call('HSET', hash, last, number, size, bytes)
  redis.call('PEXPIRE', list, redis.call('PTTL', hash))
end
`;

// Returns the number of the first text that is kept, and the texts after a number.
export const READ_KEPT = `
local function readKept(hash, last, list, after)
  local first = (tonumber(redis.call('HGET', hash, last)) or 0) - redis.call('LLEN', list) + 1
  return first, redis.call('LRANGE', list, math.max(0, after + 1 - first), -1)
end
`;
