/** Owns the scripts for devices, and the one that tries out whether Redis may be written. What their answers mean is kv.ts. */
import { CLOCK, DEVICE, type Script } from './kv-lua.ts';

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
