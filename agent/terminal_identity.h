/*
 * Who this terminal is to others: the Ed25519 key that it signs with, and the machine that the key
 * was made on. Files of the folder "terminal" of the state: sign.key (the private half), identity.
 * Touches disk. A key that came with a copied disk signs nothing: it is put aside.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "agent/machine.h"
#include "policy/root.h"
#include "policy/sshsig_write.h"

#define TERMINAL_IDENTITY_FOLDER "terminal"
#define TERMINAL_REPORT_SPACE    "report@sekisho"

struct terminal_identity;

/*
 * Opens what state_fd has (borrowed, it is not kept), on the machine that is called so; machine is
 * empty where nobody can tell which one it is: then there is no key, and nothing is put aside.
 * 0 and *ret, for terminal_identity_free(); or a negative errno.
 */
int terminal_identity_open(int state_fd, const char *machine, struct terminal_identity **ret);
void terminal_identity_free(struct terminal_identity *identity);

/* The machine that the state says it is of, for who only ends it. 0, or a negative errno. */
int terminal_identity_recall(int state_fd, char ret[MACHINE_SIZE]);

/* 16 hexadecimal digits, or "". */
const char *terminal_identity_machine(const struct terminal_identity *identity);
/* The fingerprint of the key, as ssh-keygen prints it; NULL: there is none. */
const char *terminal_identity_key(const struct terminal_identity *identity);
/* The key as in a line of authorized_keys; NULL: there is none. */
const char *terminal_identity_key_text(const struct terminal_identity *identity);

/* The machine that the state came from, where that was another and this one has not asked to join
 * since; else NULL. */
const char *terminal_identity_came_from(const struct terminal_identity *identity);
/* It asked. 0 or a negative errno. */
int terminal_identity_asked(struct terminal_identity *identity, int state_fd);

/* Makes a key where there is none. 0 (*ret_is_new: just now); -ENODATA: nobody can tell which
 * machine it is; or another negative errno. */
int terminal_identity_make_key(struct terminal_identity *identity, int state_fd, bool *ret_is_new);

/* Signs a text as sshsig_write() does. -ENOKEY: there is no key of this machine. */
int terminal_identity_sign(const struct terminal_identity *identity, const char *name_space,
	const char *text, size_t size, char ret[SSHSIG_ARMOUR_SIZE]);
