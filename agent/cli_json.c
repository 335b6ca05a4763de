#include "agent/cli_json.h"

#include <stdio.h>
#include <stdlib.h>

#include "agent/cli.h"

static void print(struct json_object *value, int layout)
{
	puts(json_object_to_json_string_ext(value, layout | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(value);
}

void cli_json_print(struct json_object *value)
{
	print(value, JSON_C_TO_STRING_PRETTY);
}

void cli_json_print_line(struct json_object *value)
{
	print(value, JSON_C_TO_STRING_PLAIN);
}

/* An answer with a member missing would be a wrong one. */
static void end_without_memory(void)
{
	fputs("sekisho: out of memory\n", stderr);
	exit(CLI_UNKNOWN);
}

void cli_json_add(struct json_object *object, const char *key, struct json_object *value)
{
	if (!object || !value || json_object_object_add(object, key, value) < 0)
		end_without_memory();
}

void cli_json_add_string(struct json_object *object, const char *key, const char *value)
{
	cli_json_add(object, key, json_object_new_string(value));
}

void cli_json_add_unsigned(struct json_object *object, const char *key, uint64_t value)
{
	cli_json_add(object, key, json_object_new_uint64(value));
}

void cli_json_add_bool(struct json_object *object, const char *key, bool value)
{
	cli_json_add(object, key, json_object_new_boolean(value));
}

void cli_json_add_time(struct json_object *object, const char *key, int64_t value)
{
	cli_json_add(object, key, json_object_new_int64(value));
}

void cli_json_append(struct json_object *array, struct json_object *value)
{
	if (!array || !value || json_object_array_add(array, value) < 0)
		end_without_memory();
}
