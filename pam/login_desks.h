/*
 * The desks that may let somebody in for a day by telephone, as sekisho-unseal hands them to
 * sekisho-verify: a small text in memory, with the keys of this terminal. Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/phone_code.h"

#define LOGIN_DESKS_SIZE 4096 /* bytes of the text, at most */

struct login_desks {
	char site[SITE_NAME_MAX + 1];
	char terminal[TERMINAL_NAME_MAX + 1];
	int64_t until_s; /* since 1970: behind it they count no more */
	struct login_desk {
		char name[DESK_NAME_MAX + 1];
		uint8_t key[PHONE_KEY_SIZE]; /* for PHONE_LOGIN */
	} items[POLICY_DESKS_MAX];
	size_t n;
};

/* The text with a checksum into ret. Its length. Secret, as is what is read. */
size_t login_desks_format(const struct login_desks *desks, char ret[LOGIN_DESKS_SIZE]);
/* 0 and *ret, or -EBADMSG for what login_desks_format() has not written. */
int login_desks_parse(const char *text, size_t size, struct login_desks *ret);
