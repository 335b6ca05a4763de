/*
 * A canonical text that is written line by line. What cannot be said is found by whoever reads it
 * again: writers end with the parser of what they wrote. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ini_text {
	char *bytes; /* a string; for free() */
	size_t used, size;
	bool has_failed; /* no memory, or it became too long: nothing more is written */
};

/* With room for size bytes and NUL. has_failed where there is no memory. */
struct ini_text ini_text_begin(size_t size);
void ini_text_clear(struct ini_text *text);

/* A line with its LF; format without it. */
void ini_text_line(struct ini_text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* "KEY = VALUE", percent-encoded; nothing where value is empty. */
void ini_text_value(struct ini_text *text, const char *key, const char *value);
/* "KEY = 2026-11-23T10:00:00+09:00". */
void ini_text_time(struct ini_text *text, const char *key, int64_t time_s);
