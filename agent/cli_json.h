/* Answers for programs: one JSON value on standard output, made with json-c. */
#pragma once

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

/* Prints it with a line end and gives it up. */
void cli_json_print(struct json_object *value);
/* The same in one line, for one event of many. */
void cli_json_print_line(struct json_object *value);

/* Adds a member, which object owns from then on. Ends the program where there is no memory. */
void cli_json_add(struct json_object *object, const char *key, struct json_object *value);
void cli_json_add_string(struct json_object *object, const char *key, const char *value);
void cli_json_add_unsigned(struct json_object *object, const char *key, uint64_t value);
void cli_json_add_bool(struct json_object *object, const char *key, bool value);
/* Seconds since 1970-01-01 UTC. */
void cli_json_add_time(struct json_object *object, const char *key, int64_t value);

/* The same for an array. */
void cli_json_append(struct json_object *array, struct json_object *value);
