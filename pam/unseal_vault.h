/*
 * Where the terminal's private key is kept: sealed by systemd-creds, to the TPM where there is one
 * and to this installation. A child does that, so that whatever goes wrong there is an answer and
 * not the end. Touches disk.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define VAULT_SEALED_MAX (16 * 1024)

/* Fakes of it are values handed in. */
struct vault {
	/* Both: 0, ret and *ret_size (at most size_max), or a negative errno. */
	int (*seal)(const struct vault *vault, const uint8_t *bytes, size_t size, uint8_t *ret,
		size_t size_max, size_t *ret_size);
	int (*open)(const struct vault *vault, const uint8_t *bytes, size_t size, uint8_t *ret,
		size_t size_max, size_t *ret_size);
	void *context;             /* of a fake */
	const char *program, *tpm; /* the TPM's device */
	unsigned wait_ms;          /* so long at most, each */
};

/*
 * systemd-creds, with the TPM where that can be used, and no register of it that changes: a new
 * firmware must not lock an office out. -EKEYREJECTED: it said no; -ETIMEDOUT; -EFBIG; or another
 * negative errno.
 */
extern const struct vault vault_of_systemd;
