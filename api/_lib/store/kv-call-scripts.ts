/**
 * Owns the scripts for the calls of a session. What their answers mean is kv-calls.ts, what may happen to a call ledger-rules.ts, what a
 * settlement writes kv-settle-script.ts; the rules of all scripts are in kv-lua.ts.
 *
 * A call is a hash, its lease a key that ends by itself, its events a list. An entry lives as long as its session or its lease while it
 * runs, and for a fixed time once it has ended.
 */
import { MAX_LEDGER_CALLS, SETTLED_CALL_TTL_SECONDS } from '../../../shared/limits.ts';
import { UNLISTED_CALL_TTL_MS } from '../limits.ts';
import { CALL_PREFIX, EVENTS_PREFIX, LEASE_PREFIX } from './kv-keys.ts';
import { CLOCK, READ_KEPT, type Script, SESSION, USE } from './kv-lua.ts';
import { CALL_RULES, type CallAct } from './ledger-rules.ts';

/** The moves of an act as a table of Lua, by standing. */
export const toMoves = (act: CallAct): string =>
  `{${Object.entries(CALL_RULES[act])
    .map(([standing, move]) => `${standing} = '${move}'`)
    .join(', ')}}`;

// Needs CLOCK. `look` is `classifyCall` of ledger-rules.ts; a state that nobody knows counts as settled, so that nothing runs again.
export const LEDGER = `
local function find(id, key)
  local name = id .. ':' .. key
  return {key = key, call = '${CALL_PREFIX}' .. name, lease = '${LEASE_PREFIX}' .. name, events = '${EVENTS_PREFIX}' .. name}
end
local function look(at, owner)
  local stored = redis.call('HMGET', at.call, 'state', 'owner', 'adopted', 'eventId', 'cancel')
  if not stored[1] then return 'absent' end
  if stored[1] ~= 'pending' and stored[1] ~= 'sent' then return 'settled' end
  if stored[2] == owner then return stored[3] and 'adopted' or 'ours' end
  if redis.call('EXISTS', at.lease) == 1 then return 'held' end
  if stored[1] == 'pending' then return stored[5] and 'unwanted' or 'unsent' end
  return stored[4] and 'resumable' or 'lost'
end
local function forget(at) redis.call('DEL', at.call, at.lease, at.events) end
local function lengthen(at, ms)
  extend(at.call, ms)
  extend(at.events, ms)
end
local function keepRunning(calls, id, ms)
  for _, key in ipairs(redis.call('ZRANGEBYSCORE', calls, '-inf', '(0')) do lengthen(find(id, key), ms) end
end
local function hold(at, session, owner, ms)
  redis.call('HSET', at.call, 'owner', owner)
  redis.call('SET', at.lease, owner, 'PX', ms)
  lengthen(at, math.max(redis.call('PTTL', session), tonumber(ms)))
end
local function recount(session, calls)
  redis.call('HSET', session, 'running', redis.call('ZCOUNT', calls, '-inf', '(0'))
end
local function list(at, session, calls, sign)
  redis.call('ZADD', calls, sign .. string.format('%.0f', time[1] * 1000000 + time[2]), at.key)
  extend(calls, redis.call('PTTL', session))
  recount(session, calls)
end
local function finish(at, session, calls, id, state)
  redis.call('HSET', at.call, 'state', state, 'settledAt', string.format('%.0f', now))
  redis.call('DEL', at.lease)
  redis.call('PEXPIRE', at.call, ${SETTLED_CALL_TTL_SECONDS * 1000})
  redis.call('PEXPIRE', at.events, ${SETTLED_CALL_TTL_SECONDS * 1000})
  if redis.call('EXISTS', session) == 0 then return end
  list(at, session, calls, '')
  local over = redis.call('ZCOUNT', calls, '(0', '+inf') - ${MAX_LEDGER_CALLS}
  if over <= 0 then return end
  -- Loses its result now and is forgotten later: a copy of the request that is still on its way must not run.
  for _, key in ipairs(redis.call('ZREVRANGEBYSCORE', calls, '+inf', '(0', 'LIMIT', ${MAX_LEDGER_CALLS}, 1)) do
    local full = find(id, key)
    redis.call('HDEL', full.call, 'response')
    redis.call('DEL', full.events)
  end
  local old = string.format('%.0f', (now - ${UNLISTED_CALL_TTL_MS}) * 1000)
  for _, key in ipairs(redis.call('ZRANGEBYSCORE', calls, '(0', old, 'LIMIT', 0, over)) do
    forget(find(id, key))
    redis.call('ZREM', calls, key)
  end
end
-- Ends a call that nobody will end any more, where the move says so.
local function conclude(move, at, session, calls, id)
  if move == 'fail' then finish(at, session, calls, id, 'failed') end
  if move == 'doubt' then finish(at, session, calls, id, 'unknown') end
end
local function adopt(at, session, owner, ms)
  redis.call('HSET', at.call, 'adopted', '1')
  hold(at, session, owner, ms)
end
`;

/**
 * KEYS device, devices, session, gone, sessions, calls, activity, messages, answers. ARGV workspace, lifetime of a device, id, lifetime,
 * lifetime of the gone note, key, body hash, owner, lease, state, facts. Returns state, how the call stood before, its fields.
 */
