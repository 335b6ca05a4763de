/*
 * One line of the records as a JSON value, read with json-c at its strictest. Refuses to know what
 * a record is. In an archive of its own: only who reads records links json-c.
 */
#pragma once

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_line_reader {
	struct json_tokener *tokener;
};

/* 0 and *ret, to be cleared; or -ENOMEM. */
int json_line_reader_init(struct json_line_reader *ret);
/* For any reader, or one of zeros. */
void json_line_reader_clear(struct json_line_reader *reader);

/*
 * The value that the whole of the line is, without its LF; for json_object_put(). NULL where it is
 * none, is null, or is nested deeper than any record. size: less than 2 GiB.
 */
struct json_object *json_line_parse(struct json_line_reader *reader, const char *line, size_t size);

/* The member, which object owns; NULL where it has none of that type, or is no object itself. */
struct json_object *json_line_get(struct json_object *object, const char *key, enum json_type type);
/* Likewise an integer that is not negative; false where there is none. */
bool json_line_get_number(struct json_object *object, const char *key, uint64_t *ret);
