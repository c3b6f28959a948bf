/**
 * The steps of a fleet's memory as Redis runs them: each whole, or not at all. KEYS[1] is the beginning of every key of the fleet; it holds
 * the one hash tag that keeps them together in a cluster.
 *
 *   tokens, states, heard   hashes: of each daemon its session, what it tells of itself, and when it was last heard (ms since 1970)
 *   lease:DAEMON            its session's token, for as long as it is alive
 *   legs:DAEMON             hash: its callers' legs, and the call on each
 *   call:CALL               hash: owner, token, leg, record, and who has given it to its owner
 *   drain:DAEMON            an operator wants it to drain
 *   taken:DAEMON:LEG        who has taken this caller from it, or back: one of whom nothing was written can be taken once
 *   journal:CONVERSATION    list: what was done in it
 */

/** A call lasts at most a day. */
const KEPT_MS = 24 * 60 * 60 * 1000;
/** A daemon that was frozen for longer is not believed to wake up and write, ms. */
const OVER_KNOWN_MS = 60 * 60 * 1000;
/** A daemon that died before anything was written of a caller is looked after for so long, ms. */
const LOOKED_AFTER_MS = 30_000;

/** What every script begins with. */
export const COMMON = `
local K = KEYS[1]
local KEPT = ${KEPT_MS}
local function nowMs()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end
local function holds(id, token) return redis.call('GET', K .. 'lease:' .. id) == token end
local function owns(call, id, token)
  local o = redis.call('HMGET', K .. 'call:' .. call, 'owner', 'token')
  return o[1] == id and o[2] == token
end
local function own(call, leg, id, token)
  redis.call('HSET', K .. 'call:' .. call, 'owner', id, 'token', token, 'leg', leg)
  redis.call('PEXPIRE', K .. 'call:' .. call, KEPT)
  redis.call('HSET', K .. 'legs:' .. id, leg, call)
  redis.call('PEXPIRE', K .. 'legs:' .. id, KEPT)
end
local function told(id, token, state, leaseMs)
  redis.call('HSET', K .. 'tokens', id, token)
  redis.call('HSET', K .. 'states', id, state)
  redis.call('HSET', K .. 'heard', id, nowMs())
  redis.call('SET', K .. 'lease:' .. id, token, 'PX', leaseMs)
  for _, key in ipairs({'tokens', 'states', 'heard'}) do redis.call('PEXPIRE', K .. key, KEPT) end
end
`;

/** ARGV: daemon, state, lease. Gives the token: greater than any before, also of a Redis that was emptied. */
const JOIN = `${COMMON}
local id = ARGV[1]
local last = tonumber(redis.call('GET', K .. 'token') or '0')
local token = string.format('%.0f', math.max(nowMs(), last + 1))
redis.call('SET', K .. 'token', token, 'PX', KEPT)
told(id, token, ARGV[2], ARGV[3])
redis.call('DEL', K .. 'drain:' .. id)
local legs = redis.call('HGETALL', K .. 'legs:' .. id)
for i = 1, #legs, 2 do own(legs[i + 1], legs[i], id, token) end
return token
`;

