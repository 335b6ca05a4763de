/* A delivery from its file: PSKC (RFC 6030), read by a process of its own, or CSV. */
#pragma once

#include <getopt.h>

#include "policy/admin/delivery.h"
#include "policy/admin/token_csv.h"

/* How a delivery's file is to be read. */
struct delivery_options {
	const char *key_file; /* of PSKC; NULL: somebody is asked */
	struct token_csv_form form;
	bool is_form_said; /* only CSV needs that */
};

/* clang-format off */
#define DELIVERY_OPTIONS \
	{"key-file", required_argument, NULL, 'k'}, \
	{"seed", required_argument, NULL, 's'}, \
	{"type", required_argument, NULL, 't'}, \
	{"hash", required_argument, NULL, 'H'}, \
	{"digits", required_argument, NULL, 'd'}, \
	{"period", required_argument, NULL, 'p'}
/* clang-format on */

#define DELIVERY_USAGE \
	"[--key-file FILE] [--seed hex|base32] [--type totp|hotp] [--hash HASH] [--digits N] " \
	"[--period S]"

/* For each command's help. */
#define DELIVERY_HELP \
	"  --key-file FILE  the key (hexadecimal) or password of an encrypted PSKC file, in the\n" \
	"                   first line of FILE; asked for if not given\n" \
	"  --seed hex|base32  how secrets of a CSV are written, where a cell could be both\n" \
	"  --type totp|hotp, --hash sha1|sha256|sha512, --digits 6..8, --period S\n" \
	"                   where a CSV does not say: totp, sha1, 6 and 30 if not given\n"

void delivery_options_begin(struct delivery_options *ret);

/* Whether the letter is one of the above; then *ret is EXIT_DONE, or EXIT_UNKNOWN after
 * complaining. */
bool delivery_option_take(int letter, struct delivery_options *options, int *ret);

/* EXIT_DONE with *ret, for delivery_clear(); EXIT_NO, EXIT_UNKNOWN after complaining. */
int delivery_read(const char *path, const struct delivery_options *options, struct delivery *ret);

/* Who gets which token: accounts and numbers of a CSV. As above. */
int delivery_read_people(const char *path, struct delivery *ret);
