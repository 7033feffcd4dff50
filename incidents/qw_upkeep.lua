#!lua name=qw_upkeep
--
-- qw_upkeep - what has to be done to the records that qw_incidents.lua makes:
-- removing them, when they are old, too many, or somebody's wish, in steps of
-- bounded size; and telling how things are: figures, heartbeats, alarms.
--
-- A function about a partition is given its stream, KEYS[1], and touches what
-- shares that key's hash tag.  querywatch-streams(7) describes all of it.

local VERSION = 1		-- of this library

local STATES = { 'open', 'acked', 'resolved', 'closed' }
local PARTS = { '', ':names', ':hours', ':evidence', ':log' }
local MINUTE_RANK = 2 ^ 32	-- of the scores in qw:{p}:hosts
local TOP_RANK = 1023

local WRONG = 'ERR wrong arguments'

local function whole(number)
	return string.format('%d', number)
end

-- qw:{p}: of the stream that keys names, or nil.
local function prefix_of(keys)
	return keys[1] and string.match(keys[1], '^(qw:{%d+}:)hits$')
end

-- Removing ---------------------------------------------------------------

-- Remove an incident with all that belongs to it.
local function remove_incident(prefix, id)
	local key = prefix .. 'incident:' .. id
	local fields = redis.call('HMGET', key, 'state', 'owner')
	for _, part in ipairs(PARTS) do
		redis.call('UNLINK', key .. part)
	end
	for _, index in ipairs{ 'incidents', 'due', 'expire' } do
		redis.call('ZREM', prefix .. index, id)
	end
	for _, state in ipairs(STATES) do
		redis.call('ZREM', prefix .. 'incidents:' .. state, id)
	end
	if fields[1] then
		redis.call('ZREM', prefix .. 'incidents:' .. fields[1], id)
	end
	if fields[2] then
		redis.call('ZREM', prefix .. 'owner:' .. fields[2], id)
	end
end

local function remove_host(prefix, addr)
	redis.call('UNLINK', prefix .. 'host:' .. addr)
	redis.call('ZREM', prefix .. 'hosts', addr)
end

local function count(prefix, field, n)
	if n > 0 then
		redis.call('HINCRBY', prefix .. 'counts', field, n)
	end
end

