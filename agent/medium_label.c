#include "agent/medium_label.h"

#include <stdio.h>
#include <string.h>

#include "policy/characters.h"

#define LABEL_MAX (MEDIUM_LABEL_SIZE - 8) /* " (9999)" and NUL */

/* How many bytes of the character belong into the name, in ret. */
static size_t keep(const char *label, size_t size, uint32_t character, size_t length, char ret[4])
{
	if (character_fault(character))
		return 0;
	if (character == '/' || character == '\\' ||
		(length == 0 && strchr(".-", (int)character))) {
		ret[0] = '_';
		return 1;
	}
	if (length == 0 && character == ' ')
		return 0;
	memcpy(ret, label, size);
	return size;
}

void medium_label_make(const char *label, const char *fallback, char ret[MEDIUM_LABEL_SIZE])
{
	size_t left = strlen(label), length = 0;

	while (left > 0) {
		uint32_t character;
		char kept[4] = {0};
		size_t size = utf8_decode(label, left, &character), n = 0;

		if (size > 0)
			n = keep(label, size, character, length, kept);
		if (length + n > LABEL_MAX - 1)
			break;
		memcpy(ret + length, kept, n);
		length += n;
		label += size ? size : 1;
		left -= size ? size : 1;
	}
	while (length > 0 && ret[length - 1] == ' ')
		length--;
	ret[length] = '\0';
	if (length == 0)
		snprintf(ret, LABEL_MAX, "%s", fallback);
}

void medium_label_number(const char *name, unsigned attempt, char ret[MEDIUM_LABEL_SIZE])
{
	if (attempt == 0)
		snprintf(ret, MEDIUM_LABEL_SIZE, "%.*s", LABEL_MAX - 1, name);
	else
		snprintf(ret, MEDIUM_LABEL_SIZE, "%.*s (%u)", LABEL_MAX - 1, name,
			attempt % 1000 + 1);
}
