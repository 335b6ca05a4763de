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

void token_ticket_check(const struct ini_section *section, struct problems *problems)
{
	const struct ini_entry *ticket = ini_section_find(section, "ticket");
	const struct ini_entry *until = ini_section_find(section, "ticket-until");

	if (ticket && !until)
		problems_add(problems, ticket->line, 1, ticket->key, strlen(ticket->key),
			"the key \"ticket-until\" beside it: no ticket counts for ever");
	if (until && !ticket)
		problems_add(problems, until->line, 1, until->key, strlen(until->key),
			"the key \"ticket\" beside it");
}
