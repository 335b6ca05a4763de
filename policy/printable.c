#include "policy/printable.h"

#include <stdbool.h>
#include <string.h>

#include "policy/characters.h"

size_t printable_copy(char *buffer, size_t size, const char *text)
{
	size_t left = strlen(text), length = 0;

	while (left > 0) {
		uint32_t character = 0;
		size_t read = utf8_decode(text, left, &character);
		bool keep = read > 0 && !character_fault(character);
		size_t written = keep ? read : 1;

		if (read == 0)
			read = 1;
		if (length + written >= size)
			break;
		memcpy(buffer + length, keep ? text : "?", written);
		length += written;
		text += read;
		left -= read;
	}
	buffer[length] = '\0';
	return length;
}
