#include "policy/join_tickets.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "policy/base64.h"
#include "policy/characters.h"
#include "policy/cleanup.h"
#include "policy/ini_document.h"
#include "policy/ini_text.h"
#include "policy/schema.h"
#include "policy/terminal_words.h"
#include "policy/value.h"

#define FIELD(field) \
	.offset = offsetof(struct join_tickets, field), \
	.size = sizeof(((struct join_tickets *)0)->field)
#define TICKET_FIELD(field) \
	.offset = offsetof(struct known_ticket, field), \
	.size = sizeof(((struct known_ticket *)0)->field)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What was read is a secret, however wrong. */
static void read_key(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	uint8_t bytes[TICKET_KEY_SIZE];
	size_t size;

	if (base64_decode(entry->value, strlen(entry->value), bytes, sizeof(bytes), &size) == 0 &&
		size == sizeof(bytes))
		memcpy(ret, bytes, size);
	else
		problems_add(problems, entry->line, entry->column, "", 0, "%d bytes in base64",
			TICKET_KEY_SIZE);
	explicit_bzero(bytes, sizeof(bytes));
}

static const struct schema_key place_keys[] = {
	{.key = "site", .read = value_read_word, .is_required = true, FIELD(site)},
	{.key = "tier", .read = value_read_tier, .is_required = true, FIELD(tier)},
};

static const struct schema_key ticket_keys[] = {
	{.key = "key", .read = read_key, .is_required = true, TICKET_FIELD(key)},
	{.key = "made", .read = value_read_time, .is_required = true, TICKET_FIELD(made)},
	{.key = "until", .read = value_read_time, .is_required = true, TICKET_FIELD(until)},
	{.key = "count",
		.read = value_read_number,
		.min = 1,
		.max = TICKET_COUNT_MAX,
		.is_required = true,
		TICKET_FIELD(count)},
	{.key = "used",
		.read = value_read_number,
		.max = TICKET_COUNT_MAX,
		.is_required = true,
		TICKET_FIELD(used)},
};

/* Names of sections have small letters. */
static bool read_id(const char *name, char ret[TICKET_ID_SIZE])
{
	char id[TICKET_ID_SIZE] = "";

	for (size_t i = 0; name[i] && i < sizeof(id) - 1; i++)
		id[i] = name[i] >= 'a' && name[i] <= 'z' ? (char)(name[i] - 'a' + 'A') : name[i];
	if (strlen(name) != sizeof(id) - 1 || !ticket_id_is_valid(id))
		return false;
	memcpy(ret, id, sizeof(id));
	return true;
}

static void write_id(const char *id, char ret[TICKET_ID_SIZE])
{
	for (size_t i = 0; i < TICKET_ID_SIZE; i++)
		ret[i] = to_lower(id[i]);
}

static void *begin_ticket(
	const struct ini_section *section, struct problems *problems, void *document)
{
	struct join_tickets *tickets = document;
	struct known_ticket *ticket = &tickets->items[tickets->n];

	if (tickets->n == TICKETS_MAX || !read_id(section->name, ticket->id)) {
		problems_add(problems, section->line, (unsigned)strlen("[ticket ") + 1,
			section->name, strlen(section->name),
			"the number of a ticket, t-xxxxxxxx, of at most %d", TICKETS_MAX);
		return NULL;
	}
	tickets->n++;
	return ticket;
}

static const struct schema_section sections[] = {
	{.type = "tickets", .is_required = true, .keys = place_keys, .n_keys = COUNT(place_keys)},
	{.type = "ticket",
		.is_named = true,
		.keys = ticket_keys,
		.n_keys = COUNT(ticket_keys),
		.begin = begin_ticket},
};

int join_tickets_parse(
	const char *text, size_t size, struct problems *problems, struct join_tickets **ret)
{
	CLEANUP(ini_document_cleanup) struct ini_document *document = NULL;
	CLEANUP(join_tickets_cleanup) struct join_tickets *tickets = NULL;
	size_t found_before = problems_found(problems);
	int r;

	if (size > TICKETS_SIZE_MAX) {
		problems_add(
			problems, 0, 0, "", 0, "at most %d bytes, not %zu", TICKETS_SIZE_MAX, size);
		return -EBADMSG;
	}
	r = ini_document_read(text, size, problems, &document);
	if (r < 0)
		return r;
	tickets = calloc(1, sizeof(*tickets));
	if (!tickets)
		return -ENOMEM;
	schema_read(document, sections, COUNT(sections), problems, tickets);
	if (problems_found(problems) != found_before)
		return -EBADMSG;
	*ret = TAKE(tickets);
	return 0;
}

void join_tickets_free(struct join_tickets *tickets)
{
	if (tickets)
		explicit_bzero(tickets, sizeof(*tickets));
	free(tickets);
}

void join_tickets_cleanup(struct join_tickets **tickets)
{
	join_tickets_free(*tickets);
}

static void write_ticket(struct ini_text *text, const struct known_ticket *ticket)
{
	char key[BASE64_SIZE(TICKET_KEY_SIZE) + 1], id[TICKET_ID_SIZE];

	base64_encode(ticket->key, sizeof(ticket->key), key);
	write_id(ticket->id, id);
	ini_text_line(text, "[ticket %s]", id);
	ini_text_line(text, "key = %s", key);
	ini_text_time(text, "made", ticket->made);
	ini_text_time(text, "until", ticket->until);
	ini_text_line(text, "count = %" PRIu32, ticket->count);
	ini_text_line(text, "used = %" PRIu32, ticket->used);
	explicit_bzero(key, sizeof(key));
}

int join_tickets_write(const struct join_tickets *tickets, char **ret)
{
	struct ini_text text = ini_text_begin(TICKETS_SIZE_MAX);
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(join_tickets_cleanup) struct join_tickets *again = NULL;
	int r = -ENOMEM;

	ini_text_line(&text, "[tickets]");
	ini_text_value(&text, "site", tickets->site);
	ini_text_value(&text, "tier", tickets->tier);
	for (size_t i = 0; i < tickets->n; i++)
		write_ticket(&text, &tickets->items[i]);
	if (!text.has_failed)
		r = join_tickets_parse(text.bytes, text.used, &problems, &again);
	if (r == 0) {
		*ret = TAKE(text.bytes);
		return 0;
	}
	if (text.bytes)
		explicit_bzero(text.bytes, text.used);
	ini_text_clear(&text);
	return r == -EBADMSG ? -EINVAL : r;
}

struct known_ticket *join_tickets_find(struct join_tickets *tickets, const char *id)
{
	for (size_t i = 0; i < tickets->n; i++)
		if (strcmp(tickets->items[i].id, id) == 0)
			return &tickets->items[i];
	return NULL;
}

enum ticket_standing ticket_standing(const struct known_ticket *ticket, int64_t now_s)
{
	if (!ticket)
		return TICKET_REFUSED;
	if (now_s > ticket->until)
		return TICKET_OVER;
	return ticket->used < ticket->count ? TICKET_COUNTS : TICKET_USED_UP;
}
