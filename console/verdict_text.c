#include <stdio.h>

#include "core/dns_token.h"
#include "core/timestamp.h"
#include "print.h"
#include "verdict.h"

static void
print_date(const char *before, int64_t time)
{
	char text[TIMESTAMP_TEXT_SIZE];

	timestamp_format(time, text);
	/* Without the fraction of a second, which nobody gives. */
	printf("%s%.19sZ", before, text);
}

/* --- conditions ------------------------------------------------------------ */

static void
print_types(const struct list_condition *c)
{
	char text[DNS_TOKEN_SIZE];

	for (size_t i = 0; i < c->types; i++) {
		dns_type_text(c->type[i], text);
		printf("%s%s", i > 0 ? " " : c->not_types ?
		    ", but for types " : ", only for types ", text);
	}
}

static void
print_clients(const struct list_condition *c)
{
	char text[NETBLOCK_TEXT_SIZE];

	for (size_t i = 0; i < c->clients; i++) {
		netblock_format(&c->client[i], text);
		printf("%s%s", i > 0 ? " " : c->not_clients ?
		    ", but for clients " : ", only for clients ", text);
	}
}

static void
print_names(const struct list_condition *c)
{
	char text[DNS_NAME_TEXT_SIZE];

	for (size_t i = 0; i < c->names; i++) {
		dns_name_to_text(&c->not_name[i], text);
		printf("%s%s", i > 0 ? " " : ", but for names ", text);
	}
}

/* --- entries --------------------------------------------------------------- */

static void
print_detail(const struct list_detail *d)
{
	if (d->severity != LIST_SEVERITY_NONE)
		printf(", severity %s", list_severity_text(d->severity));
	if (d->threat[0] != '\0')
		printf(", threat %s", d->threat);
	if (d->confidence != LIST_CONFIDENCE_NONE)
		printf(", confidence %u %%", d->confidence);
	if (d->important)
		printf(", important");
	if (d->expires != 0)
		print_date(", until ", d->expires);
	if (d->condition != NULL) {
		print_types(d->condition);
		print_clients(d->condition);
		print_names(d->condition);
	}
	if (d->reference[0] != '\0')
		printf(", see %s", d->reference);
}

/* The name with what stands before the entry in brackets. */
static void
print_cut(const struct verdict_question *q, const struct verdict_entry *e)
{
	char text[VERDICT_CUT_SIZE];

	verdict_cut(q, e, text);
	print_text(text);
}

static void
print_entry(const struct verdict_question *q, const struct verdict_entry *e)
{
	char label[LIST_LABEL_SIZE];

	rules_labels(q->rules, UINT64_C(1) << (e->entry.list & 63), label,
	    sizeof(label));
	printf("  ");
	print_cut(q, e);
	printf(": list ");
	print_text(label);
	printf(", %s", list_match_text(e->entry.mode));
	print_detail(&e->entry.detail);
	if (!e->entry.holds)
		printf("; does not hold here");
	else if (e->excepted)
		printf("; its list excepts this name");
	else if (!e->counts)
		printf("; another goes first");
	putchar('\n');
}

/* --- what holds back ------------------------------------------------------- */

static void
print_rule(const struct allow_rule *rule)
{
	char name[DNS_NAME_TEXT_SIZE];

	if (rule->name.length > 1) {
		dns_name_to_text(&rule->name, name);
		printf(", %s", name);
	}
	for (size_t i = 0; i < rule->client_count; i++) {
		netblock_format(&rule->clients[i], name);
		printf("%s%s", i > 0 ? " " : ", for ", name);
	}
	if (rule->expires != ALLOW_FOR_GOOD)
		print_date(", until ", rule->expires);
}

static void
print_hold(const struct verdict_question *q,
    const struct rules_view_hold *h)
{
	char labels[LIST_LABEL_SIZE * MATCHER_LISTS_MAX];

	rules_labels(q->rules, h->lists, labels, sizeof(labels));
	printf("  %s on ", allow_list_effect_text(h->rule.effect));
	print_text(labels);
	printf(" by ");
	if (h->own)
		printf("an exception of its own");
	else
		print_text(h->rule.file);
	if (h->rule.line > 0)
		printf("%s%llu", h->own ? ", line " : ":",
		    (unsigned long long)h->rule.line);
	print_rule(&h->rule);
	if (h->rule.author[0] != '\0') {
		printf(", ");
		print_text(h->rule.author);
	}
	if (h->rule.comment[0] != '\0') {
		printf(": ");
		print_text(h->rule.comment);
	}
	putchar('\n');
}

/* --- all together ---------------------------------------------------------- */

static void
print_client(const struct verdict_question *q, const struct verdict *v)
{
	char client[ADDRESS_TEXT_SIZE], block[NETBLOCK_TEXT_SIZE];

	address_format(q->about.client, client);
	if (v->client == RULES_UNMONITORED) {
		printf("  client %s is in no monitored netblock\n", client);
	} else if (v->client == RULES_EXCLUDED && v->excluded.base.family !=
	    0) {
		netblock_format(&v->excluded, block);
		printf("  client %s is excluded, by %s\n", client, block);
	} else if (v->client == RULES_EXCLUDED) {
		printf("  client %s is excluded\n", client);
	}
}

void
verdict_text(const struct verdict_question *q, const struct verdict *v)
{
	char type[DNS_TOKEN_SIZE];

	print_text(q->text);
	if (q->address == NULL) {
		dns_type_text(q->about.qtype, type);
		printf(" %s", type);
	}
	printf(": %s", verdict_word_text(v->word));
	if (v->word == VERDICT_HIT && v->severity != LIST_SEVERITY_NONE)
		printf(", severity %s", list_severity_text(v->severity));
	if (v->word == VERDICT_HIT && v->effect != RULES_ALERT)
		printf(", %s", verdict_effect_text(v->effect));
	putchar('\n');
	print_client(q, v);
	for (size_t i = 0; i < v->entries; i++)
		print_entry(q, &v->entry[i]);
	for (size_t i = 0; i < v->holds; i++)
		print_hold(q, &v->hold[i]);
}
