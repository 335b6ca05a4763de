/*
 * The tokens document of this terminal becomes what sekisho-verify reads: a record for each person,
 * and the secrets, opened, in memory. What cannot be opened takes nothing away that is there.
 * Touches disk.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pam/own_file.h"
#include "pam/unseal_vault.h"
#include "policy/login_event.h"
#include "policy/tokens.h"

#define TOKENS_FILE "tokens.ini"
#define RECORD_WAS  ".retired-" /* before the name of somebody whom the list no longer names */

/* What happened. */
struct unseal_news {
	enum login_reason reason;
	const char *user, *token; /* may be NULL */
	unsigned number;          /* of an envelope */
	int error;                /* a negative errno, or 0 */
};

struct unseal {
	int state_fd, records_fd, secrets_fd; /* of login_places.h */
	const char *terminal;                 /* as site.ini says, or "" */
	struct own_file_owner owner;          /* sekisho-verify's account */
	const struct vault *vault;
	bool is_key_new; /* the key is to be given up, and another made */
	int64_t now_s;   /* since 1970, never earlier than the floor of trusted time */
	void (*tell)(const struct unseal *unseal, const struct unseal_news *news);
	void *context; /* for tell */
};

/*
 * Does all of it. 0; 1: something could not be opened, and was told; or a negative errno: it could
 * not be done.
 */
int unseal_all(const struct unseal *unseal);
