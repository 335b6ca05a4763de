#include "pam/answer_reader.h"

#include <string.h>

#include "policy/characters.h"

bool answer_begins(struct answer_reader *reader, const char *text)
{
	size_t size = strlen(text);

	if ((size_t)(reader->end - reader->at) < size || memcmp(reader->at, text, size) != 0)
		return false;
	reader->at += size;
	return true;
}

void answer_expect(struct answer_reader *reader, const char *text)
{
	if (!answer_begins(reader, text))
		reader->is_bad = true;
}

uint64_t answer_number(struct answer_reader *reader, uint64_t max)
{
	const char *start = reader->at;
	uint64_t number = 0;

	for (; reader->at < reader->end && is_digit(*reader->at); reader->at++) {
		unsigned digit = (unsigned)(*reader->at - '0');

		if (digit > max || number > (max - digit) / 10) {
			reader->is_bad = true;
			return 0;
		}
		number = number * 10 + digit;
	}
	reader->is_bad |= reader->at == start;
	return number;
}

static bool is_of_word(char letter)
{
	return letter > ' ' && letter < 127;
}

void answer_word(struct answer_reader *reader, char *ret, size_t size)
{
	size_t n = 0;

	while (reader->at < reader->end && is_of_word(*reader->at)) {
		if (n + 1 >= size) {
			reader->is_bad = true;
			break;
		}
		ret[n++] = *reader->at++;
	}
	ret[n] = '\0';
	reader->is_bad |= n == 0;
}
