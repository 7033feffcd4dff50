/*
 * A hosts file: an address, then one or more names (hosts(5)).  The names
 * that every hosts file has for the machine itself are no bad names.
 */

#include <string.h>
#include <strings.h>

#include "core/address.h"
#include "lists/list_format.h"

static const char *const local_names[] = {
	"localhost", "localhost.localdomain", "localhost4",
	"localhost4.localdomain4", "localhost6", "localhost6.localdomain6",
	"local", "broadcasthost", "ip6-localhost", "ip6-loopback",
	"ip6-localnet", "ip6-mcastprefix", "ip6-allnodes", "ip6-allrouters",
	"ip6-allhosts",
};

static int
is_local(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(local_names) / sizeof(*local_names);
	    i++) {
		if (strlen(local_names[i]) == length &&
		    strncasecmp(local_names[i], name, length) == 0)
			return 1;
	}
	return 0;
}

static size_t
word_length(const char *at, const char *end)
{
	const char *first = at;

	while (at < end && *at != ' ' && *at != '\t')
		at++;
	return (size_t)(at - first);
}

static const char *
skip_space(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return at;
}

/* An address, then a name, on the first line that is no comment. */
bool
list_hosts_likely(const char *head, size_t length)
{
	const char *end = head + length, *line;
	struct address address;
	size_t word;

	while ((line = list_text_next(&head, end, &length)) != NULL) {
		if ((length = list_text_uncomment(line, length)) == 0 ||
		    line[0] == ';' || line[0] == '!')
			continue;
		word = word_length(line, line + length);
		return word < length &&
		    address_parse(line, word, &address) == 0;
	}
	return false;
}

void
list_hosts_line(struct list_reader *r, const char *line, size_t length)
{
	if (line[0] != ';' && line[0] != '!' &&
	    (length = list_text_uncomment(line, length)) > 0)
		list_hosts_names(r, line, length, list_reader_match(r));
}

void
list_hosts_names(struct list_reader *r, const char *line, size_t length,
    enum list_match match)
{
	const char *end = line + length, *at = line;
	struct address address;
	size_t word = word_length(at, end);

	if (address_parse(at, word, &address) != 0) {
		list_reader_refuse(r, LIST_NOT_A_NAME, line, length);
		return;
	}
	at = skip_space(at + word, end);
	if (at == end) {
		list_reader_refuse(r, LIST_ADDRESS, line, length);
		return;
	}
	while (at < end) {
		word = word_length(at, end);
		if (is_local(at, word))
			list_reader_refuse(r, LIST_LOCAL, at, word);
		else
			list_reader_name(r, at, word, match);
		at = skip_space(at + word, end);
	}
}
