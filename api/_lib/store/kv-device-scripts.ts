/**
 * Owns the scripts for devices, their keys and their pairing, and the one that tries out whether Redis may be written. What their answers
 * mean is kv-devices.ts; what the keys are for is vault/.
 */

import { MAX_PAIRING_MISSES, PAIRING_MISSES_WINDOW_MS } from '../limits.ts';
import { LEDGER } from './kv-call-scripts.ts';
import { allSessionKeys, deviceKey, openPairingKey, pairingKey, sessionsKey, workspaceKeysKey } from './kv-keys.ts';
import { ANY_DEVICE, CLOCK, DEVICE, RECORD, type Script } from './kv-lua.ts';

/** KEYS probe. ARGV lifetime. A write with an end, as all the others are: that is how a read-only token shows. */
export const PROBE: Script = { repeatable: true, lua: `return redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])` };

/** KEYS device, devices. ARGV workspace, lifetime, id, name, createdAt, token hash, membership, public key, share, ring or '', version. */
export const REGISTER_DEVICE: Script = {
  repeatable: true,
  lua: `${CLOCK}
redis.call('HSET', KEYS[1], 'workspace', ARGV[1], 'id', ARGV[3], 'name', ARGV[4], 'createdAt', ARGV[5], 'membership', ARGV[7],
  'publicKey', ARGV[8], 'share', ARGV[9], 'seenAt', string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('HSET', KEYS[2], ARGV[3], ARGV[6])
extend(KEYS[2], ARGV[2])
if ARGV[10] ~= '' then
  local workspaceKeys = string.format('${workspaceKeysKey('%s')}', ARGV[1])
  redis.call('HSET', workspaceKeys, 'ring', ARGV[10], 'version', ARGV[11])
  extend(workspaceKeys, ARGV[2])
end
return {'ok'}`,
};

/** KEYS device, devices. ARGV workspace, lifetime. */
export const FIND_DEVICE: Script = { repeatable: true, lua: `${ANY_DEVICE} seen() return {'ok', found}` };

// Each other device of the workspace: id, key. Forgets those that have ended by themselves.
const OTHERS = `
local function others()
  local devices, there = redis.call('HGETALL', KEYS[2]), {}
  for at = 1, #devices, 2 do
    local key = string.format('${deviceKey('%s')}', devices[at + 1])
    if redis.call('HGET', key, 'workspace') == ARGV[1] then
      there[#there + 1] = {id = devices[at], key = key}
    else
      redis.call('HDEL', KEYS[2], devices[at])
    end
  end
  return there
end
`;

/** KEYS device, devices. ARGV workspace, lifetime. */
export const LIST_DEVICES: Script = {
  repeatable: true,
  lua: `${DEVICE}${OTHERS}
local listed = {}
for _, other in ipairs(others()) do
  listed[#listed + 1] = redis.call('HMGET', other.key, 'id', 'name', 'createdAt', 'membership', 'publicKey', 'share', 'seenAt')
end
return {'ok', found, listed}`,
};

// ARGV 4 version that the change was made from or '', 5 ring or '', then ids and shares. `target` is the device that is changed.
const CHANGE = `
local hash = redis.call('HGET', KEYS[2], ARGV[3])
local target = hash and string.format('${deviceKey('%s')}', hash)
if not target or redis.call('HGET', target, 'workspace') ~= ARGV[1] then return {'absent'} end
local wasMember = redis.call('HGET', target, 'membership') == 'member'
local version = tonumber(redis.call('HGET', workspaceKeys, 'version')) or 0
local isNewer = ARGV[4] ~= '' and tonumber(ARGV[4]) ~= version
local function change()
  redis.call('HSET', workspaceKeys, 'version', version + 1)
  if ARGV[5] ~= '' then redis.call('HSET', workspaceKeys, 'ring', ARGV[5]) end
  extend(workspaceKeys, ARGV[2])
  for at = 6, #ARGV, 2 do
    local other = redis.call('HGET', KEYS[2], ARGV[at])
    local key = other and string.format('${deviceKey('%s')}', other)
    if key and redis.call('EXISTS', key) == 1 then redis.call('HSET', key, 'share', ARGV[at + 1]) end
  end
end
`;

