/**
 * What a fleet's memory does for shared work, as Redis runs it: see redis-scripts.ts. ARGV begins with daemon, token, kind and name.
 *
 *   works:KIND, open:KIND   sets: names of all that are known, and of those that are not closed
 *   work:KIND:NAME          hash: owner, token, age, summary
 *   lines:KIND:NAME         list: what was done
 *   orders:KIND:NAME        list: what its owner was not told yet
 */
import { COMMON } from './redis-scripts.ts';

/** Longer than campaigns last; an owner renews it. */
const WORK_KEPT_MS = 30 * 24 * 60 * 60 * 1000;

const WORK = `${COMMON}
local id, token, kind, name = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local function key(what, of) return K .. what .. ':' .. kind .. ':' .. of end
local function owner(of) return redis.call('HMGET', key('work', of), 'owner', 'token') end
local function isMine(of)
  local o = owner(of)
  return o[1] == id and o[2] == token
end
local function isOwned(of)
  local o = owner(of)
  return o[1] and redis.call('GET', K .. 'lease:' .. o[1]) == o[2]
end
local function keep(of)
  for _, what in ipairs({'work', 'lines', 'orders'}) do redis.call('PEXPIRE', key(what, of), ${WORK_KEPT_MS}) end
  for _, what in ipairs({'works:', 'open:'}) do redis.call('PEXPIRE', K .. what .. kind, ${WORK_KEPT_MS}) end
end
local function has(age)
  redis.call('HSET', key('work', name), 'owner', id, 'token', token, 'age', age)
  for _, what in ipairs({'works:', 'open:'}) do redis.call('SADD', K .. what .. kind, name) end
end
`;

/** They act for a session, whose lease must last. */
const HELD = `${WORK}
if not holds(id, token) then return -2 end
`;

/** … age, summary. */
const BEGIN = `${HELD}
local age = redis.call('HGET', key('work', name), 'age')
if age and not isMine(name) and tonumber(age) >= tonumber(ARGV[5]) then return 0 end
redis.call('DEL', key('lines', name), key('orders', name))
has(ARGV[5])
redis.call('HSET', key('work', name), 'summary', ARGV[6])
keep(name)
return 1
`;

/** … lines. */
const NOTE = `${HELD}
if redis.call('EXISTS', key('work', name)) == 0 then return -1 end
if not isMine(name) then return 0 end
for i = 5, #ARGV do redis.call('RPUSH', key('lines', name), ARGV[i]) end
keep(name)
return 1
`;

/** … line. */
const PUT = `${HELD}
local isKnown = redis.call('EXISTS', key('work', name)) == 1
if isKnown and (not isMine(name) or redis.call('SISMEMBER', K .. 'open:' .. kind, name) == 0) then return 0 end
if not isKnown then has(1) end
redis.call('DEL', key('lines', name))
redis.call('RPUSH', key('lines', name), ARGV[5])
keep(name)
return 1
`;

/** Gives the age, or nothing. */
const TAKE = `${HELD}
if redis.call('SISMEMBER', K .. 'open:' .. kind, name) == 0 or isOwned(name) then return false end
local age = redis.call('HGET', key('work', name), 'age')
if not age then return false end
has(age + 1)
keep(name)
return age + 1
`;

/** No name; … for each of its own: name, summary. Gives each of these with whose it is and its orders, and the names of those that are nobody's. */
const TEND = `${HELD}
local mine, forsaken = {}, {}
for i = 5, #ARGV, 2 do
  local of = ARGV[i]
  local orders = {}
  local hold = -1
  if redis.call('EXISTS', key('work', of)) == 1 then hold = isMine(of) and 1 or 0 end
  if hold == 1 then
    orders = redis.call('LRANGE', key('orders', of), 0, -1)
    redis.call('DEL', key('orders', of))
    if ARGV[i + 1] ~= '' then redis.call('HSET', key('work', of), 'summary', ARGV[i + 1]) end
    keep(of)
  end
  table.insert(mine, {of, hold, orders})
end
for _, of in ipairs(redis.call('SMEMBERS', K .. 'open:' .. kind)) do
  if redis.call('EXISTS', key('work', of)) == 0 then redis.call('SREM', K .. 'open:' .. kind, of)
  elseif not isOwned(of) then table.insert(forsaken, of) end
end
return {mine, forsaken}
`;

/** No session; … order. */
const ORDER = `${WORK}
if redis.call('SISMEMBER', K .. 'open:' .. kind, name) == 0 then return 0 end
redis.call('RPUSH', key('orders', name), ARGV[5])
keep(name)
return 1
`;

/** No session and no name. Gives of each: name, owner, whether that is alive, summary. */
const ALL = `${WORK}
local answer = {}
for _, of in ipairs(redis.call('SMEMBERS', K .. 'works:' .. kind)) do
  local o = redis.call('HMGET', key('work', of), 'owner', 'summary')
  if not o[1] then redis.call('SREM', K .. 'works:' .. kind, of)
  else table.insert(answer, {of, o[1], isOwned(of) and 1 or 0, o[2] or ''}) end
end
return answer
`;

const LEAVE = `${WORK}
if isMine(name) then redis.call('HSET', key('work', name), 'owner', '', 'token', '') end
`;

/** … keep, forget or remove. */
const CLOSE = `${HELD}
if not isMine(name) then return 0 end
redis.call('SREM', K .. 'open:' .. kind, name)
redis.call('DEL', key('orders', name))
if ARGV[5] ~= 'keep' then redis.call('DEL', key('lines', name)) end
if ARGV[5] == 'remove' then
  redis.call('DEL', key('work', name))
  redis.call('SREM', K .. 'works:' .. kind, name)
end
return 1
`;

export const WORK_SCRIPTS = {
  begin: BEGIN,
  note: NOTE,
  put: PUT,
  take: TAKE,
  tend: TEND,
  order: ORDER,
  all: ALL,
  leave: LEAVE,
  close: CLOSE,
} as const;
