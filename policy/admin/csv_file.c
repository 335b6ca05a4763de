#include "policy/admin/csv_file.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "policy/cleanup.h"

#define GROWTH 4 /* a byte of CP932 takes at most three of UTF-8; and one for the NUL */

static void close_converter(iconv_t *converter)
{
	if (*converter != (iconv_t)-1)
		iconv_close(*converter);
}

static unsigned line_of(const char *bytes, const char *at)
{
	unsigned line = 1;

	for (; bytes < at; bytes++)
		line += *bytes == '\n';
	return line;
}

static int convert(const char *path, struct admin_file *file)
{
	CLEANUP(close_converter) iconv_t converter = iconv_open("UTF-8", "CP932");
	CLEANUP(cleanup_free) char *converted = malloc(GROWTH * file->size + 1);
	char *from = file->bytes, *to = converted;
	size_t from_size = file->size, to_size = GROWTH * file->size;

	if (!converted)
		return admin_no_memory();
	if (converter == (iconv_t)-1) {
		admin_complain("this system does not know CP932: save %s as UTF-8", path);
		return EXIT_UNKNOWN;
	}
	if (iconv(converter, &from, &from_size, &to, &to_size) == (size_t)-1) {
		admin_complain("%s: line %u is not CP932: read byte 0x%02x, expected a character "
			       "of that code page; a file in UTF-8 needs no --sjis",
			path, line_of(file->bytes, from), (unsigned char)*from);
		return EXIT_NO;
	}
	*to = '\0';
	free(file->bytes);
	file->size = (size_t)(to - converted);
	file->bytes = TAKE(converted);
	return EXIT_DONE;
}

int csv_file_read(const char *path, bool is_cp932, struct admin_file *ret)
{
	CLEANUP(admin_file_free) struct admin_file file = {0};
	int code = EXIT_DONE;

	if (admin_read(path, CSV_FILE_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	if (is_cp932)
		code = convert(path, &file);
	if (code != EXIT_DONE)
		return code;
	*ret = file;
	file = (struct admin_file){0};
	return EXIT_DONE;
}
