#!lua name=qw_incidents
--
-- qw_incidents - hits in, incident records out, on the server itself, so
-- that a hit is applied and acknowledged in one step or not at all.
--
-- Everything lives in one partition, qw:{p}:, whose hash tag every key here
-- shares; keys are declared by the stream's name, KEYS[1].  A call has three
-- parts: read all that it needs and check it; work it out in tables, one per
-- host; write.  Nothing is written before everything has been read.
-- querywatch-streams(7) describes the records.  What is removed again, and
-- when, is in qw_upkeep.lua.
--
-- Lua's numbers are doubles, exact to 2^53; times in microseconds fit until
-- the year 2255.  They are always printed with %d: tostring would round, and
-- %.0f takes ten times as long.

local VERSION = 4		-- of this library
local HIT_VERSION = '1'		-- of the hits that we understand
local RECORD_VERSION = '1'	-- of the incident records that we write

local EXACT = 2 ^ 53		-- whole numbers below this are exact
local MOST = 1e12		-- most queries that one hit may stand for
local HOUR = 3600 * 1e6		-- microseconds
local FIELD_MAX = 4096		-- octets of a field's value
local FIELDS_MAX = 128		-- keys and values of a hit
local TYPES_MAX = 16		-- query types kept per name
local PACKED_HITS = 4		-- more of them fill a stream's first 4 KiB
local EVIDENCE_EVERY = 1e6	-- microseconds between two that bring nothing

local RANK = { info = 1, low = 2, medium = 3, high = 4, critical = 5 }
local DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'	-- Crockford's base32

-- Short ways to Lua's and Redis's own functions, none of which are there yet
-- while Redis loads this file: every call of ours sets them first.
local call, try, format, find, match, gsub, floor, max, min

local function set_up()
	call, try = redis.call, redis.pcall
	format, find, match = string.format, string.find, string.match
	gsub, floor, max, min = string.gsub, math.floor, math.max, math.min
end

local function whole(number)
	return format('%d', number)
end

-- Checking a hit ---------------------------------------------------------

local function is_ipv4(text)
	local a, b, c, d = match(text, '^(%d+)%.(%d+)%.(%d+)%.(%d+)$')
	if not a or find('.' .. text, '%.0%d') then
		return false
	end
	return #text <= 15 and tonumber(a) <= 255 and tonumber(b) <= 255 and
	    tonumber(c) <= 255 and tonumber(d) <= 255
end

-- How many groups of an IPv6 address stand in text; 9, one more than fit
-- in any address, if one of them is broken.
local function ipv6_groups(text)
	local count = 0
	if text == '' then
		return 0
	end
	for group in string.gmatch(text .. ':', '([^:]*):') do
		if not find(group, '^%x%x?%x?%x?$') then
			return 9
		end
		count = count + 1
	end
	return count
end

local function is_ipv6(text)
	if #text > 45 or find(text, '[^0-9a-f:.]') then
		return false
	end
	local head, tail = match(text, '^(.*:)([^:]*%.[^:]*)$')
	if tail then		-- an IPv4 tail takes the place of two groups
		if not is_ipv4(tail) then
			return false
		end
		text = head .. '0:0'
	end
	local left, right = match(text, '^(.-)::(.*)$')
	if left then
		return ipv6_groups(left) + ipv6_groups(right) <= 7
	end
	return ipv6_groups(text) == 8
end

-- A whole number from low to high, or nil.
local function number_of(text, low, high)
	local number = text and #text <= 16 and find(text, '^%d+$') and
	    tonumber(text)
	return number and number >= low and number <= high and number or nil
end

-- Printable ASCII of 1 to size octets?  A space counts only if it may.
local function is_text(text, size, space)
	return text and text ~= '' and #text <= size and
	    not find(text, space and '[^\32-\126]' or '[^\33-\126]')
end

-- What each field that we look at must be, and what is said if it is not.
local CHECKS = {
	{ 'source', 'source is no name', function(text)
		return #text <= 64 and find(text, '^[A-Za-z0-9._-]+$')
	end },
	{ 'client', 'client is no address', function(text)
		return is_ipv4(text) or is_ipv6(text)
	end },
	{ 'qname', 'qname is no name', function(text)
		return is_text(text, 1023)
	end },
	{ 'entry', 'entry is no name', function(text)
		return is_text(text, 1023)
	end },
	{ 'list', 'list is no label', function(text)
		return is_text(text, 255, true)
	end },
	{ 'match', 'match is no mode', function(text)
		return is_text(text, 16)
	end },
	{ 'qtype', 'qtype is no type', function(text)
		return is_text(text, 32)
	end, optional = true },
	{ 'severity', 'severity is not known', function(text)
		return RANK[text]
	end, optional = true },
}

