#include "agent/cli_remark.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "policy/characters.h"

#define LINE_BYTES        90 /* a line of Japanese has three bytes a character */
#define REMARK_SIZE       4096
#define IDEOGRAPHIC_SPACE "\xe3\x80\x80"

#define CLOSING_BYTES 3

static bool is_closing(const char *text)
{
	static const char *const closing[] = {"。", "、", "」", "）"};

	for (size_t i = 0; i < sizeof(closing) / sizeof(closing[0]); i++)
		if (strncmp(text, closing[i], CLOSING_BYTES) == 0)
			return true;
	return false;
}

/* Where the line ends that begins at text: at a space, else between characters. */
static size_t line_length(const char *text)
{
	size_t left = strlen(text), length = 0, at_space = 0;
	uint32_t character;

	if (left <= LINE_BYTES)
		return left;
	while (length < LINE_BYTES) {
		size_t read = utf8_decode(text + length, left - length, &character);

		if (text[length] == ' ')
			at_space = length;
		length += read > 0 ? read : 1;
	}
	if (at_space > LINE_BYTES / 2)
		return at_space;
	/* What closes a sentence or a bracket begins no line. */
	while (is_closing(text + length))
		length += CLOSING_BYTES;
	return length;
}

/* No line may end in a space, of either width. */
static size_t trim(const char *text, size_t length)
{
	const size_t wide = strlen(IDEOGRAPHIC_SPACE);

	for (;;) {
		if (length > 0 && text[length - 1] == ' ')
			length--;
		else if (length >= wide &&
			 memcmp(text + length - wide, IDEOGRAPHIC_SPACE, wide) == 0)
			length -= wide;
		else
			return length;
	}
}

void cli_remark(FILE *to, const char *format, ...)
{
	char text[REMARK_SIZE];
	const char *next = text;
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	while (*next) {
		size_t length = line_length(next);
		size_t shown = trim(next, length);

		if (shown > 0)
			fprintf(to, "# %.*s\n", (int)shown, next);
		next += length;
		next += strspn(next, " ");
	}
}
