#!lua name=qw_hits
-- Hits into the stream of one partition, each batch once.
--
-- A source's position is (start, sequence): when its process started, and the
-- number of the last hit of the batch.  A hit that is sent again because the
-- answer to it was lost, in whatever batch, is dropped by its number.  A process
-- takes its source's name over with qw_hits_begin: from then on nothing of an
-- earlier one is let in, so that what it is told about its logs stays true.
--
-- A stream that has as many entries as the source allows takes no more: what
-- comes then has a place to wait, the spool or the log, while memory here is
-- left to the records.
--
-- A log has a position of its own, text that only the logreader understands
-- (shared/output/log_position.h), stored with the hits up to there.
--
-- And the record of each source, qw:source:NAME, which says how it is.

local VERSION = 4   -- as LIBRARY_VERSION in hit_stream.c

local STALE = -1    -- a process of the same source that started later is at work

-- Takes the name over.
-- KEYS: positions (a hash by source), logs (the source's, a hash by name)
-- ARGV: source, start
-- Returns the names and positions of the logs, or STALE.
local function begin(keys, args)
  local source, start = args[1], tonumber(args[2])
  if not source or not start or #keys ~= 2 then
    return redis.error_reply('ERR qw_hits_begin needs source, start')
  end
  local stored = redis.call('HGET', keys[1], source)
  if stored and start < (tonumber(stored:match('^%d+')) or 0) then
    return STALE
  end
  redis.call('HSET', keys[1], source, args[2] .. ' 0')
  return redis.call('HGETALL', keys[2])
end

-- The hits of the arguments from ${at} on, each as where its fields begin and
-- end, but for those up to the number ${has}; or nil if one is cut.
local function read_hits(args, at, has)
  local hits = {}
  while at <= #args do
    local number, count = tonumber(args[at]), tonumber(args[at + 1])
    if not number or not count or count < 2 or count % 2 ~= 0 or
        at + 1 + count > #args then
      return nil
    end
    if number > has then
      hits[#hits + 1] = { at + 2, at + 1 + count }
    end
    at = at + 2 + count
  end
  return hits
end

-- KEYS: stream, positions, logs
-- ARGV: source, start, sequence, most entries of the stream (0: any), the
--       number of logs, as many names and positions, then for each hit: its
--       number, the number of its arguments, and as many field names and values
-- Returns how many hits were added: 0 for a batch that was here before.
local function put(keys, args)
  local source, start, sequence = args[1], tonumber(args[2]), tonumber(args[3])
  local limit, logs = tonumber(args[4]), tonumber(args[5])
  if not source or not start or not sequence or not limit or not logs or
      #keys ~= 3 then
    return redis.error_reply(
      'ERR qw_hits_put needs source, start, sequence, limit, logs')
  end
  if 5 + 2 * logs > #args then
    return redis.error_reply('ERR qw_hits_put: a log is cut')
  end

  local stored, has = redis.call('HGET', keys[2], source), 0
  if stored then
    local stored_start, stored_sequence = stored:match('^(%d+) (%d+)$')
    stored_start = tonumber(stored_start) or 0
    if start < stored_start then
      return STALE
    end
    if start == stored_start then
      has = tonumber(stored_sequence) or 0
    end
  end
  local hits = read_hits(args, 6 + 2 * logs, has)
  if not hits then
    return redis.error_reply('ERR qw_hits_put: a hit is cut')
  end
  if sequence <= has then
    -- Written all the same, so that WAIT has something to wait for.
    redis.call('HSET', keys[2], source, stored)
    return 0
  end
  if limit > 0 and hits[1] and redis.call('XLEN', keys[1]) >= limit then
    return redis.error_reply('QWFULL ' .. keys[1] .. ' has ' .. args[4] ..
      ' entries that wait for querywatch-incidents')
  end

  for _, range in ipairs(hits) do
    redis.call('XADD', keys[1], '*', unpack(args, range[1], range[2]))
  end
  redis.call('HSET', keys[2], source, args[2] .. ' ' .. args[3])
  if logs > 0 then
    redis.call('HSET', keys[3], unpack(args, 6, 5 + 2 * logs))
  end
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

redis.register_function('qw_hits_begin', begin)
redis.register_function('qw_hits_put', put)
redis.register_function('qw_hits_heartbeat', heartbeat)
redis.register_function {
  function_name = 'qw_hits_version',
  callback = function() return VERSION end,
  flags = { 'no-writes' }
}
