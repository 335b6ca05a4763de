/* One call: what is read out is taken down, shown, written into the book, and answered. */
#pragma once

#include "policy/admin/phone_ask.h"

struct phone_call {
	const char *key_path; /* of a desk; NULL: it was not said */
	const char *by;       /* NULL: the account of whoever types */
	struct phone_said said;
};

/* Rows of a command's table of options. */
/* clang-format off */
#define PHONE_CALL_OPTIONS(call) \
	{"key", &(call)->key_path, NULL}, \
	{"by", &(call)->by, NULL}, \
	{"challenge", &(call)->said.challenge, NULL}, \
	{"terminal", &(call)->said.terminal, NULL}, \
	{"user", &(call)->said.user, NULL}
/* clang-format on */

#define PHONE_CALL_HELP \
	"  --key FILE       the desk's key, of \"sekisho-admin exemption desk-key\"\n" \
	"  --by NAME        who answers the telephone, for the book; your account if not given\n" \
	"  --challenge DIGITS, --terminal NAME, --user ACCOUNT   what is asked for otherwise\n"

/* EXIT_DONE with the digits on stdout; EXIT_NO: it was not confirmed; EXIT_UNKNOWN after
 * complaining. */
int phone_call_answer(const struct phone_call *call, enum phone_kind kind);
