/*
 * The key of a desk, in a file that whoever approves by telephone keeps, mode 0600. Canonical INI:
 *
 *	[desk-key]
 *	site = tosu
 *	desk = front-desk       as the policy calls it
 *	key = 32 bytes in base64
 */
#pragma once

#include "policy/phone_code.h"

struct desk_file {
	char site[SITE_NAME_MAX + 1];
	char desk[DESK_NAME_MAX + 1];
	uint8_t key[PHONE_KEY_SIZE]; /* a secret: desk_file_clear() */
};

/* EXIT_DONE with *ret, or EXIT_NO, EXIT_UNKNOWN after complaining; also where others than its owner
 * may read the file. */
int desk_file_read(const char *path, struct desk_file *ret);
/* Makes one with a new key. EXIT_DONE, or EXIT_UNKNOWN after complaining: nothing is replaced. */
int desk_file_make(const char *path, const char *site, const char *desk);
void desk_file_clear(struct desk_file *file);
