#include "policy/json/json_line.h"

#include <errno.h>

/* A record has six levels. */
#define DEPTH_MAX 16

int json_line_reader_init(struct json_line_reader *ret)
{
	struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);

	if (!tokener)
		return -ENOMEM;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	ret->tokener = tokener;
	return 0;
}

void json_line_reader_clear(struct json_line_reader *reader)
{
	if (reader->tokener)
		json_tokener_free(reader->tokener);
	reader->tokener = NULL;
}

struct json_object *json_line_parse(struct json_line_reader *reader, const char *line, size_t size)
{
	struct json_object *value;

	json_tokener_reset(reader->tokener);
	value = json_tokener_parse_ex(reader->tokener, line, (int)size);
	if (value && json_tokener_get_parse_end(reader->tokener) == size)
		return value;
	json_object_put(value);
	return NULL;
}

struct json_object *json_line_get(struct json_object *object, const char *key, enum json_type type)
{
	struct json_object *value = NULL;

	if (!json_object_is_type(object, json_type_object) ||
		!json_object_object_get_ex(object, key, &value) ||
		!json_object_is_type(value, type))
		return NULL;
	return value;
}

bool json_line_get_number(struct json_object *object, const char *key, uint64_t *ret)
{
	struct json_object *value = json_line_get(object, key, json_type_int);

	if (!value || json_object_get_int64(value) < 0)
		return false;
	*ret = json_object_get_uint64(value);
	return true;
}