-- qw_upkeep_expire qw:{p}:hits : before limit
-- Remove incidents whose last hit was inserted before that time, and their
-- hosts, and events and dead entries of before it; limit at most are looked
-- at.  Return how many incidents were removed, and 1 if there are more to look
-- at.
local function expire(keys, args)
	local prefix = prefix_of(keys)
	local before, limit = tonumber(args[1]), tonumber(args[2])
	if not prefix or not before or not limit or before < 0 then
		return redis.error_reply(WRONG)
	end
	local ids = redis.call('ZRANGEBYSCORE', prefix .. 'expire', '-inf',
	    '(' .. whole(before), 'LIMIT', 0, limit)
	local removed = 0
	for _, id in ipairs(ids) do
		local fields = redis.call('HMGET', prefix .. 'incident:' .. id,
		    'inserted_last', 'host')
		local last, addr = tonumber(fields[1] or nil), fields[2]
		if last and last >= before then
			redis.call('ZADD', prefix .. 'expire', whole(last), id)
		else
			removed = removed + 1
			remove_incident(prefix, id)
			if addr and redis.call('HGET', prefix .. 'host:' ..
			    addr, 'incident') == id then
				remove_host(prefix, addr)
			end
		end
	end
	count(prefix, 'expired', removed)
	local oldest = whole(math.floor(before / 1000))
	for _, stream in ipairs{ 'events', 'hits:dead' } do
		redis.call('XTRIM', prefix .. stream, 'MINID', oldest)
	end
	return { removed, #ids == limit and 1 or 0 }
end

-- qw_upkeep_evict qw:{p}:hits : hosts-max limit
-- Remove the hosts that are too many, those first that have asked in the
-- fewest minutes; limit at most are looked at.  An acknowledged incident
-- stays.  Return how many were removed, and 1 if there are still too many.
local function evict(keys, args)
	local prefix = prefix_of(keys)
	local most, limit = tonumber(args[1]), tonumber(args[2])
	if not prefix or not most or not limit then
		return redis.error_reply(WRONG)
	end
	local key = prefix .. 'hosts'
	local surplus = redis.call('ZCARD', key) - most
	if surplus <= 0 then
		return { 0, 0 }
	end
	local removed = 0
	for _, addr in ipairs(redis.call('ZRANGE', key, 0,
	    math.min(surplus, limit) - 1)) do
		local id = redis.call('HGET', prefix .. 'host:' .. addr,
		    'incident')
		if id and redis.call('HGET', prefix .. 'incident:' .. id,
		    'state') == 'acked' then
			redis.call('ZADD', key, whole(TOP_RANK * MINUTE_RANK),
			    addr)
		else
			removed = removed + 1
			if id then
				remove_incident(prefix, id)
			end
			remove_host(prefix, addr)
		end
	end
	count(prefix, 'evicted', removed)
	return { removed, surplus > removed and 1 or 0 }
end

-- Forgetting one host ----------------------------------------------------

-- Look through a part of a stream for entries whose field is addr, and remove
-- them.
local function erase_entries(key, field, addr, cursor, limit, dry)
	local entries = redis.call('XRANGE', key, cursor, '+', 'COUNT', limit)
	local ids = {}
	for _, entry in ipairs(entries) do
		for i = 1, #entry[2], 2 do
			if entry[2][i] == field and entry[2][i + 1] == addr then
				ids[#ids + 1] = entry[1]
				break
			end
		end
	end
	if ids[1] and not dry then
		for _, group in ipairs(redis.call('XINFO', 'GROUPS', key)) do
			redis.call('XACK', key, group[2], unpack(ids))
		end
		redis.call('XDEL', key, unpack(ids))
	end
	local last = #entries == limit and '(' .. entries[#entries][1]
	return { last or '', #ids }
end

-- Likewise, for the incidents of a host.
local function erase_incidents(prefix, addr, cursor, limit, dry)
	local scan = redis.call('ZSCAN', prefix .. 'incidents', cursor,
	    'COUNT', limit)
	local found = {}
	for i = 1, #scan[2], 2 do
		local id = scan[2][i]
		if not found[id] and redis.call('HGET', prefix .. 'incident:' ..
		    id, 'host') == addr then
			found[id] = true
			found[#found + 1] = id
		end
	end
	for i = 1, dry and 0 or #found do
		remove_incident(prefix, found[i])
	end
	return { scan[1] ~= '0' and scan[1] or '', #found }
end

-- The host's own record, and its incident should no index have it.
local function erase_host(prefix, addr, dry)
	local key = prefix .. 'host:' .. addr
	local there = redis.call('EXISTS', key)
	if not dry then
		local id = there == 1 and redis.call('HGET', key, 'incident')
		if id then
			remove_incident(prefix, id)
		end
		remove_host(prefix, addr)
	end
	return { '', there }
end

-- qw_upkeep_erase qw:{p}:hits : address what cursor limit dry
-- Remove what there is of one host, a step of it; what is one of hits, dead,
-- events, incidents and host, in this order.  The first cursor is - (for
-- incidents 0).  With dry 1 nothing is removed.  Return the next cursor, empty
-- at the end, and how many were found.
local function erase(keys, args)
	local prefix = prefix_of(keys)
	local addr, what, cursor = args[1], args[2], args[3]
	local limit, dry = tonumber(args[4]), args[5] == '1'
	if not prefix or not limit or not args[5] then
		return redis.error_reply(WRONG)
	elseif what == 'incidents' then
		return erase_incidents(prefix, addr, cursor, limit, dry)
	elseif what == 'host' then
		return erase_host(prefix, addr, dry)
	end
	local streams = { hits = { 'hits', 'client' },
	    dead = { 'hits:dead', 'client' }, events = { 'events', 'host' } }
	local stream = streams[what]
	if not stream then
		return redis.error_reply(WRONG)
	elseif redis.call('EXISTS', prefix .. stream[1]) == 0 then
		return { '', 0 }
	end
	return erase_entries(prefix .. stream[1], stream[2], addr, cursor,
	    limit, dry)
end

-- Telling ----------------------------------------------------------------

-- Of our group: how many entries nobody has been given (-1: not known), how
-- many are pending, and when the oldest not given was inserted, ms (0: none).
local function group_state(stream, group)
	if redis.call('EXISTS', stream) == 0 then
		return 0, 0, 0
	end
	for _, info in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
		local g = {}
		for i = 1, #info, 2 do
			g[info[i]] = info[i + 1]
		end
		if g.name == group then
			local next = redis.call('XRANGE', stream,
			    '(' .. g['last-delivered-id'], '+', 'COUNT', 1)[1]
			local time = next and string.match(next[1], '^%d+')
			return g.lag or next and -1 or 0, g.pending,
			    tonumber(time or 0)
		end
	end
	return -1, 0, 0
end

-- qw_upkeep_state qw:{p}:hits : group
-- Return the figures of a partition: entries in the stream, of these not given
-- and pending, the time of the oldest not given, dead entries, hosts,
-- incidents, open ones, and what has been counted so far: hits refused, hosts
-- evicted, incidents expired.
local function state(keys, args)
	local prefix = prefix_of(keys)
	if not prefix or not args[1] then
		return redis.error_reply(WRONG)
	end
	local waiting, pending, oldest = group_state(keys[1], args[1])
	local counts = redis.call('HMGET', prefix .. 'counts', 'refused',
	    'evicted', 'expired')
	local figures = { redis.call('XLEN', keys[1]), waiting, pending,
	    oldest, redis.call('XLEN', prefix .. 'hits:dead'),
	    redis.call('ZCARD', prefix .. 'hosts'),
	    redis.call('ZCARD', prefix .. 'incidents'),
	    redis.call('ZCARD', prefix .. 'incidents:open') }
	for i = 1, 3 do
		figures[#figures + 1] = tonumber(counts[i] or 0)
	end
	return figures
end

-- qw_upkeep_heartbeat qw:source:NAME : seconds start field value ...
-- Write the record of a source anew, for so many seconds.  Return 1, or -1 if
-- a process that started later writes it.
local function heartbeat(keys, args)
	local start = tonumber(args[2])
	if not keys[1] or not start or #args < 4 or #args % 2 ~= 0 then
		return redis.error_reply(WRONG)
	end
	local there = redis.call('HGET', keys[1], 'start')
	if there and (tonumber(there) or 0) > start then
		return -1
	end
	redis.call('DEL', keys[1])
	redis.call('HSET', keys[1], 'start', args[2], unpack(args, 3))
	redis.call('EXPIRE', keys[1], args[1])
	return 1
end

-- qw_upkeep_alarm qw:{alarms}:now qw:{alarms}:log : kind about on time who
--     text most
-- Raise an alarm (on is 1) or clear it (0).  Return 1 if that is news, else 0.
local function alarm(keys, args)
	local kind, about, on, time, who, text, most = unpack(args)
	if #keys ~= 2 or not most or on ~= '0' and on ~= '1' then
		return redis.error_reply(WRONG)
	end
	local name = kind .. ' ' .. about
	if redis.call('HEXISTS', keys[1], name) == tonumber(on) then
		return 0
	end
	if on == '1' then
		redis.call('HSET', keys[1], name, time .. ' ' .. text)
	else
		redis.call('HDEL', keys[1], name)
	end
	redis.call('XADD', keys[2], 'MAXLEN', '~', most, '*', 'what',
	    on == '1' and 'raised' or 'cleared', 'kind', kind, 'about', about,
	    'time', time, 'who', who, 'text', text)
	return 1
end

redis.register_function('qw_upkeep_expire', expire)
redis.register_function('qw_upkeep_evict', evict)
redis.register_function('qw_upkeep_erase', erase)
redis.register_function{ function_name = 'qw_upkeep_state',
    callback = state, flags = { 'no-writes' } }
redis.register_function('qw_upkeep_heartbeat', heartbeat)
redis.register_function('qw_upkeep_alarm', alarm)
redis.register_function{ function_name = 'qw_upkeep_version',
    callback = function() return VERSION end, flags = { 'no-writes' } }