export const ENTER_CALL: Script = {
  repeatable: true,
  lua: `${SESSION}${USE}${LEDGER}
use(KEYS[3], KEYS[4], KEYS[5], {unpack(KEYS, 6)}, ARGV[3], ARGV[1], ARGV[4], ARGV[5])
keepRunning(KEYS[6], ARGV[3], ARGV[4])
local at = find(ARGV[3], ARGV[6])
local standing = look(at, ARGV[8])
if standing ~= 'absent' and redis.call('HGET', at.call, 'bodyHash') ~= ARGV[7] then
  local refused = state()
  refused[6] = 'conflict'
  return refused
end
if standing == 'absent' then
  redis.call('HSET', at.call, 'bodyHash', ARGV[7], 'startedAt', string.format('%.0f', now))
  list(at, KEYS[3], KEYS[6], '-')
  standing = 'unsent'
end
local move = (${toMoves('enter')})[standing]
if move == 'begin' then
  redis.call('HSET', at.call, 'facts', ARGV[11], 'device', found[2] or '', 'epoch', redis.call('HGET', KEYS[3], 'epoch') or 1)
end
if move == 'begin' or (standing == 'ours' and ARGV[10] == 'sent') then redis.call('HSET', at.call, 'state', ARGV[10]) end
if move == 'begin' or move == 'hold' then hold(at, KEYS[3], ARGV[8], ARGV[9]) end
if move == 'adopt' then adopt(at, KEYS[3], ARGV[8], ARGV[9]) end
conclude(move, at, KEYS[3], KEYS[6], ARGV[3])
local entered = state()
entered[6] = standing
entered[7] = redis.call('HGETALL', at.call)
return entered`,
};

/**
 * KEYS session. ARGV id, key, owner, lease, state or '', epoch or ''. A call that somebody wants to cancel is not marked as sent: it
 * must not be. Sending it again later is beginning anew, so it is no longer an adopted one.
 */
export const ADVANCE_CALL: Script = {
  repeatable: true,
  lua: `${CLOCK}${LEDGER}
local at = find(ARGV[1], ARGV[2])
if (${toMoves('advance')})[look(at, ARGV[3])] ~= 'hold' then return {'lost'} end
local cancel = redis.call('HGET', at.call, 'cancel')
hold(at, KEYS[1], ARGV[3], ARGV[4])
if ARGV[5] == 'pending' then redis.call('HDEL', at.call, 'adopted', 'eventId') end
if ARGV[5] == 'pending' or (ARGV[5] == 'sent' and not cancel) then redis.call('HSET', at.call, 'state', ARGV[5]) end
if ARGV[6] ~= '' then redis.call('HSET', at.call, 'epoch', ARGV[6]) end
return {cancel and 'cancelled' or 'ok'}`,
};

/** KEYS device, devices, session, gone, calls. ARGV workspace, lifetime of a device, id, key, after. Returns state, fields, first number, events. */
export const READ_CALL: Script = {
  repeatable: true,
  lua: `${SESSION}${LEDGER}${READ_KEPT}
local at = find(ARGV[3], ARGV[4])
conclude((${toMoves('read')})[look(at, '')], at, KEYS[3], KEYS[5], ARGV[3])
local read = state()
read[6] = redis.call('HGETALL', at.call)
read[7], read[8] = readKept(at.call, 'events', at.events, tonumber(ARGV[5]))
return read`,
};

/** KEYS session. ARGV id, key, owner, lease. */
export const ADOPT_CALL: Script = {
  repeatable: true,
  lua: `${CLOCK}${LEDGER}
if redis.call('EXISTS', KEYS[1]) == 0 then return {'absent'} end
local at = find(ARGV[1], ARGV[2])
local move = (${toMoves('adopt')})[look(at, ARGV[3])]
if move ~= 'adopt' and move ~= 'hold' then return {'absent'} end
adopt(at, KEYS[1], ARGV[3], ARGV[4])
return {'ok', redis.call('HGETALL', at.call)}`,
};

/** KEYS device, devices, session, gone, calls. ARGV workspace, lifetime of a device, id. Returns state, then key and fields of each call. */
export const LIST_CALLS: Script = {
  repeatable: true,
  lua: `${SESSION}${LEDGER}
local fields = {'facts', 'device', 'state', 'startedAt', 'settledAt', 'progress', 'cancel', 'eventId', 'epoch'}
local listed = {}
local function add(keys)
  for _, key in ipairs(keys) do
    local at = find(ARGV[3], key)
    local standing = look(at, '')
    if standing == 'absent' then
      redis.call('ZREM', KEYS[5], key)
      recount(KEYS[3], KEYS[5])
    else
      conclude((${toMoves('read')})[standing], at, KEYS[3], KEYS[5], ARGV[3])
      listed[#listed + 1] = {key, redis.call('HMGET', at.call, unpack(fields))}
    end
  end
end
local settled = redis.call('ZREVRANGEBYSCORE', KEYS[5], '+inf', '(0', 'LIMIT', 0, ${MAX_LEDGER_CALLS})
add(redis.call('ZRANGEBYSCORE', KEYS[5], '-inf', '(0'))
add(settled)
local read = state()
read[6] = fields
read[7] = listed
return read`,
};

/** KEYS device, devices, session, gone, calls. ARGV workspace, lifetime of a device, id, key. Returns state, fields. */
export const REQUEST_CANCEL: Script = {
  repeatable: true,
  lua: `${SESSION}${LEDGER}
local at = find(ARGV[3], ARGV[4])
local move = (${toMoves('cancel')})[look(at, '')]
if move == 'mark' or move == 'fail' then redis.call('HSET', at.call, 'cancel', '1') end
conclude(move, at, KEYS[3], KEYS[5], ARGV[3])
local read = state()
read[6] = redis.call('HGETALL', at.call)
return read`,
};
