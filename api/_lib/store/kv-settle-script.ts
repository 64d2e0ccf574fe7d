/** Owns the script that writes a settlement. Its arguments are put in order by kv-settle.ts; calls are kv-call-scripts.ts. */
import { MAX_CALL_EVENTS } from '../../../shared/limits.ts';
import { MAX_STORED_EVENTS_BYTES, WRITTEN_TTL_MS } from '../limits.ts';

import { LEDGER, toMoves } from './kv-call-scripts.ts';
import { CLOCK, KEEP, LOG, type Script } from './kv-lua.ts';

/**
 * KEYS session, activity, calls, settlements. ARGV id of the session, of the settlement, cold starts, log level or '',
 * subscribed or '', unsubscribed or '', most subscriptions, whether the server was reached (1, 0 or ''), question asked or '', answered, '*' or '', most questions, cap of the activity, dropped entries, whether a sign-in is awaited (1, 0 or ''), entries with their count before them;
 * then calls that go on, counted, each with key, owner, progress or '', event id or '', first number and its events, counted; then calls
 * that have ended, counted, each with key, owner, state, response or '', size of a dropped response or ''.
 *
 * The end of a call is written even where the session has run out in between, because its entry may outlive it; nothing else is.
 */
export const SETTLE: Script = {
  repeatable: true,
  lua: `${CLOCK}${LOG}${LEDGER}${KEEP}
local read = 14
local function take()
  read = read + 1
  return ARGV[read]
end
local function takeTexts()
  local texts = {}
  for place = 1, tonumber(take()) do texts[place] = take() end
  return texts
end
local function isOwn(at, owner) return (${toMoves('settle')})[look(at, owner)] == 'write' end

local live = redis.call('EXISTS', KEYS[1]) == 1
if live then
  if redis.call('ZADD', KEYS[4], 'NX', now, ARGV[2]) == 0 then return {'ok'} end
  redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now - ${WRITTEN_TTL_MS})
  redis.call('PEXPIRE', KEYS[4], ${WRITTEN_TTL_MS})
  if tonumber(ARGV[3]) > 0 then redis.call('HINCRBY', KEYS[1], 'coldStarts', ARGV[3]) end
  if ARGV[8] ~= '' then redis.call('HSET', KEYS[1], 'reachable', ARGV[8]) end
  if ARGV[14] ~= '' then redis.call('HSET', KEYS[1], 'awaits', ARGV[14]) end
  local open = {}
  if ARGV[9] ~= '' or ARGV[10] == '*' then
    for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
      if string.sub(field, 1, 4) == 'ask:' then open[#open + 1] = field end
    end
  end
  if ARGV[10] == '*' and #open > 0 then redis.call('HDEL', KEYS[1], unpack(open)) end
  if ARGV[10] ~= '' then redis.call('HDEL', KEYS[1], 'ask:' .. ARGV[10]) end
  if ARGV[9] ~= '' and #open < tonumber(ARGV[11]) then redis.call('HSET', KEYS[1], 'ask:' .. ARGV[9], '1') end
  if ARGV[4] ~= '' then redis.call('HSET', KEYS[1], 'logLevel', ARGV[4]) end
  if ARGV[6] ~= '' then redis.call('HDEL', KEYS[1], 'sub:' .. ARGV[6]) end
  if ARGV[5] ~= '' then
    local held = 0
    for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
      if string.sub(field, 1, 4) == 'sub:' then held = held + 1 end
    end
    if held < tonumber(ARGV[7]) then redis.call('HSET', KEYS[1], 'sub:' .. ARGV[5], '1') end
  end
end
local count = tonumber(take())
if live then log(KEYS[1], KEYS[2], read + 1, read + count, tonumber(ARGV[13]), ARGV[12]) end
read = read + count
for _ = 1, tonumber(take()) do
  local at = find(ARGV[1], take())
  local owner, progress, eventId, from, events = take(), take(), take(), tonumber(take()), takeTexts()
  if live and isOwn(at, owner) then
    if progress ~= '' then redis.call('HSET', at.call, 'progress', progress) end
    if eventId ~= '' then redis.call('HSET', at.call, 'eventId', eventId) end
    keep(at.call, 'events', 'eventBytes', at.events, from, events, ${MAX_CALL_EVENTS}, ${MAX_STORED_EVENTS_BYTES})
  end
end
for _ = 1, tonumber(take()) do
  local at = find(ARGV[1], take())
  local owner, state, response, dropped = take(), take(), take(), take()
  if isOwn(at, owner) then
    if response ~= '' then redis.call('HSET', at.call, 'response', response) end
    if dropped ~= '' then redis.call('HSET', at.call, 'dropped', dropped) end
    finish(at, KEYS[1], KEYS[3], ARGV[1], state)
  end
end
return {live and 'ok' or 'absent'}`,
};
