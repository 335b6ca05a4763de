#include "policy/tokens_check.h"

#include <string.h>

#include "policy/token_dates_read.h"
#include "policy/token_ticket_read.h"
#include "policy/value.h"

static void check_absent(const struct ini_section *section, const char *key, const char *type,
	struct problems *problems)
{
	const struct ini_entry *entry = ini_section_find(section, key);

	if (entry)
		problems_add(problems, entry->line, 1, key, strlen(key),
			"no such key where type is %s", type);
}

static void check_present(
	const struct ini_section *section, const char *key, struct problems *problems)
{
	unsigned line, column;

	if (ini_section_find(section, key))
		return;
	ini_section_end(section, &line, &column);
	problems_add_missing(
		problems, line, column, "the key \"%s\" in [token %s]", key, section->name);
}

static void check_type(const struct ini_section *section, const struct token_entry *entry,
	struct problems *problems)
{
	const struct ini_entry *hash = ini_section_find(section, "hash");

	switch (entry->type) {
	case CODE_TOTP:
		check_present(section, "period", problems);
		check_absent(section, "count", "totp", problems);
		break;
	case CODE_HOTP:
		check_present(section, "count", problems);
		check_absent(section, "period", "hotp", problems);
		if (hash && entry->hash > CODE_SHA1)
			value_problem(problems, hash, "sha1, because type is hotp");
		break;
	case CODE_NONE: break; /* a problem already */
	}
}

/* One token is one person's. */
static void check_number(const struct tokens *tokens, size_t at, const struct ini_section *section,
	struct problems *problems)
{
	const struct ini_entry *number = ini_section_find(section, "number");

	for (size_t i = 0; number && i < at; i++)
		if (tokens->entries[i].number[0] != '\0' &&
			strcmp(tokens->entries[i].number, tokens->entries[at].number) == 0)
			value_problem(problems, number,
				"the number of a token that nobody else has (%s has it, line %u)",
				tokens->entries[i].user, tokens->entries[i].line);
}

void tokens_check(
	const struct ini_document *document, const struct tokens *tokens, struct problems *problems)
{
	size_t at = 0;

	for (size_t i = 0; i < document->n_sections && at < tokens->n_entries; i++) {
		if (document->sections[i].line != tokens->entries[at].line)
			continue;
		check_type(&document->sections[i], &tokens->entries[at], problems);
		check_number(tokens, at, &document->sections[i], problems);
		token_dates_check(&document->sections[i], &tokens->entries[at].dates, problems);
		token_ticket_check(&document->sections[i], problems);
		at++;
	}
}