-- What is wrong with the fields, nil if nothing is.  Most values come again
-- and again: a batch remembers those that are right.
local function bad_field(b, f)
	for i = 1, #CHECKS do
		local check = CHECKS[i]
		local text, right = f[check[1]], b.checked[i]
		if not right then
			right = {}
			b.checked[i] = right
		end
		if not text and not check.optional then
			return check[1] .. ' is missing'
		elseif text and not right[text] then
			if not check[3](text) then
				return check[2]
			end
			right[text] = true
		end
	end
end

-- The hit whose keys and values are fields, inserted at that time; or nil
-- and what is wrong with it.
local function hit_of(b, fields, inserted)
	local f = { v = false, source = false, client = false, first = false,
	    last = false, n = false, qname = false, qtype = false,
	    entry = false, list = false, match = false, severity = false }
	if #fields > FIELDS_MAX then
		return nil, 'too many fields'
	elseif inserted > EXACT then
		return nil, 'its id is no time'
	end
	for i = 1, #fields, 2 do
		local name, value = fields[i], fields[i + 1]
		if #name > 64 or #value > FIELD_MAX then
			return nil, 'a field is too long'
		elseif f[name] == false then	-- one that we look at
			f[name] = value
		end
	end
	if f.v ~= HIT_VERSION then
		return nil, 'version is not known'
	end
	local reason = bad_field(b, f)
	if reason then
		return nil, reason
	end
	local first = number_of(f.first, 0, EXACT)
	f.last = f.last == f.first and first or number_of(f.last, 0, EXACT)
	f.first = first
	f.n = number_of(f.n, 0, MOST)
	if not f.first or not f.last or f.first > f.last then
		return nil, 'first and last are no times'
	elseif not f.n then
		return nil, 'n is no count'
	end
	f.inserted = inserted
	f.fields = fields
	return f
end

-- Reading the batch ------------------------------------------------------

