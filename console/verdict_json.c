#include <inttypes.h>
#include <stdio.h>

#include "core/dns_token.h"
#include "print.h"
#include "verdict.h"

/* Begin an array item. */
static void
begin_item(size_t i)
{
	fputs(i > 0 ? ",{" : "{", stdout);
}

static void
put_netblocks(const char *key, const struct netblock *blocks, size_t count)
{
	char text[NETBLOCK_TEXT_SIZE];

	for (size_t i = 0; i < count; i++) {
		netblock_format(&blocks[i], text);
		if (i == 0)
			printf(",\"%s\":[", key);
		printf("%s\"%s\"%s", i > 0 ? "," : "", text, i + 1 < count ?
		    "" : "]");
	}
}

static void
put_types(const struct list_condition *c)
{
	char text[DNS_TOKEN_SIZE];

	for (size_t i = 0; i < c->types; i++) {
		dns_type_text(c->type[i], text);
		if (i == 0)
			printf(",\"%s\":[", c->not_types ? "not_types" :
			    "types");
		printf("%s\"%s\"%s", i > 0 ? "," : "", text,
		    i + 1 < c->types ? "" : "]");
	}
}

static void
put_names(const struct list_condition *c)
{
	char text[DNS_NAME_TEXT_SIZE];

	for (size_t i = 0; i < c->names; i++) {
		dns_name_to_text(&c->not_name[i], text);
		printf(i > 0 ? "," : ",\"not_names\":[");
		print_json(text);
	}
	if (c->names > 0)
		putchar(']');
}

static void
put_detail(const struct list_detail *d)
{
	if (d->severity != LIST_SEVERITY_NONE)
		print_member("severity", list_severity_text(d->severity));
	print_member("threat", d->threat);
	print_member("reference", d->reference);
	if (d->confidence != LIST_CONFIDENCE_NONE)
		print_number("confidence", d->confidence);
	print_time("expires", d->expires);
	if (d->important)
		printf(",\"important\":true");
	if (d->condition == NULL)
		return;
	put_types(d->condition);
	put_netblocks(d->condition->not_clients ? "not_clients" : "clients",
	    d->condition->client, d->condition->clients);
	put_names(d->condition);
}

static void
put_entry(const struct verdict_question *q, const struct verdict_entry *e)
{
	char text[VERDICT_CUT_SIZE], label[LIST_LABEL_SIZE];

	rules_labels(q->rules, UINT64_C(1) << (e->entry.list & 63), label,
	    sizeof(label));
	printf("\"list\":");
	print_json(label);
	print_member("match", list_match_text(e->entry.mode));
	if (e->netblock.base.family != 0) {
		netblock_format(&e->netblock, text);
		print_member("entry", text);
	} else if (e->entry.entry.length > 0) {
		dns_name_to_text(&e->entry.entry, text);
		print_member("entry", text);
		verdict_cut(q, e, text);
		print_member("cut", text);
	} else {
		print_member("pattern", e->entry.pattern);
	}
	printf(",\"holds\":%s,\"counts\":%s", e->entry.holds ? "true" :
	    "false", e->counts ? "true" : "false");
	put_detail(&e->entry.detail);
	putchar('}');
}

static void
put_hold(const struct verdict_question *q, const struct rules_view_hold *h)
{
	char text[LIST_LABEL_SIZE * MATCHER_LISTS_MAX];

	rules_labels(q->rules, h->lists, text, sizeof(text));
	printf("\"lists\":");
	print_json(text);
	print_member("effect", allow_list_effect_text(h->rule.effect));
	printf(",\"own\":%s", h->own ? "true" : "false");
	print_member("file", h->rule.file);
	if (h->rule.line > 0)
		print_number("line", h->rule.line);
	dns_name_to_text(&h->rule.name, text);
	print_member("name", text);
	put_netblocks("clients", h->rule.clients, h->rule.client_count);
	print_member("author", h->rule.author);
	print_member("comment", h->rule.comment);
	if (h->rule.expires != ALLOW_FOR_GOOD)
		print_time("expires", h->rule.expires);
	putchar('}');
}

static void
put_client(const struct verdict_question *q, const struct verdict *v)
{
	static const char *const words[] = {
		[RULES_COUNTS] = "counts",
		[RULES_UNMONITORED] = "unmonitored",
		[RULES_EXCLUDED] = "excluded",
	};
	char text[NETBLOCK_TEXT_SIZE];

	if (q->about.client->family == 0)
		return;
	address_format(q->about.client, text);
	print_member("client", text);
	print_member("client_is", words[v->client]);
	if (v->excluded.base.family == 0)
		return;
	netblock_format(&v->excluded, text);
	print_member("excluded_by", text);
}

void
verdict_json(const struct verdict_question *q, const struct verdict *v)
{
	char type[DNS_TOKEN_SIZE];

	printf("{\"name\":");
	print_json(q->text);
	if (q->address == NULL) {
		dns_type_text(q->about.qtype, type);
		print_member("type", type);
	}
	put_client(q, v);
	print_member("verdict", verdict_word_text(v->word));
	if (v->word == VERDICT_HIT) {
		if (v->severity != LIST_SEVERITY_NONE)
			print_member("severity", list_severity_text(
			    v->severity));
		print_member("effect", verdict_effect_text(v->effect));
	}
	printf(",\"entries\":[");
	for (size_t i = 0; i < v->entries; i++) {
		begin_item(i);
		put_entry(q, &v->entry[i]);
	}
	printf("],\"held_back\":[");
	for (size_t i = 0; i < v->holds; i++) {
		begin_item(i);
		put_hold(q, &v->hold[i]);
	}
	puts("]}");
}
