#include "tests/bench/server/load_identity.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/descriptor.h"
#include "agent/fetch_identity.h"
#include "policy/cleanup.h"

static int open_one(int folder_fd, unsigned number, struct load_identity *ret)
{
	CLEANUP(fetch_identity_clear) struct fetch_identity identity = {};
	char machine[FETCH_MACHINE_LENGTH + 1];
	BIO *bio;
	int r;

	snprintf(machine, sizeof(machine), "%016x", number);
	r = fetch_identity_open(folder_fd, machine, &identity);
	if (r < 0)
		return r;
	bio = BIO_new_mem_buf(identity.pem, (int)identity.pem_size);
	ret->key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;
	ret->certificate = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
	BIO_free(bio);
	memcpy(ret->fingerprint, identity.certificate, sizeof(ret->fingerprint));
	return ret->key && ret->certificate ? 0 : -EIO;
}

int load_identities_open(const char *folder, unsigned n, struct load_identities *ret)
{
	CLEANUP(cleanup_close) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = fd < 0 ? -errno : 0;

	ret->items = calloc(n + 1, sizeof(*ret->items));
	if (!ret->items)
		return -ENOMEM;
	for (ret->n = 0; r == 0 && ret->n < n; ret->n++)
		r = open_one(fd, ret->n, &ret->items[ret->n]);
	return r;
}
