#include "policy/document_name.h"

#include <string.h>

#include "policy/characters.h"
#include "policy/media_index.h"

#define ROOT_DIGITS_MAX 18 /* no sum of it overflows */

/* "7.ini", without leading zeros. */
static bool parse_root(const char *name, uint64_t *ret)
{
	uint64_t number = 0;
	size_t n_digits = 0;

	for (; is_digit(name[n_digits]); n_digits++) {
		if (n_digits == ROOT_DIGITS_MAX)
			return false;
		number = number * 10 + (uint64_t)(name[n_digits] - '0');
	}
	if (n_digits == 0 || name[0] == '0' || strcmp(name + n_digits, ".ini") != 0)
		return false;
	*ret = number;
	return true;
}

/* "3f" */
static bool parse_shard(const char *name, uint64_t *ret)
{
	int number = media_shard_number(name);

	if (number < 0)
		return false;
	*ret = (uint64_t)number;
	return true;
}

struct document_name document_name_parse(const char *name)
{
	struct document_name parsed = {};

	if (strcmp(name, "policy.ini") == 0)
		parsed.kind = DOCUMENT_POLICY;
	else if (strcmp(name, "media.ini") == 0)
		parsed.kind = DOCUMENT_MEDIA;
	else if (strcmp(name, "fresh.ini") == 0)
		parsed.kind = DOCUMENT_FRESH;
	else if (strcmp(name, "tokens.ini") == 0)
		parsed.kind = DOCUMENT_TOKENS;
	else if (strcmp(name, "exemptions.ini") == 0)
		parsed.kind = DOCUMENT_EXEMPTION;
	else if (strcmp(name, "revocations.ini") == 0)
		parsed.kind = DOCUMENT_REVOCATION;
	else if (strcmp(name, "desks.ini") == 0)
		parsed.kind = DOCUMENT_DESKS;
	else if (strncmp(name, "root/", 5) == 0 && parse_root(name + 5, &parsed.number))
		parsed.kind = DOCUMENT_ROOT;
	else if (strncmp(name, "media/", 6) == 0 && parse_shard(name + 6, &parsed.number))
		parsed = (struct document_name){
			.kind = DOCUMENT_MEDIA, .is_shard = true, .number = parsed.number};
	return parsed;
}
