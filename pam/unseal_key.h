/*
 * The key of a terminal: its private half sealed in terminal-key.cred, its public half in
 * terminal-key.ini, which is carried to the token officer. Touches disk.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pam/unseal_vault.h"
#include "policy/seal.h"
#include "policy/login_places.h"

#define TERMINAL_KEY_OLD    "terminal-key.cred.old"
#define TERMINAL_KEY_PUBLIC "terminal-key.ini"

struct unseal_key {
	uint8_t private[SEAL_KEY_SIZE];
	char fingerprint[SEAL_FINGERPRINT_SIZE];
	bool is_new; /* made just now */
};

/*
 * Opens the key, or makes one where there is none. terminal: what site.ini calls the terminal, or
 * "". One that is there and cannot be opened stays as it is: it may open again, and only
 * unseal_key_replace() gives it up. 0 and *ret, for the caller to wipe; -EBADMSG: it is no key;
 * -EKEYREJECTED: the vault does not open it; or another negative errno.
 */
int unseal_key_open(
	int state_fd, const struct vault *vault, const char *terminal, struct unseal_key *ret);

/* Makes a new one; the old one, if any, is TERMINAL_KEY_OLD. As unseal_key_open(). */
int unseal_key_replace(
	int state_fd, const struct vault *vault, const char *terminal, struct unseal_key *ret);
