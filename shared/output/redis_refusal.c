#include "output/redis_refusal.h"

#include <stdlib.h>
#include <string.h>

#include "output/redis_slots.h"

/* The first words of errors that another server, or a later time, mends. */
static const char *const passing[] = {
	"TRYAGAIN",		/* a slot's keys are on their way */
	"CLUSTERDOWN", "MASTERDOWN", "LOADING",
	"READONLY",		/* a replica, which was the master */
};

/* ${text} if it begins with the word ${word}, behind that; else NULL. */
static const char *
after(const char *text, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(text, word, length) != 0 ||
	    (text[length] != ' ' && text[length] != '\0'))
		return NULL;
	return text + length;
}

/* "SLOT HOST:PORT" */
static bool
read_place(const char *text, struct redis_refusal *ret)
{
	char *end;
	unsigned long slot = strtoul(text, &end, 10);
	size_t length;

	if (end == text || *end != ' ' || slot >= REDIS_SLOTS)
		return false;
	length = strcspn(end + 1, " \r\n");
	if (length == 0 || length >= sizeof(ret->address) ||
	    memchr(end + 1, ':', length) == NULL)
		return false;
	ret->slot = (unsigned)slot;
	memcpy(ret->address, end + 1, length);
	ret->address[length] = '\0';
	return true;
}

void
redis_refusal_read(const char *error, struct redis_refusal *ret)
{
	const char *rest;

	*ret = (struct redis_refusal){ .kind = REFUSAL_NONE };
	if ((rest = after(error, "MOVED")) != NULL && read_place(rest, ret))
		ret->kind = REFUSAL_MOVED;
	else if ((rest = after(error, "ASK")) != NULL && read_place(rest, ret))
		ret->kind = REFUSAL_ASK;
	for (size_t i = 0; i < sizeof(passing) / sizeof(passing[0]); i++) {
		if (after(error, passing[i]) != NULL)
			ret->kind = REFUSAL_LATER;
	}
}
