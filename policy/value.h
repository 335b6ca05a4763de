/*
 * The types of values: each reader takes the text of an entry to its destination, or adds a problem
 * that says what would be right. What a reader uses of struct schema_key stands beside it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/schema.h"

/* Whether text is one: 1 or more of a-z 0-9 -, the first a letter or digit. */
bool word_is_valid(const char *text);

/* The same, but not "all", which is no tier's name. */
bool tier_is_valid(const char *text);

/* An identifier of a-z 0-9 - that starts with a letter or digit, into char[size]. */
void value_read_word(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);

/* The same, but not "all": the name of one tier, into char[size]. */
void value_read_tier(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);

/* Free text, percent-decoded UTF-8, into char[size]. */
void value_read_text(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);

/* A decimal number of min to max without leading zeros, into an unsigned of size bytes. */
void value_read_number(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);

/* One of words, into an enum (its value is the index). */
void value_read_enum(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);

/* "on" or "off", into a bool. */
void value_read_switch(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);

/* One or more of words, each once, into an unsigned: bit i is words[i]. */
void value_read_words(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);

/* Exactly constant, copied into char[size] if size is not 0. */
void value_read_constant(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);

/* RFC 3339 date and time, into int64_t seconds since 1970-01-01 UTC. */
void value_read_time(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);

/* "90m", "8h", "2d" of min to max seconds, into uint32_t seconds. */
void value_read_duration(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);

/*
 * The same as value_read_duration() for a text that is not a whole value, without its message.
 * Returns 0 and *ret, or -EINVAL.
 */
int duration_parse(const char *text, uint64_t min_s, uint64_t max_s, uint32_t *ret);

/* "90m", "8h" or "2d": the largest unit that shows it whole; seconds below a minute are cut. */
#define DURATION_TEXT_MAX 24
const char *duration_format(uint64_t duration_s, char buffer[DURATION_TEXT_MAX]);

/* Adds the problem "EXPECTED; did you mean WORD?" at a value, where one of the words is near. */
void value_problem_nearest(const struct ini_entry *entry, const char *const *words, size_t n_words,
	const char *expected, struct problems *problems);

/* "; did you mean WORD?" where one of the words is near, else nothing. Returns phrase. */
const char *value_find_near(const char *word, size_t size, const char *const *words, size_t n_words,
	char phrase[NEAREST_PHRASE_MAX]);

/* The column of a place in the value of an entry. */
unsigned value_column_of(const struct ini_entry *entry, const char *at);

/* Parses a decimal number of min to max, no sign, no leading zero. Returns 0 and *ret or -EINVAL.
 */
int number_parse(const char *text, uint64_t min, uint64_t max, uint64_t *ret);

/* The number of a key such as "allow-12" after prefix "allow-": 1 to max, or -EINVAL. */
int numbered_key_parse(const char *key, const char *prefix, unsigned max);

/*
 * Takes the next word of a list whose words are separated by one space. Returns its size and *ret,
 * moving *cursor behind it; 0 at the end. An empty word (two spaces) has -EINVAL.
 */
int list_next(const char **cursor, const char **ret);

/* Copies the next word of such a list; false when there is none or it does not fit. */
bool list_copy_next(const char **cursor, char *buffer, size_t size);

/* Reads four hexadecimal digits, a colon and four more, of lower case. 0 and *ret_vendor and
 * *ret_product, or -EINVAL. */
int usb_ids_parse(const char *text, size_t size, uint16_t *ret_vendor, uint16_t *ret_product);
