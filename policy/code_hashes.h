/*
 * Hashes of recovery codes and sealed envelopes in a tokens document: the salt once, and then only
 * what crypt() puts behind it, so that one crypt() judges all of them. Pure: nothing is hashed
 * here.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "policy/ini_document.h"
#include "policy/problem.h"

#define CODE_HASH_TEXT_SIZE 128 /* of "$y$…" with its NUL */
#define CODE_HASH_LETTERS   43  /* of a hash behind its salt and "$" */
#define CODE_SALT_TEXT_MAX  39  /* of "$y$j9T$" and the salt */

/*
 * Whether it can stand before hashes: "$y$", parameters, "$" and a salt. Parameters that would take
 * more than 64 MiB a hash are refused, because a login waits for it.
 */
bool code_salt_is_valid(const char *salt);

/* Whether it is such a salt, "$" and CODE_HASH_LETTERS letters. */
bool code_hash_is_valid(const char *hash);

/* Keys PREFIX1, PREFIX2 … without a gap, under one salt. */
struct code_keys {
	const char *prefix, *salt;
	unsigned max;
};

/*
 * Reads the hashes of a section as "SALT$HASH", or adds problems. ret has keys->max rows; what is
 * wrong leaves an empty one.
 */
void code_hashes_read(const struct ini_section *section, const struct code_keys *keys,
	struct problems *problems, char (*ret)[CODE_HASH_TEXT_SIZE], size_t *ret_n);