/** KEYS device, devices. ARGV workspace, lifetime, id, then as CHANGE. One that is a member already was let in by the lost answer or by another. */
export const ADMIT_DEVICE: Script = {
  repeatable: true,
  lua: `${DEVICE}${CHANGE}
if wasMember then return {'ok'} end
if isNewer then return {'superseded'} end
change()
redis.call('HSET', target, 'membership', 'member')
redis.call('PEXPIRE', target, ARGV[2])
extend(KEYS[2], ARGV[2])
return {'ok'}`,
};

// ARGV 1 workspace. Its open pairing: hash of the code, and the device that made it.
const PAIRING = `
local pairing = string.format('${openPairingKey('%s')}', ARGV[1])
local function closePairing(madeBy)
  local code, maker = string.match(redis.call('GET', pairing) or '', '^(%S+) ?(.*)$')
  if not code or (madeBy and madeBy ~= maker) then return end
  redis.call('DEL', pairing, string.format('${pairingKey('%s')}', code))
end
`;

/** KEYS device, devices. ARGV workspace, lifetime, id, then as CHANGE. Who waits may remove itself, and nobody else. */
export const REMOVE_DEVICE: Script = {
  repeatable: false,
  lua: `${ANY_DEVICE}
if not isMember and device[2] ~= ARGV[3] then return {'waiting'} end
${CHANGE}${OTHERS}${RECORD}${LEDGER}${PAIRING}
if wasMember and isNewer then return {'superseded'} end
redis.call('HDEL', KEYS[2], ARGV[3])
redis.call('DEL', target)
if not wasMember then return {'ok'} end
closePairing(ARGV[3])
local stay, members = others(), 0
for _, other in ipairs(stay) do
  if redis.call('HGET', other.key, 'membership') == 'member' then members = members + 1 end
end
if members > 0 then
  change()
  return {'ok'}
end
for _, other in ipairs(stay) do redis.call('DEL', other.key) end
local sessions = string.format('${sessionsKey('%s')}', ARGV[1])
for _, id in ipairs(redis.call('ZRANGE', sessions, 0, -1)) do
  local names = {}
  for at, format in ipairs({${allSessionKeys('%s')
    .map((key) => `'${key}'`)
    .join(', ')}}) do names[at] = string.format(format, id) end
  if redis.call('HGET', names[1], 'workspace') == ARGV[1] then
    for _, key in ipairs(redis.call('ZRANGE', names[3], 0, -1)) do forget(find(id, key)) end
    local secrets = secretsOf(names[1])
    if secrets then redis.call('DEL', secrets) end
    redis.call('DEL', unpack(names))
  end
end
closePairing()
redis.call('DEL', KEYS[2], workspaceKeys, sessions)
return {'ended'}`,
};

/** KEYS device, devices. ARGV workspace, lifetime, hash of the code, lifetime of the code. */
export const OPEN_PAIRING: Script = {
  repeatable: true,
  lua: `${DEVICE}${PAIRING}
closePairing()
redis.call('SET', pairing, ARGV[3] .. ' ' .. device[2], 'PX', ARGV[4])
redis.call('SET', string.format('${pairingKey('%s')}', ARGV[3]), ARGV[1], 'PX', ARGV[4])
return {'ok'}`,
};

/** KEYS pairing, misses. */
export const TAKE_PAIRING: Script = {
  repeatable: false,
  lua: `
if (tonumber(redis.call('GET', KEYS[2])) or 0) >= ${MAX_PAIRING_MISSES} then return {'held'} end
local workspace = redis.call('GET', KEYS[1])
if workspace then
  redis.call('DEL', KEYS[1])
  return {'ok', workspace}
end
if redis.call('INCR', KEYS[2]) == 1 then redis.call('PEXPIRE', KEYS[2], ${PAIRING_MISSES_WINDOW_MS}) end
return {'absent'}`,
};
