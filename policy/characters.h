/*
 * The characters of a document: UTF-8, which of them a document may hold, percent-encoding.
 * Knows nothing of lines or keys.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Decodes the first character of bytes (RFC 3629: shortest form, no surrogates). Returns the number
 * of bytes it takes, 1 to 4, and *ret; or 0 when they are not UTF-8.
 */
size_t utf8_decode(const char *bytes, size_t size, uint32_t *ret);

/* How many characters an editor shows of the bytes; one that is not UTF-8 counts as one. */
size_t utf8_count(const char *bytes, size_t size);

/*
 * Why a document may not hold the character, in words ("a TAB"), or NULL when it may. Refused are
 * control characters and what makes a reader see other text than the machine: bidirectional
 * controls, characters without width, fillers, tags. Variation selectors stay: Japanese names
 * need them.
 */
const char *character_fault(uint32_t character);

/* Whether a document may hold all of the string text: it is UTF-8, and nothing in it is refused. */
bool utf8_is_plain(const char *text);

/* ASCII tests that no locale changes. */
bool is_digit(char c);
bool is_word_character(char c); /* a-z 0-9 - */
bool is_lower_hex_digit(char c);

/* A-Z become a-z; all else, bytes beyond ASCII too, stays as it is. */
char to_lower(char c);

/* The value of a hexadecimal digit of either case, or -1. */
int hex_digit_value(char c);

/* The ASCII character that this is in Japanese width (U+FF01 to U+FF5E are ! to ~), or NUL. */
char character_narrow(uint32_t character);

/*
 * Decodes %XX (upper-case digits; the result must be UTF-8 that a document may hold) from the
 * string text into buffer, with a final NUL. Returns 0; -EINVAL with *ret_at, the offset of what is
 * wrong, and *ret_why, a static string; -ENAMETOOLONG when buffer is too small. The buffer is
 * written only on success.
 */
int percent_decode(
	const char *text, char *buffer, size_t size, size_t *ret_at, const char **ret_why);

/*
 * Writes text as a value of a document: "%", ";", "#", ASCII controls and a space at either end
 * become %XX. Characters beyond ASCII stay as they are, so who reads the value checks them.
 * Returns 0, or -ENAMETOOLONG when buffer is too small; buffer is a string in both cases.
 */
int percent_encode(const char *text, char *buffer, size_t size);
