/*
 * One person's token on this terminal: a file of sekisho-verify's own account in a folder of
 * root's, made by root and written in place by the helper, one slot after the other. Touches disk.
 *
 *   0     head: what kind of token, how many digits, recovery codes; with a checksum
 *   2048  slot 0, 2560  slot 1 (slots.h): each in a sector of its own
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pam/own_file.h"
#include "pam/slots.h"
#include "pam/user_head.h"

#define USER_FILE_SIZE  3072
#define USER_FILE_DECOY ".decoy" /* against which those without a record are judged */

struct user_file;

struct user_state {
	struct slots_found slots;
	int64_t written_s; /* when the file was last written, by the clock of then */
};

/*
 * Makes the file of a user anew, with state as its first, durable and whole or not at all; a file
 * that is there is replaced, and whoever has it open finds it gone. 0 or a negative errno.
 */
int user_file_make(int folder_fd, const char *user, const struct user_head *head,
	const struct login_state *state, const struct own_file_owner *owner);

/*
 * Replaces the head and keeps what is remembered, damage included: under the file's lock a new file
 * takes the old one's place. A recovery code that was spent stays so where its hash stands again.
 * 0, or as user_file_open(): then the old one is there.
 */
int user_file_rehead(int folder_fd, const char *user, unsigned wait_ms,
	const struct user_head *head, const struct own_file_owner *owner);

/*
 * Opens the file and waits for its lock, so long at most. 0 and *ret with *ret_head; -ENOENT: the
 * user has none; -EPERM: it is not the caller's own or others may touch it; -EBADMSG: its head is
 * damaged; -ETIMEDOUT, or another negative errno.
 */
int user_file_open(int folder_fd, const char *user, unsigned wait_ms, struct user_head *ret_head,
	struct user_file **ret);

/* What the token is, without the lock: the head is never written in place. As user_file_open(). */
int user_file_head(int folder_fd, const char *user, struct user_head *ret);

/* The same by root, of a file that has to be that owner's. */
int user_file_open_of(int folder_fd, const char *user, uid_t owner, unsigned wait_ms,
	struct user_head *ret_head, struct user_file **ret);

/* 0 and *ret, -EBADMSG when no slot can be read, or another negative errno. */
int user_file_read(const struct user_file *file, struct user_state *ret);

/*
 * Writes the state after the one that was read, whose generation and slot it takes over and moves
 * on, and returns when it is durable. 0; -ESTALE: a new file took its place; or another negative
 * errno: then the old one or the new one is there.
 */
int user_file_write(const struct user_file *file, struct user_state *state);

/* Gives the lock back. */
void user_file_close(struct user_file *file);
