/* One person's record and secret, as the tokens document says. Touches disk. */
#pragma once

#include "pam/unseal.h"

/* Tells of one; user and token may be NULL, error is a negative errno or 0. */
void unseal_tell(const struct unseal *unseal, enum login_reason reason, const char *user,
	const char *token, int error);

/*
 * Makes the record, or keeps what it remembers: the same token of the same reset goes on as it was,
 * also where the person was away from the list for a while. Another token, or a higher reset,
 * begins anew: its codes up to now never count. 0 or a negative errno.
 */
int unseal_record(const struct unseal *unseal, const struct token_entry *entry);

/* Writes the opened secret where sekisho-verify reads it. 0 or a negative errno. */
int unseal_secret(
	const struct unseal *unseal, const char *user, const uint8_t *secret, size_t size);

/* The record against which those without one are judged: like that of entry. 0 or a negative errno.
 */
int unseal_decoy(const struct unseal *unseal, const struct token_entry *entry);

/*
 * Whoever the list does not name has no secret any more, and a record under another name. 0 or a
 * negative errno.
 */
int unseal_retire(const struct unseal *unseal, const struct tokens *tokens);
