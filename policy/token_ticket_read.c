#include "policy/token_ticket_read.h"

#include <string.h>

void token_ticket_read(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	if (code_hash_is_valid(entry->value))
		memcpy(ret, entry->value, strlen(entry->value) + 1);
	else
		value_problem(problems, entry,
			"a hash of yescrypt such as $y$j9T$, 22 letters, $ and %d letters",
			CODE_HASH_LETTERS);
}

static void check_pair(const struct ini_section *section, const char *code, const char *end,
	struct problems *problems)
{
	const struct ini_entry *ticket = ini_section_find(section, code);
	const struct ini_entry *until = ini_section_find(section, end);

	if (ticket && !until)
		problems_add(problems, ticket->line, 1, ticket->key, strlen(ticket->key),
			"the key \"%s\" beside it: no %s counts for ever", end,
			strcmp(code, "ticket") == 0 ? code : "such code");
	if (until && !ticket)
		problems_add(problems, until->line, 1, until->key, strlen(until->key),
			"the key \"%s\" beside it", code);
}

void token_ticket_check(const struct ini_section *section, struct problems *problems)
{
	check_pair(section, "ticket", "ticket-until", problems);
	check_pair(section, "temporary", "temporary-until", problems);
}
