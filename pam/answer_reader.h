/* Reads what sekisho-verify says, word by word. Whatever is not as expected marks the reader, and
 * nothing after it is believed. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct answer_reader {
	const char *at, *end;
	bool is_bad;
};

/* Passes over exactly this text. */
void answer_expect(struct answer_reader *reader, const char *text);

/* Whether the next line begins with this text, which is then passed over. */
bool answer_begins(struct answer_reader *reader, const char *text);

/* Decimal digits, max at most; 0 where it is bad. */
uint64_t answer_number(struct answer_reader *reader, uint64_t max);

/* Up to a blank or the line's end: one letter of printable ASCII or more, into size bytes with the
 * NUL. */
void answer_word(struct answer_reader *reader, char *ret, size_t size);
