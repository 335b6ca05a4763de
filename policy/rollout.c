#include "policy/rollout.h"

#include <stdio.h>

#include <openssl/evp.h>

#include "policy/document.h"
#include "policy/site.h"

#define HUNDRED 100

/* 0 to 99: a terminal's place among a hundred. The last where there is no way to tell. */
static unsigned place_of(const char *site, const char *terminal)
{
	char name[SITE_NAME_MAX + 1 + TERMINAL_NAME_MAX + 1];
	uint8_t sha256[SHA256_SIZE];
	unsigned place = 0;
	int size = snprintf(name, sizeof(name), "%s/%s", site, terminal);

	if (size < 0 || (size_t)size >= sizeof(name) ||
		EVP_Digest(name, (size_t)size, sha256, NULL, EVP_sha256(), NULL) != 1)
		return HUNDRED - 1;
	for (size_t i = 0; i < sizeof(sha256); i++)
		place = (place * 256 + sha256[i]) % HUNDRED;
	return place;
}

bool policy_reaches(
	const struct policy *policy, const char *site, const char *terminal, uint8_t ring)
{
	if (ring > policy->ring)
		return false;
	return (terminal ? place_of(site, terminal) : 0) < policy->percent;
}
