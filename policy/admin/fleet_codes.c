#include "policy/admin/fleet_codes.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/cleanup.h"

int fleet_codes_init(struct fleet_codes *ret)
{
	*ret = (struct fleet_codes){.n = 0};
	return json_line_reader_init(&ret->reader);
}

void fleet_codes_clear(struct fleet_codes *codes)
{
	json_line_reader_clear(&codes->reader);
	free(codes->items);
	*codes = (struct fleet_codes){.n = 0};
}

/* --- a record --- */

static void cleanup_object(struct json_object **object)
{
	json_object_put(*object);
}

static bool get_text(struct json_object *object, const char *key, char *ret, size_t size)
{
	struct json_object *value = json_line_get(object, key, json_type_string);
	size_t length = value ? (size_t)json_object_get_string_len(value) : 0;

	if (length == 0 || length >= size || strlen(json_object_get_string(value)) != length)
		return false;
	memcpy(ret, json_object_get_string(value), length + 1);
	return true;
}

/* False for any other record, and for what is none. */
static bool read_code(struct json_object *root, struct fleet_code *ret)
{
	struct json_object *unmapped = json_line_get(root, "unmapped", json_type_object);
	struct json_object *ours = json_line_get(unmapped, "sekisho", json_type_object);
	struct json_object *login = json_line_get(ours, "login", json_type_object);
	struct json_object *user = json_line_get(root, "user", json_type_object);
	uint64_t time_ms;

	if (!login || !json_line_get_number(login, "next", &ret->next) ||
		!json_line_get_number(root, "time", &time_ms))
		return false;
	ret->time_ms = (int64_t)time_ms;
	return get_text(login, "token", ret->token, sizeof(ret->token)) &&
	       get_text(user, "name", ret->user, sizeof(ret->user));
}

static int add(struct fleet_codes *codes, const struct fleet_code *code)
{
	if (codes->n == codes->room) {
		size_t room = codes->room > 0 ? 2 * codes->room : 64;
		void *grown = reallocarray(codes->items, room, sizeof(*codes->items));

		if (!grown)
			return -ENOMEM;
		codes->items = grown;
		codes->room = room;
	}
	codes->items[codes->n++] = *code;
	return 0;
}

int fleet_codes_take(struct fleet_codes *codes, const char *terminal, const char *line, size_t size)
{
	CLEANUP(cleanup_object) struct json_object *root = NULL;
	struct fleet_code code = {.next = 0};

	/* Most records are of something else, and JSON takes its time. */
	if (!memmem(line, size, "\"next\":", strlen("\"next\":")))
		return 0;
	root = json_line_parse(&codes->reader, line, size);
	if (!root || !read_code(root, &code))
		return 0;
	snprintf(code.terminal, sizeof(code.terminal), "%s", terminal);
	return add(codes, &code);
}

/* --- twice --- */

static int compare_code(const struct fleet_code *one, const struct fleet_code *other)
{
	int order = strcmp(one->token, other->token);

	if (order == 0)
		order = strcmp(one->user, other->user);
	if (order == 0 && one->next != other->next)
		order = one->next < other->next ? -1 : 1;
	return order;
}

static int compare(const void *a, const void *b)
{
	const struct fleet_code *one = a, *other = b;
	int order = compare_code(one, other);

	if (order == 0)
		order = strcmp(one->terminal, other->terminal);
	if (order == 0 && one->time_ms != other->time_ms)
		order = one->time_ms < other->time_ms ? -1 : 1;
	return order;
}

void fleet_codes_find(struct fleet_codes *codes,
	void (*tell)(void *context, const struct fleet_code *first, const struct fleet_code *other),
	void *context)
{
	size_t first = 0;

	if (codes->n > 0)
		qsort(codes->items, codes->n, sizeof(*codes->items), compare);
	for (size_t i = 1; i < codes->n; i++) {
		const struct fleet_code *before = &codes->items[i - 1], *code = &codes->items[i];

		if (compare_code(before, code) != 0)
			first = i;
		else if (strcmp(before->terminal, code->terminal) != 0)
			tell(context, &codes->items[first], code);
	}
}
