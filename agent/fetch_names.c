#include "agent/fetch_names.h"

#include <string.h>

#include "policy/characters.h"
#include "policy/document.h"
#include "policy/document_name.h"

/* Of several documents one after the other, and of the keys of desks: as large as the bus takes. */
#define LARGE_SIZE_MAX (1024 * 1024)

/* The list of media behind its shards, which are no use without it. */
static const struct {
	const char *name;
	size_t size_max;
} singles[] = {
	{"media.ini", MEDIA_SIZE_MAX},
	{"policy.ini", POLICY_SIZE_MAX},
	{"fresh.ini", FRESH_SIZE_MAX},
	{"tokens.ini", TOKENS_SIZE_MAX},
	{"desks.ini", LARGE_SIZE_MAX},
	{"revocations.ini", LARGE_SIZE_MAX},
	{"exemptions.ini", LARGE_SIZE_MAX},
};

#define N_SINGLES (sizeof(singles) / sizeof(singles[0]))

const char *fetch_name_single(size_t i)
{
	return i < N_SINGLES ? singles[i].name : NULL;
}

size_t fetch_size_max(const char *name)
{
	struct document_name parsed = document_name_parse(name);

	for (size_t i = 0; i < N_SINGLES; i++)
		if (strcmp(name, singles[i].name) == 0)
			return singles[i].size_max;
	if (parsed.kind == DOCUMENT_ROOT)
		return ROOT_SIZE_MAX;
	return parsed.is_shard ? MEDIA_SHARD_SIZE_MAX : 0;
}

static bool is_letter_or_digit(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool fetch_may_go_up(const char *name)
{
	size_t length = strlen(name);

	if (length == 0 || length > FETCH_UP_NAME_MAX || !is_letter_or_digit(name[0]))
		return false;
	for (size_t i = 1; i < length; i++)
		if (!is_letter_or_digit(name[i]) && !strchr("._-", name[i]))
			return false;
	return true;
}

bool fetch_is_urgent(const char *name)
{
	return strncmp(name, "request-", 8) == 0 || strncmp(name, "join-", 5) == 0;
}

void fetch_roots_add(struct fetch_roots *roots, uint64_t number)
{
	size_t at = roots->n;

	while (at > 0 && roots->numbers[at - 1] > number)
		at--;
	if (at > 0 && roots->numbers[at - 1] == number)
		return;
	if (roots->n == FETCH_ROOTS_MAX) {
		if (at == 0)
			return;
		memmove(roots->numbers, roots->numbers + 1, (--at) * sizeof(roots->numbers[0]));
	} else {
		memmove(roots->numbers + at + 1, roots->numbers + at,
			(roots->n++ - at) * sizeof(roots->numbers[0]));
	}
	roots->numbers[at] = number;
}

bool fetch_roots_has(const struct fetch_roots *roots, uint64_t number)
{
	for (size_t i = 0; i < roots->n; i++)
		if (roots->numbers[i] == number)
			return true;
	return false;
}
