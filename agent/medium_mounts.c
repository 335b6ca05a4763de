#include "agent/medium_mounts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/checked_lines.h"

static bool is_octal(const char *text)
{
	return text[0] >= '0' && text[0] <= '3' && text[1] >= '0' && text[1] <= '7' &&
	       text[2] >= '0' && text[2] <= '7';
}

/* The kernel writes blanks, TABs, LFs and backslashes of a path as \ooo. */
static bool decode_path(const char *text, size_t size, char ret[PATH_MAX])
{
	size_t length = 0;

	for (size_t i = 0; i < size; i++) {
		char c = text[i];

		if (length + 1 >= PATH_MAX)
			return false;
		if (c == '\\' && i + 3 < size && is_octal(text + i + 1)) {
			c = (char)((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
				   (text[i + 3] - '0'));
			i += 3;
		}
		ret[length++] = c;
	}
	ret[length] = '\0';
	return length > 0;
}

int mount_line_read(const char *line, struct mount_line *ret)
{
	uint64_t parent, id, major, minor;
	const char *end;
	char point[PATH_MAX];

	if (!read_number(&line, UINT_MAX, ' ', &id) ||
		!read_number(&line, UINT_MAX, ' ', &parent) ||
		!read_number(&line, UINT_MAX, ':', &major) ||
		!read_number(&line, UINT_MAX, ' ', &minor))
		return -EBADMSG;
	/* The root within the file system. */
	line = strchr(line, ' ');
	end = line ? strchr(line + 1, ' ') : NULL;
	if (!end || !decode_path(line + 1, (size_t)(end - line - 1), point))
		return -EBADMSG;
	ret->id = (unsigned)id;
	ret->major = (unsigned)major;
	ret->minor = (unsigned)minor;
	memcpy(ret->point, point, strlen(point) + 1);
	return 0;
}

/* "address perms offset dev inode pathname": the third blank comes before the device. */
bool map_line_read(const char *line, unsigned *ret_major, unsigned *ret_minor)
{
	unsigned long major, minor;
	char *end;

	for (unsigned i = 0; i < 3; i++) {
		line = strchr(line, ' ');
		if (!line)
			return false;
		line++;
	}
	major = strtoul(line, &end, 16);
	if (end == line || *end != ':' || major > UINT_MAX)
		return false;
	line = end + 1;
	minor = strtoul(line, &end, 16);
	if (end == line || *end != ' ' || minor > UINT_MAX || (major == 0 && minor == 0))
		return false;
	*ret_major = (unsigned)major;
	*ret_minor = (unsigned)minor;
	return true;
}
