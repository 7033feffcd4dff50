#!lua name=qw_hits
-- Hits into the stream of one partition, each batch once.
--
-- A source's position is (start, sequence): when its process started, and the
-- number of the last hit of the batch.  A batch that is sent again because
-- the answer to it was lost is dropped by its position.
--
-- And the record of each source, qw:source:NAME, which says how it is.

local VERSION = 2   -- as LIBRARY_VERSION in hit_stream.c

local STALE = -1    -- a process of the same source that started later is at work

-- KEYS: stream, positions (a hash by source)
-- ARGV: source, start, sequence, then for each hit: the number of its
--       arguments, and as many field names and values
-- Returns how many hits were added: 0 for a batch that was here before.
local function put(keys, args)
  local source, start, sequence = args[1], tonumber(args[2]), tonumber(args[3])
  if not source or not start or not sequence then
    return redis.error_reply('ERR qw_hits_put needs source, start, sequence')
  end
  local at, hits = 4, {}
  while at <= #args do
    local count = tonumber(args[at])
    if not count or count < 2 or count % 2 ~= 0 or at + count > #args then
      return redis.error_reply('ERR qw_hits_put: a hit is cut')
    end
    hits[#hits + 1] = { at + 1, at + count }
    at = at + count + 1
  end

  local stored = redis.call('HGET', keys[2], source)
  if stored then
    local stored_start, stored_sequence = stored:match('^(%d+) (%d+)$')
    stored_start = tonumber(stored_start) or 0
    stored_sequence = tonumber(stored_sequence) or 0
    if start < stored_start then
      return STALE
    end
    if start == stored_start and sequence <= stored_sequence then
      return 0
    end
  end

  for _, range in ipairs(hits) do
    redis.call('XADD', keys[1], '*', unpack(args, range[1], range[2]))
  end
  redis.call('HSET', keys[2], source, args[2] .. ' ' .. args[3])
  return #hits
end

-- KEYS: the record of the source
-- ARGV: seconds that it stays, start, then field names and values
-- Writes the record anew, with its start as the first field.
local function heartbeat(keys, args)
  local ttl, start = tonumber(args[1]), tonumber(args[2])
  if not ttl or ttl < 1 or not start or #args < 4 or #args % 2 ~= 0 then
    return redis.error_reply('ERR qw_hits_heartbeat needs ttl, start, fields')
  end
  local there = redis.call('HGET', keys[1], 'start')
  if there and (tonumber(there) or 0) > start then
    return STALE
  end
  redis.call('DEL', keys[1])
  redis.call('HSET', keys[1], 'start', args[2], unpack(args, 3))
  redis.call('EXPIRE', keys[1], ttl)
  return 1
end

redis.register_function('qw_hits_put', put)
redis.register_function('qw_hits_heartbeat', heartbeat)
redis.register_function {
  function_name = 'qw_hits_version',
  callback = function() return VERSION end,
  flags = { 'no-writes' }
}
