#include "policy/admin/fleet_collect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"

int collected_init(struct collected *ret)
{
	*ret = (struct collected){.n = 0};
	return json_line_reader_init(&ret->reader);
}

void collected_clear(struct collected *collected)
{
	for (size_t i = 0; i < collected->n; i++)
		free(collected->items[i].text);
	free(collected->items);
	json_line_reader_clear(&collected->reader);
	*collected = (struct collected){.n = 0};
}

/* 0: it is no record. */
static uint64_t sequence_of(struct json_line_reader *reader, const char *line, size_t size)
{
	struct json_object *root = json_line_parse(reader, line, size);
	uint64_t sequence = 0;

	if (!json_line_get_number(
		    json_line_get(root, "metadata", json_type_object), "sequence", &sequence))
		sequence = 0;
	json_object_put(root);
	return sequence;
}

static int add(struct collected *collected, const struct collected_line *line)
{
	if (collected->n == collected->room) {
		size_t room = collected->room > 0 ? 2 * collected->room : 256;
		void *grown = reallocarray(collected->items, room, sizeof(*collected->items));

		if (!grown)
			return -ENOMEM;
		collected->items = grown;
		collected->room = room;
	}
	collected->items[collected->n++] = *line;
	return 0;
}

int collected_take(
	struct collected *collected, const char *terminal, const char *lines, size_t size)
{
	struct collected_line line = {.sequence = 0};
	int r = 0;

	snprintf(line.terminal, sizeof(line.terminal), "%s", terminal);
	for (const char *at = lines, *end = lines + size; r == 0 && at < end;) {
		const char *line_end = memchr(at, '\n', (size_t)(end - at));
		uint64_t sequence;

		/* What is cut comes whole with another piece. */
		if (!line_end)
			break;
		line.size = (size_t)(line_end - at);
		sequence = sequence_of(&collected->reader, at, line.size);
		line.behind = sequence > 0 ? 0 : line.behind + 1;
		line.sequence = sequence > 0 ? sequence : line.sequence;
		line.text = admin_copy(at, line.size);
		r = line.text ? add(collected, &line) : -ENOMEM;
		at = line_end + 1;
	}
	return r;
}

static int compare(const void *a, const void *b)
{
	const struct collected_line *one = a, *other = b;
	int order = strcmp(one->terminal, other->terminal);

	if (order == 0 && one->sequence != other->sequence)
		order = one->sequence < other->sequence ? -1 : 1;
	if (order == 0 && one->behind != other->behind)
		order = one->behind < other->behind ? -1 : 1;
	return order == 0 ? strcmp(one->text, other->text) : order;
}

void collected_sort(struct collected *collected)
{
	size_t n = 0;

	if (collected->n > 0)
		qsort(collected->items, collected->n, sizeof(*collected->items), compare);
	for (size_t i = 0; i < collected->n; i++) {
		if (n > 0 && compare(&collected->items[n - 1], &collected->items[i]) == 0)
			free(collected->items[i].text);
		else
			collected->items[n++] = collected->items[i];
	}
	collected->n = n;
}
