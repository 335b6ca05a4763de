#include "policy/terminal_entry.h"

#include <errno.h>
#include <string.h>

#include "policy/cleanup.h"
#include "policy/ini_document.h"
#include "policy/ini_text.h"
#include "policy/names.h"
#include "policy/schema.h"
#include "policy/terminal_words.h"
#include "policy/value.h"

#define FIELD(field) \
	.offset = offsetof(struct terminal_entry, field), \
	.size = sizeof(((struct terminal_entry *)0)->field)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const states[TERMINAL_STATE_COUNT] = {
	[TERMINAL_ACTIVE] = "active",
	[TERMINAL_RETIRED] = "retired",
};

const char *terminal_state_name(enum terminal_state state)
{
	return names_get(states, TERMINAL_STATE_COUNT, state);
}

static const struct schema_key keys[] = {
	{.key = "terminal", .read = value_read_word, .is_required = true, FIELD(terminal)},
	{.key = "state",
		.read = value_read_enum,
		.is_required = true,
		.words = states,
		.n_words = COUNT(states),
		FIELD(state)},
	{.key = "key", .read = terminal_read_fingerprint, .is_required = true, FIELD(key)},
	{.key = "certificate", .read = terminal_read_certificate, FIELD(certificate)},
	{.key = "machine", .read = terminal_read_machine, .is_required = true, FIELD(machine)},
	{.key = "joined", .read = value_read_time, .is_required = true, FIELD(joined)},
	{.key = "ticket", .read = terminal_read_ticket, .is_required = true, FIELD(ticket)},
	{.key = "changed", .read = value_read_time, .is_required = true, FIELD(changed)},
};

static const struct schema_section sections[] = {
	{.type = "terminal", .is_required = true, .keys = keys, .n_keys = COUNT(keys)},
};

int terminal_entry_parse(
	const char *text, size_t size, struct problems *problems, struct terminal_entry *ret)
{
	CLEANUP(ini_document_cleanup) struct ini_document *document = NULL;
	size_t found_before = problems_found(problems);
	struct terminal_entry entry = {0};
	int r;

	if (size > TERMINAL_ENTRY_SIZE_MAX) {
		problems_add(problems, 0, 0, "", 0, "at most %d bytes, not %zu",
			TERMINAL_ENTRY_SIZE_MAX, size);
		return -EBADMSG;
	}
	r = ini_document_read(text, size, problems, &document);
	if (r < 0)
		return r;
	schema_read(document, sections, COUNT(sections), problems, &entry);
	if (problems_found(problems) != found_before)
		return -EBADMSG;
	*ret = entry;
	return 0;
}

int terminal_entry_write(const struct terminal_entry *entry, char **ret)
{
	CLEANUP(ini_text_clear) struct ini_text text = ini_text_begin(TERMINAL_ENTRY_SIZE_MAX);
	CLEANUP(problems_clear) struct problems problems = {};
	const char *state = terminal_state_name(entry->state);
	struct terminal_entry again;
	int r;

	ini_text_line(&text, "[terminal]");
	ini_text_value(&text, "terminal", entry->terminal);
	ini_text_value(&text, "state", state ? state : "");
	ini_text_value(&text, "key", entry->key);
	ini_text_value(&text, "certificate", entry->certificate);
	ini_text_value(&text, "machine", entry->machine);
	ini_text_time(&text, "joined", entry->joined);
	ini_text_value(&text, "ticket", entry->ticket);
	ini_text_time(&text, "changed", entry->changed);
	if (text.has_failed)
		return -ENOMEM;
	r = terminal_entry_parse(text.bytes, text.used, &problems, &again);
	if (r < 0)
		return r == -EBADMSG ? -EINVAL : r;
	*ret = TAKE(text.bytes);
	return 0;
}
