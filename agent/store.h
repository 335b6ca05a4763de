/*
 * Files that survive power loss at any moment: the applied documents, the serial ratchet, the
 * marker that a policy was ever seen, the floor of time. Touches disk. Knows names and bytes, not
 * their meaning. A directory_fd is opened for reading (an O_PATH descriptor cannot be synced) and
 * borrowed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/document.h"
#include "policy/trusted_time.h"

/*
 * Reads a regular file of at most size_max bytes below directory_fd, not through a symbolic link
 * and without waiting for anything that is not a regular file. Returns 0 with *ret (NUL-terminated
 * beyond its size; for free()) and *ret_size; -EFBIG; -EINVAL or -EISDIR for what is no regular
 * file, -ELOOP for a symbolic link; or another negative errno.
 */
int store_read(int directory_fd, const char *name, size_t size_max, char **ret, size_t *ret_size);

/* The same, but of a longer file the first size_max bytes. */
int store_read_start(
	int directory_fd, const char *name, size_t size_max, char **ret, size_t *ret_size);

/*
 * Writes a whole file, mode 0600: temporary name, fsync, rename, fsync of the folder. name has no
 * slash. On failure the old file stands and no temporary file stays; only where the last step, the
 * fsync of the folder, fails is the new file in place already. 0 or a negative errno.
 */
int store_write(int directory_fd, const char *name, const void *bytes, size_t size);

/* The same with mode 0644: for what programs of other users read. */
int store_write_public(int directory_fd, const char *name, const void *bytes, size_t size);

/* The same with mode 0640: for the group of a folder that gives its own to its files. */
int store_write_shared(int directory_fd, const char *name, const void *bytes, size_t size);

/* rename + fsync of the folder; 0 or a negative errno. */
int store_rename(int directory_fd, const char *from, const char *to);

/* unlink + fsync of the folder; a missing file is 0. */
int store_remove(int directory_fd, const char *name);

/* The document of a kind with the highest serial that was ever believed. */
struct store_serial {
	uint64_t serial; /* 0: none yet */
	bool has_text_sha256;
	uint8_t text_sha256[SHA256_SIZE]; /* of that very document, which may be put back when it is
					     lost */
};

/*
 * Per kind and epoch of the root (a root's own number counts under epoch 0): file "serials", of
 * which every byte is covered by a checksum. A missing file, kind or epoch is 0; a damaged file is
 * -EBADMSG, and the caller refuses every document until it is cured. What an older version wrote,
 * without kinds, speaks of policies. Returns 0 and *ret.
 */
int store_read_serial(
	int directory_fd, enum document_kind kind, uint32_t epoch, struct store_serial *ret);

/* Whether last is the document with that text. */
bool store_serial_is(const struct store_serial *last, const uint8_t text_sha256[SHA256_SIZE]);

/*
 * Raises it; durable when this returns 0. text_sha256 is the document's, or NULL: not known, or
 * never to be put back. The same serial again is 0 with the same or no hash, or where none was
 * known; with another it is -EINVAL, as is lowering. Of more than STORE_EPOCHS_MAX epochs of a kind
 * the lowest is forgotten; raising a lower one still is -EINVAL.
 */
#define STORE_EPOCHS_MAX 16
int store_raise_serial(int directory_fd, enum document_kind kind, uint32_t epoch, uint64_t serial,
	const uint8_t text_sha256[SHA256_SIZE]);

/* The floor of trusted time: file "time". 0 and *ret, -ENOENT, or -EBADMSG for a damaged one. */
int store_read_time(int directory_fd, struct trusted_time_saved *ret);
int store_write_time(int directory_fd, const struct trusted_time_saved *saved);
