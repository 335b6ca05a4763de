#include "tests/unit/json_check.h"

#include <ctype.h>
#include <string.h>

#include "policy/characters.h"

struct reader {
	const char *next, *end;
};

static bool read_value(struct reader *reader);

static bool take(struct reader *reader, const char *word)
{
	size_t size = strlen(word);

	if ((size_t)(reader->end - reader->next) < size || memcmp(reader->next, word, size) != 0)
		return false;
	reader->next += size;
	return true;
}

static bool read_escape(struct reader *reader)
{
	if (take(reader, "u")) {
		for (int i = 0; i < 4; i++, reader->next++)
			if (reader->next == reader->end || !isxdigit((unsigned char)*reader->next))
				return false;
		return true;
	}
	if (reader->next == reader->end || !strchr("\"\\/bfnrt", *reader->next))
		return false;
	reader->next++;
	return true;
}

static bool read_string(struct reader *reader)
{
	if (!take(reader, "\""))
		return false;
	while (!take(reader, "\"")) {
		uint32_t character;
		size_t size =
			utf8_decode(reader->next, (size_t)(reader->end - reader->next), &character);

		if (size == 0 || character < 0x20)
			return false;
		reader->next += size;
		if (character == '\\' && !read_escape(reader))
			return false;
	}
	return true;
}

static bool read_number(struct reader *reader)
{
	const char *start;

	take(reader, "-");
	start = reader->next;
	while (reader->next < reader->end && isdigit((unsigned char)*reader->next))
		reader->next++;
	return reader->next > start && (*start != '0' || reader->next == start + 1);
}

static bool read_members(struct reader *reader, bool has_keys, const char *close)
{
	if (take(reader, close))
		return true;
	do {
		if (has_keys && (!read_string(reader) || !take(reader, ":")))
			return false;
		if (!read_value(reader))
			return false;
	} while (take(reader, ","));
	return take(reader, close);
}

static bool read_value(struct reader *reader)
{
	if (take(reader, "{"))
		return read_members(reader, true, "}");
	if (take(reader, "["))
		return read_members(reader, false, "]");
	if (reader->next < reader->end && *reader->next == '"')
		return read_string(reader);
	return take(reader, "true") || take(reader, "false") || read_number(reader);
}

bool json_is_valid(const char *bytes, size_t size)
{
	struct reader reader = {.next = bytes, .end = bytes + size};

	return read_value(&reader) && reader.next == reader.end;
}
