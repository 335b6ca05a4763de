/*
 * Keys and certificates of simulated terminals, by the agent's own function.
 */
#pragma once

#include <openssl/ssl.h>

#include "agent/fetch_url.h"

struct load_identity {
	EVP_PKEY *key;
	X509 *certificate;
	char fingerprint[FETCH_CERTIFICATE_SIZE];
};

struct load_identities {
	struct load_identity *items;
	unsigned n;
};

/* Reads or makes n of them in a folder. 0 or a negative errno. They live as long as the program. */
int load_identities_open(const char *folder, unsigned n, struct load_identities *ret);
