/*
 * terminal-key.ini: the public key of one terminal, as it is carried to whoever issues tokens.
 * Canonical INI without signatures: what makes it believable is its fingerprint, compared with the
 * terminal's screen. Pure.
 *
 *	[terminal-key]
 *	terminal = desk-17      (may be absent, as in site.ini)
 *	key = 32 bytes in base64
 *	fingerprint = SHA256:…  of these bytes; another one is a mistake in the file
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/problem.h"
#include "policy/seal.h"
#include "policy/site.h"

#define TERMINAL_KEY_SIZE_MAX  (4 * 1024) /* bytes of the file */
#define TERMINAL_KEY_TEXT_SIZE 256        /* of what is written, with its NUL */

struct terminal_key {
	char terminal[TERMINAL_NAME_MAX + 1]; /* empty: not given */
	uint8_t key[SEAL_KEY_SIZE];
	char fingerprint[SEAL_FINGERPRINT_SIZE];
};

/* As site_parse(). */
int terminal_key_parse(
	const char *text, size_t size, struct problems *problems, struct terminal_key *ret);

/* Writes the file of a key; terminal is empty where the terminal has no name. 0 or -ENOMEM. */
int terminal_key_format(
	const uint8_t key[SEAL_KEY_SIZE], const char *terminal, char ret[TERMINAL_KEY_TEXT_SIZE]);
