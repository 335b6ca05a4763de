/*
 * The key that sekisho-fetch shows where something goes up, and the certificate that it makes for
 * it itself: nobody vouches for it, its fingerprint is the path. One for each machine, so that a
 * copy of a disk in another PC has another path. Touches disk.
 */
#pragma once

#include <stddef.h>

#include "agent/fetch_url.h"

#define FETCH_MACHINE_LENGTH 16 /* lower-case hexadecimal digits */

struct fetch_identity {
	char *pem; /* the key and the certificate */
	size_t pem_size;
	char certificate[FETCH_CERTIFICATE_SIZE]; /* SHA-1 of its DER, as nginx says it */
};

/* What sekishod says of this machine: 16 hexadecimal digits behind "machine " in the first line.
 * 0 and ret, or -EBADMSG. */
int fetch_machine_parse(const char *text, size_t size, char ret[FETCH_MACHINE_LENGTH + 1]);

/* Reads that of the machine from the folder, and makes it where there is none, or what is there is
 * none. 0 and *ret, for fetch_identity_clear(); -ENOMEM, -EIO where libcrypto fails, or another
 * negative errno. */
int fetch_identity_open(
	int folder_fd, const char machine[FETCH_MACHINE_LENGTH + 1], struct fetch_identity *ret);

/* Wipes; of all zeros nothing is freed. For CLEANUP(). */
void fetch_identity_clear(struct fetch_identity *identity);
