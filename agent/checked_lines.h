/*
 * Small state files of lines of words, with a last line "checksum SHA256" that covers every byte
 * before it: a flipped bit, a cut end and a line taken out are all noticed. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/sha256_text.h"

#define CHECKSUM_SIZE SHA256_TEXT_SIZE
/* Bytes of the last line, LF included. */
#define CHECKSUM_LINE_SIZE (9 + CHECKSUM_SIZE)

/* The SHA-256 of bytes as text. 0, or -ENOMEM. */
int checksum_text(const char *bytes, size_t size, char ret[CHECKSUM_SIZE]);

/* Appends the last line to a text of size bytes in a buffer with room for it; 0 or -ENOMEM. */
int checked_lines_close(char *text, size_t size, size_t *ret_size);

/*
 * Whether text (NUL-terminated beyond size) ends in a good last line; *ret_end is where that line
 * begins. 0, -EBADMSG, or -ENOMEM.
 */
int checked_lines_open(const char *text, size_t size, const char **ret_end);

/* Reads decimal digits, no more than max, and the one character end behind them. */
bool read_number(const char **text, uint64_t max, char end, uint64_t *ret);
/* Reads 64 lower-case hexadecimal digits and the one character end behind them. */
bool read_sha256(const char **text, char end, uint8_t ret[SHA256_SIZE]);