/** ARGV: daemon, token, state, lease. Gives hold, whether to drain, calls elsewhere, these by tenant and what others ask providers for as JSON, when the first of their leases runs out (ms from now, -1 for never), and of each that is no more: name, token, state, calls. */
const BEAT = `${COMMON}
local id, token = ARGV[1], ARGV[2]
local known = redis.call('HGET', K .. 'tokens', id)
if known and known ~= token then return {'lost', 0, 0, '{}', '{}', -1} end
local hold = 'held'
if not known then hold = 'emptied' elseif not holds(id, token) then hold = 'lapsed' end
told(id, token, ARGV[3], ARGV[4])
local answer = {hold, redis.call('EXISTS', K .. 'drain:' .. id), 0, '{}', '{}', -1}
local elsewhere = 0
local ofTenants = {}
local others = {daemons = 0, synthesis = 0, recognition = 0}
local now = nowMs()
local tokens = redis.call('HGETALL', K .. 'tokens')
for i = 1, #tokens, 2 do
  local other = tokens[i]
  if other ~= id then
    local state = redis.call('HGET', K .. 'states', other) or '{}'
    local lasts = redis.call('PTTL', K .. 'lease:' .. other)
    if lasts >= 0 then
      if answer[6] < 0 or lasts < answer[6] then answer[6] = lasts end
      local of = cjson.decode(state)
      elsewhere = elsewhere + (of.calls or 0)
      others.daemons = others.daemons + 1
      local requests = of.requestsPerSecond or {}
      others.synthesis = others.synthesis + (requests.synthesis or 0)
      others.recognition = others.recognition + (requests.recognition or 0)
      for tenant, calls in pairs(of.callsByTenant or {}) do
        ofTenants[tenant] = (ofTenants[tenant] or 0) + calls
      end
    else
      local left = redis.call('HLEN', K .. 'legs:' .. other)
      local silent = now - tonumber(redis.call('HGET', K .. 'heard', other) or '0')
      if left > 0 or silent < ${LOOKED_AFTER_MS} then
        for _, told in ipairs({other, tokens[i + 1], state, left}) do table.insert(answer, told) end
      elseif silent > ${OVER_KNOWN_MS} then
        for _, key in ipairs({'tokens', 'states', 'heard'}) do redis.call('HDEL', K .. key, other) end
      end
    end
  end
end
answer[3] = elsewhere
answer[4] = cjson.encode(ofTenants)
answer[5] = cjson.encode(others)
return answer
`;

/** ARGV: daemon, token. */
const LEAVE = `${COMMON}
if holds(ARGV[1], ARGV[2]) then redis.call('DEL', K .. 'lease:' .. ARGV[1]) end
`;

/** Gives of each daemon: name, token, state, when heard, whether it is alive. */
const DAEMONS = `${COMMON}
local answer = {}
local tokens = redis.call('HGETALL', K .. 'tokens')
for i = 1, #tokens, 2 do
  local id = tokens[i]
  local all = {id, tokens[i + 1], redis.call('HGET', K .. 'states', id) or '{}',
    redis.call('HGET', K .. 'heard', id) or '0', redis.call('EXISTS', K .. 'lease:' .. id)}
  for _, each in ipairs(all) do table.insert(answer, each) end
end
return answer
`;

/** ARGV: daemon, token, call, leg, record. */
const KEEP = `${COMMON}
local id, token, call, leg = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
if not holds(id, token) then return 0 end
if not owns(call, id, token) and
  (redis.call('EXISTS', K .. 'call:' .. call) == 1 or redis.call('EXISTS', K .. 'taken:' .. id .. ':' .. leg) == 1)
then return 0 end
redis.call('HSET', K .. 'call:' .. call, 'record', ARGV[5])
own(call, leg, id, token)
return 1
`;

/** ARGV: daemon, token, call. Whose it was stays known: an earlier owner may wake up and write once more. */
const DROP = `${COMMON}
local id, token, call = ARGV[1], ARGV[2], ARGV[3]
if not holds(id, token) or not owns(call, id, token) then return 0 end
local leg = redis.call('HGET', K .. 'call:' .. call, 'leg')
if redis.call('HGET', K .. 'legs:' .. id, leg) == call then redis.call('HDEL', K .. 'legs:' .. id, leg) end
redis.call('HDEL', K .. 'call:' .. call, 'record')
redis.call('PEXPIRE', K .. 'call:' .. call, ${OVER_KNOWN_MS})
return 1
`;

/** ARGV: daemon, token, leg, to. */
const GIVE = `${COMMON}
local id, token, leg, to = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local call = redis.call('HGET', K .. 'legs:' .. id, leg)
local theirs = redis.call('GET', K .. 'lease:' .. to)
if not call or not theirs or not holds(id, token) or not owns(call, id, token) then return 0 end
redis.call('HDEL', K .. 'legs:' .. id, leg)
redis.call('DEL', K .. 'taken:' .. to .. ':' .. leg)
own(call, leg, to, theirs)
redis.call('HSET', K .. 'call:' .. call, 'giver', id .. ' ' .. token)
return 1
`;

