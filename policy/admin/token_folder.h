/*
 * Whether a terminal finds and opens the tokens.ini that lies in a folder at the desk: it looks
 * below the folder of its own name, and has one key.
 */
#pragma once

#include <stddef.h>

#include "policy/terminal_key.h"

/*
 * key_path is of a terminal-key.ini in TIER/terminals/NAME; anywhere else the folder's name means
 * nothing. EXIT_DONE, or EXIT_NO after complaining: the key is of a terminal of another name.
 */
int token_folder_check_name(const char *key_path, const struct terminal_key *key);

/* The terminals that were looked at, by name, and the keys that their tokens are sealed to. */
struct token_folders {
	struct token_folder {
		char name[TERMINAL_NAME_MAX + 1];
		char key[SEAL_FINGERPRINT_SIZE];
	} * seen;
	size_t n;
};

/*
 * The tokens.ini of one terminal beside its terminal-key.ini, which may be missing: then that is
 * said. EXIT_DONE; EXIT_NO after complaining: it is sealed to another key, the folder has another
 * name than the terminal, or another terminal that was looked at has that key; EXIT_UNKNOWN.
 */
int token_folder_check(struct token_folders *folders, const char *path, const char *name);
void token_folders_clear(struct token_folders *folders);
