#include "policy/ini_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "policy/canonical.h"
#include "policy/characters.h"
#include "policy/timestamp.h"

struct ini_text ini_text_begin(size_t size)
{
	struct ini_text text = {.bytes = malloc(size + 1), .size = size};

	text.has_failed = !text.bytes;
	if (text.bytes)
		text.bytes[0] = '\0';
	return text;
}

void ini_text_clear(struct ini_text *text)
{
	free(text->bytes);
	*text = (struct ini_text){.has_failed = true};
}

__attribute__((format(printf, 2, 0))) static void append(
	struct ini_text *text, const char *format, va_list arguments)
{
	size_t room = text->size + 1 - text->used;
	int needed;

	if (text->has_failed)
		return;
	needed = vsnprintf(text->bytes + text->used, room, format, arguments);
	if (needed < 0 || (size_t)needed + 1 >= room) {
		text->has_failed = true;
		return;
	}
	text->used += (size_t)needed;
	text->bytes[text->used++] = '\n';
	text->bytes[text->used] = '\0';
}

void ini_text_line(struct ini_text *text, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	append(text, format, arguments);
	va_end(arguments);
}

void ini_text_value(struct ini_text *text, const char *key, const char *value)
{
	char encoded[3 * CANONICAL_LINE_MAX];

	if (value[0] == '\0')
		return;
	/* What was cut is too long for a line all the same, and is refused as that. */
	(void)percent_encode(value, encoded, sizeof(encoded));
	ini_text_line(text, "%s = %s", key, encoded);
}

void ini_text_time(struct ini_text *text, const char *key, int64_t time_s)
{
	char time[TIMESTAMP_SIZE];

	timestamp_format(time_s, JAPAN_MINUTES, time);
	ini_text_line(text, "%s = %s", key, time);
}