/** ARGV: daemon, token, leg, from. A call that was accepted has no giver any more, and one that was begun is another call on that leg. */
const TAKE_BACK = `${COMMON}
local id, token, leg, from = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local call = redis.call('HGET', K .. 'legs:' .. from, leg)
if not call or not holds(id, token) then return 0 end
if redis.call('HGET', K .. 'call:' .. call, 'giver') ~= id .. ' ' .. token then return 0 end
redis.call('HDEL', K .. 'call:' .. call, 'giver')
redis.call('HDEL', K .. 'legs:' .. from, leg)
redis.call('SET', K .. 'taken:' .. from .. ':' .. leg, id, 'PX', ${OVER_KNOWN_MS})
redis.call('DEL', K .. 'taken:' .. id .. ':' .. leg)
own(call, leg, id, token)
return 1
`;

/** ARGV: daemon, token, from, leg. Gives nothing, `unknown`, or `record` with it. */
const CLAIM = `${COMMON}
local id, token, from, leg = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
if not holds(id, token) or redis.call('EXISTS', K .. 'lease:' .. from) == 1 then return {} end
local call = redis.call('HGET', K .. 'legs:' .. from, leg)
local taken = K .. 'taken:' .. from .. ':' .. leg
local mine = K .. 'taken:' .. id .. ':' .. leg
if not call then
  if redis.call('SET', taken, id, 'NX', 'PX', ${OVER_KNOWN_MS}) then
    redis.call('DEL', mine)
    return {'unknown'}
  end
  return {}
end
redis.call('DEL', mine)
redis.call('SET', taken, id, 'PX', ${OVER_KNOWN_MS})
redis.call('HDEL', K .. 'legs:' .. from, leg)
own(call, leg, id, token)
local record = redis.call('HGET', K .. 'call:' .. call, 'record')
if not record then return {'unknown'} end
return {'record', record}
`;

/** ARGV: daemon, token, leg. Gives what CLAIM does. */
const ACCEPT = `${COMMON}
local id, token, leg = ARGV[1], ARGV[2], ARGV[3]
local call = redis.call('HGET', K .. 'legs:' .. id, leg)
if not call or not owns(call, id, token) then
  if redis.call('EXISTS', K .. 'taken:' .. id .. ':' .. leg) == 1 then return {} end
  return {'unknown'}
end
redis.call('HDEL', K .. 'call:' .. call, 'giver')
local record = redis.call('HGET', K .. 'call:' .. call, 'record')
if not record then return {'unknown'} end
return {'record', record}
`;

/** ARGV: daemon, token. Gives the records. */
const OWN = `${COMMON}
local answer = {}
local legs = redis.call('HGETALL', K .. 'legs:' .. ARGV[1])
for i = 1, #legs, 2 do
  local record = redis.call('HGET', K .. 'call:' .. legs[i + 1], 'record')
  if record and owns(legs[i + 1], ARGV[1], ARGV[2]) then table.insert(answer, record) end
end
return answer
`;

/** ARGV: a daemon, or nothing for all. Gives of each call: daemon, record. */
const CALLS = `${COMMON}
local answer = {}
for _, id in ipairs(ARGV[1] and {ARGV[1]} or redis.call('HKEYS', K .. 'tokens')) do
  for _, call in ipairs(redis.call('HVALS', K .. 'legs:' .. id)) do
    local record = redis.call('HGET', K .. 'call:' .. call, 'record')
    if record then table.insert(answer, id) table.insert(answer, record) end
  end
end
return answer
`;

/** ARGV: conversation, line. More lines than these are no conversation any more, and no use to anybody. */
const NOTE = `${COMMON}
local key = K .. 'journal:' .. ARGV[1]
redis.call('RPUSH', key, ARGV[2])
redis.call('LTRIM', key, -1000, -1)
redis.call('PEXPIRE', key, KEPT)
`;

export const SCRIPTS = {
  join: JOIN,
  beat: BEAT,
  leave: LEAVE,
  daemons: DAEMONS,
  keep: KEEP,
  drop: DROP,
  give: GIVE,
  takeBack: TAKE_BACK,
  claim: CLAIM,
  accept: ACCEPT,
  own: OWN,
  calls: CALLS,
  note: NOTE,
} as const;
