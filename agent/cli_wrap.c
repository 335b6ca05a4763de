#include "agent/cli_wrap.h"

#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

/* Of Japanese: no line begins with one of these. */
static const wchar_t closing[] = L"、。，．・：；？！」』）】〉》ー々";

/* The first character; returns its bytes, at least 1. */
static size_t first_of(const char *text, wchar_t *ret, size_t *ret_width)
{
	mbstate_t state = {0};
	size_t size = strlen(text), read = mbrtowc(ret, text, size, &state);
	int columns;

	if (read == 0 || read > size) {
		*ret = L'?';
		read = 1;
	}
	columns = wcwidth(*ret);
	*ret_width = columns > 0 ? (size_t)columns : 0;
	return read;
}

size_t cli_width_of(const char *text)
{
	size_t width = 0;

	while (*text) {
		wchar_t character;
		size_t columns;

		text += first_of(text, &character, &columns);
		width += columns;
	}
	return width;
}

size_t cli_screen_width(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* What is not broken: a word, with the counter behind a number (12行), or one wide character; and
 * what may not begin a line after it. */
static size_t unit_of(const char *text, size_t *ret_width)
{
	wchar_t character;
	size_t columns, bytes = first_of(text, &character, ret_width);
	bool is_wide = *ret_width > 1;

	while (text[bytes] && text[bytes] != ' ') {
		size_t next = first_of(text + bytes, &character, &columns);

		bool is_counter = !is_wide && text[bytes - 1] >= '0' && text[bytes - 1] <= '9';

		if ((is_wide || columns > 1) && !is_counter && !wcschr(closing, character))
			break;
		is_wide |= columns > 1;
		bytes += next;
		*ret_width += columns;
	}
	return bytes;
}

void cli_wrap_print(FILE *out, const char *text, size_t at, size_t indent, size_t width)
{
	size_t column = at, begin = at;

	if (width == 0) {
		fputs(text, out);
		return;
	}
	while (*text) {
		size_t spaces = strspn(text, " "), bytes, columns;

		text += spaces;
		if (!*text)
			break;
		bytes = unit_of(text, &columns);
		if (column > begin && column + spaces + columns > width) {
			fprintf(out, "\n%*s", (int)indent, "");
			column = begin = indent;
			spaces = 0;
		}
		fprintf(out, "%*s%.*s", (int)spaces, "", (int)bytes, text);
		column += spaces + columns;
		text += bytes;
	}
}
