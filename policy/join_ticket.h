/*
 * A ticket to join with: a secret that administrators hand out, for one terminal or for many, and
 * by which they know the keys that a terminal sends. "T-7K3M9Q2X-" and 26 symbols of CODE_ALPHABET,
 * the last of which tells a mistyped one. Its number is no secret. Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/terminal_entry.h"

#define TICKET_ID_SYMBOLS     8
#define TICKET_SECRET_SYMBOLS 25 /* 125 bits */
#define TICKET_RANDOM_SIZE    (TICKET_ID_SYMBOLS + TICKET_SECRET_SYMBOLS)
#define TICKET_KEY_SIZE       32
#define TICKET_TEXT_SIZE      (TICKET_ID_SIZE + 1 + 26 + 6) /* with hyphens and NUL */
/* Of a file that holds one, with whatever people type around it. */
#define TICKET_FILE_MAX 128

struct join_ticket {
	char id[TICKET_ID_SIZE];
	char secret[TICKET_SECRET_SYMBOLS + 1];
};

/* One symbol for each random byte. */
void join_ticket_make(const uint8_t random[TICKET_RANDOM_SIZE], struct join_ticket *ret);

/* As it is handed out, in groups of four. */
void join_ticket_format(const struct join_ticket *ticket, char ret[TICKET_TEXT_SIZE]);

/*
 * As it was typed: small letters are capitals, I and L are 1, O is 0, hyphens and spaces are
 * nothing, nor is white space at the end. 0 and *ret, or -EINVAL: not a whole ticket, or one
 * mistyped symbol, or two neighbours transposed.
 */
int join_ticket_parse(const char *text, struct join_ticket *ret);

/* What authenticates a request: HKDF-SHA256 of the secret. 0 or -EIO. */
int join_ticket_key(const struct join_ticket *ticket, uint8_t ret[TICKET_KEY_SIZE]);