-- The set of those ids that are pending for this consumer.  One look at the
-- range finds them all as long as no others stand between them.
local function pending_of(b)
	local ids, set = b.ids, {}
	local range = call('XPENDING', b.stream, b.group, ids[1], ids[#ids],
	    #ids, b.consumer)
	for _, p in ipairs(range) do
		set[p[1]] = true
	end
	for _, id in ipairs(ids) do
		if not set[id] and #range == #ids then
			set[id] = call('XPENDING', b.stream, b.group, id, id,
			    1, b.consumer)[1] ~= nil
		end
	end
	return set
end

-- The fields of those ids, by id, found in the same way.
local function entries_of(b)
	local ids, entries = b.ids, {}
	for _, e in ipairs(call('XRANGE', b.stream, ids[1], ids[#ids], 'COUNT',
	    #ids)) do
		entries[e[1]] = e[2]
	end
	for _, id in ipairs(ids) do
		if not entries[id] then
			local e = call('XRANGE', b.stream, id, id)[1]
			entries[id] = e and e[2]
		end
	end
	return entries
end

local function note_dead(b, id, reason, fields)
	b.dead[#b.dead + 1] = { id, reason, fields or {} }
end

-- Remember, once, each value that this list has seen.
local function remember(list, value)
	if not list[value] then
		list[value] = true
		list[#list + 1] = value
	end
end

-- Put a hit with the others of its host.
local function gather(b, id, hit)
	local host = b.hosts[hit.client]
	if not host then
		host = { addr = hit.client, ids = {}, hits = {}, sources = {},
		    qnames = {} }
		b.hosts[hit.client] = host
		b.hosts[#b.hosts + 1] = host
	end
	host.hits[#host.hits + 1] = hit
	host.ids[#host.ids + 1] = id
	remember(host.sources, hit.source)
	remember(host.qnames, hit.qname)
end

-- Put one entry, of which nothing is left if fields is nil, with its host or
-- with the dead.
local function read_entry(b, id, fields)
	local hit, reason = nil, 'gone from the stream'
	if fields then
		hit, reason = hit_of(b, fields,
		    tonumber(match(id, '^%d+')) * 1000)
	end
	if hit then
		gather(b, id, hit)
	else
		note_dead(b, id, reason, fields)
	end
end

-- Sort what the stream holds under our ids into hosts and dead entries.
local function read_pending(b)
	local pending, entries = pending_of(b), entries_of(b)
	for _, id in ipairs(b.ids) do
		if not pending[id] then
			b.skipped = b.skipped + 1
		else
			pending[id] = nil	-- named twice, applied once
			b.done[#b.done + 1] = id
			read_entry(b, id, entries[id])
		end
	end
end

-- The groups of the stream, a table of each as XINFO tells them.
local function groups_of(b)
	local groups = {}
	for i, info in ipairs(call('XINFO', 'GROUPS', b.stream)) do
		local g = {}
		for k = 1, #info, 2 do
			g[info[k]] = info[k + 1]
		end
		groups[i] = g
	end
	return groups
end

-- The next entries, count at most, that nobody of our group has been given.
-- Return how many there were; nil if there is no such group.
local function read_new(b, count)
	for _, g in ipairs(groups_of(b)) do
		if g.name == b.group then
			b.position = g
		end
	end
	if not b.position then
		return nil
	end
	local entries = call('XRANGE', b.stream,
	    '(' .. b.position['last-delivered-id'], '+', 'COUNT', count)
	for _, e in ipairs(entries) do
		read_entry(b, e[1], e[2])
	end
	if entries[1] then
		b.upto = entries[#entries][1]
	end
	return #entries
end

-- Reading records --------------------------------------------------------

-- The fields to read of a record: those it always has, and for each source
-- those that begin with one of prefixes.  Hosts seen by the same sources
-- share a list.
local function field_list(b, fields, prefixes, sources)
	local lists = b.lists[fields] or {}
	b.lists[fields] = lists
	local key = sources[2] and table.concat(sources, ' ') or sources[1]
	local list = lists[key]
	if not list then
		list = { unpack(fields) }
		for _, prefix in ipairs(prefixes) do
			for _, source in ipairs(sources) do
				list[#list + 1] = prefix .. source
			end
		end
		lists[key] = list
	end
	return list
end

-- Read those fields of a hash, numbers but for those in texts.  The list and
-- what was read, in its order, are kept, so that only changes are written.
local function read_hash(key, list, texts)
	local values = try('HMGET', key, unpack(list))
	if values.err then
		return nil, key .. ' is no hash'
	end
	local record = { list = list, old = values }
	for i = 1, #list do
		local name, value = list[i], values[i]
		if value and not texts[name] then
			value = tonumber(value) or false
			values[i] = value
		end
		record[name] = value or nil
	end
	return record
end

local HOST_FIELDS = { 'incident', 'incidents', 'first', 'last',
    'inserted_first', 'inserted_last', 'hits', 'minutes' }
local HOST_PREFIXES, INCIDENT_PREFIXES = { 'hits:' },
    { 'hits:', 'names_more:' }
local HOST_TEXTS = { incident = true }
local INCIDENT_FIELDS = { 'state', 'severity', 'names', 'names_more',
    'first', 'last', 'inserted_first', 'inserted_last', 'hits' }
local INCIDENT_TEXTS = { state = true, severity = true }

-- Is every value of the table of that type?
local function all_are(table, kind)
	if type(table) ~= 'table' then
		return false
	end
	for _, value in pairs(table) do
		if type(value) ~= kind then
			return false
		end
	end
	return true
end

-- What is kept of one name, read from its JSON; nil if it cannot be read.
local function read_name(json)
	local ok, name = pcall(cjson.decode, json)
	if ok and type(name) == 'table' and type(name.count) == 'number' and
	    type(name.first) == 'number' and type(name.last) == 'number' and
	    all_are(name.types, 'string') and
	    all_are(name.sources, 'number') then
		return name
	end
end

-- The first of the hits that stands for a query; nil if none does.
local function first_query(hits)
	for _, hit in ipairs(hits) do
		if hit.n > 0 then
			return hit
		end
	end
end

-- Room for hosts ---------------------------------------------------------

-- A partition keeps hosts_max hosts.  Once they are there, another one is
-- taken in only if it has asked before, in an earlier minute; qw_upkeep then
-- makes the one with the fewest minutes give way.  So a flood of addresses
-- that ask once moves nobody.  Who has asked is kept as bits, three for an
-- address: of this minute, of this hour before it, and of the hour before.

local SEEN_BITS = 2 ^ 23	-- of each of the three, so 1 MiB
local SEEN_STAYS = 7200		-- seconds that they are kept unused

-- The arguments of BITFIELD, with that operation, for the bits of addr.
local function seen_bits(addr, operation, value)
	local digest, args = redis.sha1hex(addr), {}
	for i = 1, 18, 6 do
		args[#args + 1] = operation
		args[#args + 1] = 'u1'
		args[#args + 1] = whole(tonumber(digest:sub(i, i + 5), 16) %
		    SEEN_BITS)
		args[#args + 1] = value
	end
	return args
end

local function is_seen(key, bits)
	local values = try('BITFIELD_RO', key, unpack(bits))
	return not values.err and values[1] + values[2] + values[3] == 3
end

-- Which of the bits are of now, read once a batch: they may be of a minute,
-- or an hour, that is over.
local function read_seen(b, now)
	local key = b.prefix .. 'seen'
	local times = try('HMGET', key, 'minute', 'hour')
	local minute, hour = floor(now / 60e6), floor(now / HOUR)
	b.seen = { key = key, minute = minute, hour = hour, set = {},
	    same_minute = tonumber(times[1] or nil) == minute,
	    same_hour = tonumber(times[2] or nil) == hour }
end

-- Has that address been refused in an earlier minute?
local function asked_before(b, addr)
	local seen, bits = b.seen, seen_bits(addr, 'GET')
	return is_seen(seen.key .. ':hour', bits) or
	    is_seen(seen.key .. ':before', bits) or
	    not seen.same_minute and is_seen(seen.key .. ':minute', bits)
end

-- May a host without a record have one?
local function has_room(b, host)
	if not b.hosts_known then
		local known = try('ZCARD', b.prefix .. 'hosts')
		b.hosts_known = type(known) == 'number' and known or 0
	end
	if b.hosts_known >= b.hosts_max then
		local first, last = host.hits[1], host.hits[#host.hits]
		if not b.seen then
			read_seen(b, first.inserted)
		end
		if asked_before(b, host.addr) then
			host.record.minutes = 1		-- and one more now
		elseif floor(first.inserted / 60e6) ==
		    floor(last.inserted / 60e6) then
			b.seen.set[#b.seen.set + 1] = host.addr
			return false
		end
	end
	b.hosts_known = b.hosts_known + 1
	return true
end

-- Read the host's record and its incident, if that can still take hits.
-- Return nil, or why that is impossible.
local function load_host(b, host)
	local record, reason = read_hash(b.prefix .. 'host:' .. host.addr,
	    field_list(b, HOST_FIELDS, HOST_PREFIXES, host.sources),
	    HOST_TEXTS)
	if not record then
		return reason
	end
	host.record, record.minutes_before = record, record.minutes
	if not record.inserted_first and first_query(host.hits) and
	    not has_room(b, host) then
		host.refused = true
		return
	end
	if not record.incident or not find(record.incident, '^[0-9a-z]+$') then
		return
	end
	local key = b.prefix .. 'incident:' .. record.incident
	local incident
	incident, reason = read_hash(key, field_list(b, INCIDENT_FIELDS,
	    INCIDENT_PREFIXES, host.sources), INCIDENT_TEXTS)
	if not incident then
		return reason
	elseif incident.state ~= 'open' and incident.state ~= 'acked' then
		return
	end
	local stored = try('HMGET', key .. ':names', unpack(host.qnames))
	if stored.err then
		return key .. ':names is no hash'
	end
	incident.id, incident.kept = record.incident, {}
	for i, qname in ipairs(host.qnames) do
		incident.kept[qname] = stored[i] and read_name(stored[i])
	end
	host.incident = incident
end

-- Working it out ---------------------------------------------------------

-- An id for an incident that begins now: nine digits of time, made unique in
-- this partition, and two for the partition.  Nothing is written yet, so the
-- batch remembers the time it has used last.
local function new_id(b, inserted)
	if not b.last_id then
		local last = try('GET', b.prefix .. 'incident_last')
		b.last_id = type(last) == 'string' and tonumber(last) or 0
	end
	local id
	b.last_id = max(floor(inserted / 1000), b.last_id + 1)
	repeat
		local value, digits = b.last_id * 1024 + b.partition, {}
		for i = 11, 1, -1 do
			local digit = value % 32
			digits[i] = DIGITS:sub(digit + 1, digit + 1)
			value = floor(value / 32)
		end
		id = table.concat(digits)
		b.last_id = b.last_id + 1
	until call('EXISTS', b.prefix .. 'incident:' .. id) == 0
	b.last_id = b.last_id - 1
	return id
end

-- Count the minutes, going forward, in which a host has asked.
local function count_minutes(record, hit)
	local before = record.last and floor(record.last / 60e6) or -1
	local first, last = floor(hit.first / 60e6), floor(hit.last / 60e6)
	if last > before then
		record.minutes = (record.minutes or 0) + 1 +
		    (first > before and first < last and 1 or 0)
	end
end

-- Let a record's span of event and insertion times take in a hit.
local function widen(record, hit)
	record.first = min(record.first or hit.first, hit.first)
	record.last = max(record.last or hit.last, hit.last)
	record.inserted_first = min(record.inserted_first or hit.inserted,
	    hit.inserted)
	record.inserted_last = max(record.inserted_last or hit.inserted,
	    hit.inserted)
end

-- Count n for one source, in that field.  The total is the largest count of
-- any source, so that two feeds of the same queries do not double it.
local function count(record, total, field, n)
	record[field] = (record[field] or 0) + n
	record[total] = max(record[total] or 0, record[field])
end

-- Count a hit under its name, or as one more if there are too many names.
-- Return true if the name is new.
local function apply_name(b, incident, hit)
	local name = incident.kept[hit.qname]
	local new = not name
	if new then
		if (incident.names or 0) >= b.names_max then
			count(incident, 'names_more',
			    'names_more:' .. hit.source, hit.n)
			return false
		end
		incident.names = (incident.names or 0) + 1
		name = { count = 0, first = hit.first, last = hit.last,
		    types = {}, sources = {} }
		incident.kept[hit.qname] = name
	end
	incident.dirty[hit.qname] = name
	name.first = min(name.first, hit.first)
	name.last = max(name.last, hit.last)
	name.sources[hit.source] = (name.sources[hit.source] or 0) + hit.n
	name.count = max(name.count, name.sources[hit.source])
	name.entry, name.list, name.match = hit.entry, hit.list, hit.match
	for _, qtype in ipairs(name.types) do
		if qtype == hit.qtype then
			return new
		end
	end
	if hit.qtype and #name.types < TYPES_MAX then
		name.types[#name.types + 1] = hit.qtype
	end
	return new
end

-- Count n in the hour of that time.
local function add_hour(b, incident, time, source, n)
	local hour = time - time % HOUR
	local fields = b.fields[source] or {}
	b.fields[source] = fields
	local field = fields[hour] or whole(hour / 1e6) .. ':' .. source
	fields[hour] = field
	incident.hours[field] = (incident.hours[field] or 0) + n
end

-- The name of the field that counts a source's hits.
local function hits_field(b, source)
	local field = b.hits_fields[source] or 'hits:' .. source
	b.hits_fields[source] = field
	return field
end

-- A hit of no query (n is 0) brings the answers of one that was applied
-- before: evidence, and nothing to count.
local function apply_hit(b, host, hit)
	if hit.n == 0 then
		return
	end
	local incident = host.incident
	local what = apply_name(b, incident, hit) and 'new_name'
	if incident.opened == hit then
		what = 'opened'
	end
	hit.new = what
	if what then
		b.events[#b.events + 1] = { 'type', what, 'incident',
		    incident.id, 'host', host.addr, 'qname', hit.qname,
		    'time', whole(hit.first) }
	end
	count_minutes(host.record, hit)
	widen(host.record, hit)
	widen(incident, hit)
	local field = hits_field(b, hit.source)
	count(host.record, 'hits', field, hit.n)
	count(incident, 'hits', field, hit.n)
	add_hour(b, incident, hit.first, hit.source, 1)
	if hit.n > 1 then
		add_hour(b, incident, hit.last, hit.source, hit.n - 1)
	end
	if (RANK[hit.severity] or 0) > (RANK[incident.severity] or 0) then
		incident.severity = hit.severity
	end
end

-- Apply all hits of a host to its open incident, or to a new one.
local function apply_host(b, host)
	b.applied = b.applied + #host.hits
	if host.refused then
		b.refused = b.refused + #host.hits
		return
	end
	if not host.incident then
		local first = first_query(host.hits)
		if not first then
			return
		end
		host.incident = { id = new_id(b, first.inserted),
		    opened = first, state = 'open', names = 0,
		    names_more = 0, kept = {}, old = {},
		    list = field_list(b, INCIDENT_FIELDS, INCIDENT_PREFIXES,
		    host.sources) }
		host.record.incident = host.incident.id
		host.record.incidents = (host.record.incidents or 0) + 1
		b.opened[#b.opened + 1] = host.incident.id
	end
	host.incident.dirty, host.incident.hours = {}, {}
	host.incident.evidence_due = not host.incident.inserted_last or
	    host.hits[#host.hits].inserted - host.incident.inserted_last >=
	    EVIDENCE_EVERY
	for _, hit in ipairs(host.hits) do
		apply_hit(b, host, hit)
	end
end

-- Writing ----------------------------------------------------------------

-- A write that fails (a key made another type by hand) must not undo or
-- repeat the others: it is reported, and the rest goes on.
local function write(b, ...)
	local reply = try(...)
	if type(reply) == 'table' and reply.err and not b.problem then
		b.problem = reply.err
	end
end

-- The HSET arguments for those fields that have changed, after the ones in
-- args.
local function put_changes(args, record)
	local list, old, n = record.list, record.old, #args
	for i = 1, #list do
		local value = record[list[i]]
		if value and value ~= old[i] then
			args[n + 1] = list[i]
			args[n + 2] = type(value) == 'number' and
			    whole(value) or value
			n = n + 2
		end
	end
end

-- Text as a JSON string.  It is printable ASCII: hit_of has seen to that.
local function quoted(b, text)
	local json = b.quoted[text]
	if not json then
		json = '"' .. gsub(text, '["\\]', '\\%0') .. '"'
		b.quoted[text] = json
	end
	return json
end

local function name_json(b, name)
	local types, sources = {}, {}
	for i, qtype in ipairs(name.types) do
		types[i] = quoted(b, qtype)
	end
	for source, n in pairs(name.sources) do
		sources[#sources + 1] = format('%s:%d', quoted(b, source), n)
	end
	if sources[2] then
		table.sort(sources)
	end
	return format('{"count":%d,"first":%d,"last":%d,"entry":%s,' ..
	    '"list":%s,"match":%s,"types":[%s],"sources":{%s}}', name.count,
	    name.first, name.last, quoted(b, name.entry),
	    quoted(b, name.list), quoted(b, name.match),
	    table.concat(types, ','), table.concat(sources, ','))
end

local function save_names(b, key, incident)
	local args = {}
	for qname, name in pairs(incident.dirty) do
		args[#args + 1] = qname
		args[#args + 1] = name_json(b, name)
	end
	if args[1] then
		write(b, 'HSET', key .. ':names', unpack(args))
	end
	for field, n in pairs(incident.hours) do
		write(b, 'HINCRBY', key .. ':hours', field, whole(n))
	end
end

-- Keep as evidence the hits that bring a name or an answer, and now and then
-- the last one: a host that asks for the same a hundred times a second does not
-- push out what it has asked before, and costs no more than one that does not.
local function save_evidence(b, key, incident, hits)
	key = key .. ':evidence'
	for i, hit in ipairs(hits) do
		if hit.new or hit.n == 0 or
		    i == #hits and incident.evidence_due then
			write(b, 'XADD', key, 'MAXLEN', b.evidence_max, '*',
			    'inserted', whole(hit.inserted),
			    unpack(hit.fields))
		end
	end
end

-- Note the incident's place in an index; save_indexes writes them all.
local function index(b, name, incident)
	local args = b.indexes[name] or {}
	b.indexes[name] = args
	args[#args + 1] = whole(incident.last)
	args[#args + 1] = incident.id
end

local function save_indexes(b)
	for name, args in pairs(b.indexes) do
		write(b, 'ZADD', b.prefix .. name, unpack(args))
	end
end

-- Hosts in the order in which they give way: by the minutes in which they
-- asked, then by the time of that.
local function rank(b, host)
	local record = host.record
	if record.minutes ~= record.minutes_before then
		local args = b.indexes.hosts or {}
		b.indexes.hosts = args
		args[#args + 1] = whole(min(record.minutes, 1023) * 2 ^ 32 +
		    floor(record.inserted_last / 1e6))
		args[#args + 1] = host.addr
	end
end

-- A new stream takes 4 KiB at once, which most incidents never fill: a copy of
-- it takes what it needs, and grows as entries come.
local function pack(b, key)
	write(b, 'COPY', key, b.prefix .. 'packing', 'REPLACE')
	write(b, 'RENAME', b.prefix .. 'packing', key)
end

local function save_incident(b, host)
	local incident = host.incident
	local key = b.prefix .. 'incident:' .. incident.id
	local args = {}
	if incident.opened then
		args = { 'id', incident.id, 'host', host.addr, 'level', '0',
		    'reopened', '0', 'version', RECORD_VERSION }
		write(b, 'XADD', key .. ':log', '*', 'what', 'opened', 'when',
		    whole(incident.opened.inserted), 'who',
		    'querywatch-incidents', 'why', incident.opened.qname)
		pack(b, key .. ':log')
	end
	put_changes(args, incident)
	write(b, 'HSET', key, unpack(args))
	save_names(b, key, incident)
	save_evidence(b, key, incident, host.hits)
	if incident.opened and #host.hits <= PACKED_HITS then
		pack(b, key .. ':evidence')
	end
	index(b, 'incidents', incident)
	index(b, 'incidents:' .. incident.state, incident)
	if incident.opened then		-- when to look whether it expires
		write(b, 'ZADD', b.prefix .. 'expire',
		    whole(incident.inserted_last), incident.id)
	end
end

local function save_host(b, host)
	local args = {}
	put_changes(args, host.record)
	write(b, 'HSET', b.prefix .. 'host:' .. host.addr, unpack(args))
	rank(b, host)
	save_incident(b, host)
end

-- Remember who was refused.
local function save_refused(b)
	local seen = b.seen
	if b.refused > 0 then
		write(b, 'HINCRBY', b.prefix .. 'counts', 'refused',
		    whole(b.refused))
	end
	if not seen or not seen.set[1] then
		return
	end
	if not seen.same_minute then
		write(b, 'BITOP', 'OR', seen.key .. ':hour',
		    seen.key .. ':hour', seen.key .. ':minute')
		write(b, 'DEL', seen.key .. ':minute')
	end
	if not seen.same_hour then
		write(b, 'DEL', seen.key .. ':before')
		if call('EXISTS', seen.key .. ':hour') == 1 then
			write(b, 'RENAME', seen.key .. ':hour',
			    seen.key .. ':before')
		end
	end
	write(b, 'HSET', seen.key, 'minute', whole(seen.minute), 'hour',
	    whole(seen.hour))
	for _, addr in ipairs(seen.set) do
		write(b, 'BITFIELD', seen.key .. ':minute',
		    unpack(seen_bits(addr, 'SET', '1')))
	end
	for _, part in ipairs{ '', ':minute', ':hour', ':before' } do
		write(b, 'EXPIRE', seen.key .. part, SEEN_STAYS)
	end
end

local function save_dead(b)
	for _, dead in ipairs(b.dead) do
		local fields = dead[3]
		write(b, 'XADD', b.stream .. ':dead', 'MAXLEN', '~',
		    b.dead_max, '*', 'reason', dead[2], 'hit', dead[1],
		    unpack(fields, 1, min(#fields, FIELDS_MAX)))
	end
end

-- Trimming ---------------------------------------------------------------

-- The entry after that id, as two numbers.
local function after(id)
	local time, sequence = match(id, '^(%d+)-(%d+)$')
	return tonumber(time), tonumber(sequence) + 1
end

-- Drop what every group of the stream has acknowledged, and nothing else.
local function trim(b)
	local time, sequence
	for _, g in ipairs(groups_of(b)) do
		local t, s = after(g['last-delivered-id'])
		if g.pending > 0 then
			t, s = after(call('XPENDING', b.stream, g.name)[2])
			s = s - 1
		end
		if not time or t < time or t == time and s < sequence then
			time, sequence = t, s
		end
	end
	if time then
		write(b, 'XTRIM', b.stream, 'MINID',
		    whole(time) .. '-' .. whole(sequence))
	end
end

-- What is called ---------------------------------------------------------

-- A batch for the stream that keys names, with the arguments that the
-- functions begin with: group, consumer, and bounds of the dead, the names
-- and the evidence of an incident, the events, and the hosts.
local function new_batch(keys, args)
	set_up()
	local stream = keys[1] or ''
	local prefix, partition = match(stream, '^(qw:{(%d+)}:)hits$')
	if not prefix or tonumber(partition) > 1023 then
		return nil
	end
	return { stream = stream, prefix = prefix,
	    partition = tonumber(partition), group = args[1],
	    consumer = args[2], dead_max = args[3],
	    names_max = tonumber(args[4]), evidence_max = tonumber(args[5]),
	    events_max = args[6], hosts_max = tonumber(args[7]),
	    ids = {}, done = {}, dead = {}, hosts = {}, opened = {},
	    events = {}, lists = {}, indexes = {}, fields = {}, checked = {},
	    quoted = {}, hits_fields = {},
	    skipped = 0, applied = 0, refused = 0 }
end

local BOUNDS = 7		-- arguments of new_batch

-- Work out what was read.
local function work_out(b)
	for _, host in ipairs(b.hosts) do
		local reason = load_host(b, host)
		if reason then
			for i, id in ipairs(host.ids) do
				note_dead(b, id, reason, host.hits[i].fields)
			end
		else
			apply_host(b, host)
		end
	end
end

-- Write all but that the entries are done, and return what the functions do.
local function save(b)
	if b.last_id then
		write(b, 'SET', b.prefix .. 'incident_last', whole(b.last_id))
	end
	for _, host in ipairs(b.hosts) do
		if host.incident then
			save_host(b, host)
		end
	end
	save_indexes(b)
	for _, event in ipairs(b.events) do
		write(b, 'XADD', b.prefix .. 'events', 'MAXLEN', '~',
		    b.events_max, '*', unpack(event))
	end
	save_refused(b)
	save_dead(b)
	trim(b)
	local dead = {}
	for _, d in ipairs(b.dead) do
		dead[#dead + 1] = d[1]
		dead[#dead + 1] = d[2]
	end
	return { b.applied, b.skipped, b.opened, dead, b.problem or '',
	    b.refused }
end

-- qw_incidents_take qw:{p}:hits : group consumer dead-max names-max
--     evidence-max events-max hosts-max count
-- Apply the next entries that nobody has been given, count at most, and let
-- the group go on behind them: they are never pending.  Return how many were
-- applied, how many entries are pending in the group, the ids of incidents
-- opened, the dead as id, reason, ..., the first write that failed or the
-- empty string, how many hits found no room, and how many entries there were.
local function take(keys, args)
	local b = new_batch(keys, args)
	if not b or #args ~= BOUNDS + 1 then
		return redis.error_reply('ERR wrong arguments')
	end
	local count = read_new(b, args[BOUNDS + 1])
	if not count then
		return redis.error_reply('NOGROUP ' .. b.group)
	elseif count == 0 then
		return { 0, b.position.pending, {}, {}, '', 0, 0 }
	end
	work_out(b)
	-- First of the writes: should it be refused, nothing has happened.
	local read = b.position['entries-read']
	call('XGROUP', 'SETID', b.stream, b.group, b.upto, 'ENTRIESREAD',
	    read and whole(read + count) or -1)
	local reply = save(b)
	reply[2], reply[7] = b.position.pending, count
	return reply
end

-- qw_incidents_apply qw:{p}:hits : the same, but id... in place of count
-- Apply and acknowledge those of the ids (in ascending order) that are
-- pending for the consumer.  Return the same, but how many of them were not
-- pending in the second place, and without the last.
local function apply(keys, args)
	local b = new_batch(keys, args)
	if not b or #args <= BOUNDS then
		return redis.error_reply('ERR wrong arguments')
	end
	for i = BOUNDS + 1, #args do
		b.ids[#b.ids + 1] = args[i]
	end
	read_pending(b)
	work_out(b)
	-- As above.
	if b.done[1] then
		call('XACK', b.stream, b.group, unpack(b.done))
	end
	return save(b)
end

-- qw_incidents_bury qw:{p}:hits : group consumer dead-max tries reason id
-- Move an entry that qw_incidents_apply fails on to the dead, if it has been
-- delivered so often.  Return 1, or 0 if it stays or is not pending.
local function bury(keys, args)
	local b = new_batch(keys, args)
	if not b or #args ~= 6 then
		return redis.error_reply('ERR wrong arguments')
	end
	local tries, reason, id = tonumber(args[4]), args[5], args[6]
	local pending = call('XPENDING', b.stream, b.group, id, id, 1,
	    b.consumer)[1]
	if not pending or pending[4] < tries then
		return 0
	end
	b.ids = { id }
	note_dead(b, id, reason, entries_of(b)[id])
	call('XACK', b.stream, b.group, id)
	save_dead(b)
	trim(b)
	return 1
end

redis.register_function('qw_incidents_take', take)
redis.register_function('qw_incidents_apply', apply)
redis.register_function('qw_incidents_bury', bury)
redis.register_function{ function_name = 'qw_incidents_version',
    callback = function() return VERSION end, flags = { 'no-writes' } }
