#include "policy/admin/register_places.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const separators[] = {" ", "\n", ",", ";", "、", "，", "　"};

bool register_places_has(const struct register_places *places, uint32_t terminal)
{
	for (size_t i = 0; i < places->n; i++)
		if (places->at[i] == terminal)
			return true;
	return false;
}

int register_places_add(struct register_places *places, uint32_t terminal)
{
	size_t at = 0;
	void *grown;

	if (register_places_has(places, terminal))
		return 0;
	grown = reallocarray(places->at, places->n + 1, sizeof(*places->at));
	if (!grown)
		return -ENOMEM;
	places->at = grown;
	while (at < places->n && places->at[at] < terminal)
		at++;
	memmove(places->at + at + 1, places->at + at, (places->n - at) * sizeof(*places->at));
	places->at[at] = terminal;
	places->n++;
	return 0;
}

bool register_places_are_same(const struct register_places *a, const struct register_places *b)
{
	return a->n == b->n && (a->n == 0 || memcmp(a->at, b->at, a->n * sizeof(*a->at)) == 0);
}

int register_places_copy(const struct register_places *from, struct register_places *ret)
{
	uint32_t *copy = calloc(from->n + 1, sizeof(*copy));

	if (!copy)
		return -ENOMEM;
	if (from->n > 0)
		memcpy(copy, from->at, from->n * sizeof(*copy));
	register_places_clear(ret);
	*ret = (struct register_places){copy, from->n};
	return 0;
}

void register_places_clear(struct register_places *places)
{
	free(places->at);
	*places = (struct register_places){0};
}

char *register_places_text(const struct register_fleet *fleet, const struct register_places *places)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	for (size_t i = 0; i < places->n; i++)
		fprintf(to, "%s%s", i > 0 ? " " : "", fleet->terminals[places->at[i]].name);
	if (fclose(to) == 0)
		return text;
	free(text);
	return NULL;
}

static size_t separator_size(const char *text)
{
	for (size_t i = 0; i < sizeof(separators) / sizeof(separators[0]); i++)
		if (strncmp(text, separators[i], strlen(separators[i])) == 0)
			return strlen(separators[i]);
	return 0;
}

bool register_places_next(const char **cursor, char ret[TERMINAL_NAME_MAX + 2])
{
	size_t used = 0, size;

	while ((size = separator_size(*cursor)) > 0)
		*cursor += size;
	for (; **cursor != '\0' && separator_size(*cursor) == 0; (*cursor)++)
		if (used < TERMINAL_NAME_MAX + 1)
			ret[used++] = **cursor;
	ret[used] = '\0';
	return used > 0;
}
