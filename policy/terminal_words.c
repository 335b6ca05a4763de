#include "policy/terminal_words.h"

#include <string.h>

#include "policy/characters.h"
#include "policy/code_text.h"
#include "policy/root.h"

#define TICKET_PREFIX "T-"

bool ticket_id_is_valid(const char *text)
{
	size_t prefix = strlen(TICKET_PREFIX);

	if (strlen(text) != TICKET_ID_SIZE - 1 || strncmp(text, TICKET_PREFIX, prefix) != 0)
		return false;
	return strspn(text + prefix, CODE_ALPHABET) == TICKET_ID_SIZE - 1 - prefix;
}

static bool is_hex(const char *text, size_t length)
{
	if (strlen(text) != length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (!is_lower_hex_digit(text[i]))
			return false;
	return true;
}

static void take(const struct schema_key *key, const struct ini_entry *entry, void *ret)
{
	memcpy(ret, entry->value, strlen(entry->value) + 1);
}

void terminal_read_fingerprint(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	if (fingerprint_is_valid(entry->value))
		take(key, entry, ret);
	else
		value_problem(problems, entry, "\"SHA256:\" and 43 letters of base64");
}

void terminal_read_certificate(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	if (is_hex(entry->value, CERTIFICATE_SIZE - 1))
		take(key, entry, ret);
	else
		value_problem(problems, entry, "40 lower-case hexadecimal digits");
}

void terminal_read_machine(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	if (is_hex(entry->value, MACHINE_TEXT_SIZE - 1))
		take(key, entry, ret);
	else
		value_problem(problems, entry, "16 lower-case hexadecimal digits");
}

void terminal_read_ticket(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	if (ticket_id_is_valid(entry->value))
		take(key, entry, ret);
	else
		value_problem(problems, entry, "the number of a ticket: T-XXXXXXXX");
}
