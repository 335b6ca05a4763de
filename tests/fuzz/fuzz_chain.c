/*
 * The root chain: the text of root N up to the first NUL, then any bytes as root N+1. Who signed is
 * counted here a second time, by the signatures alone: nothing may follow a root without enough of
 * its persons, nor without enough of its own.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy/sshsig.h"
#include "policy/verify.h"

/* Within the validity of the seeds. */
#define NOW_S INT64_C(1780272000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct role_grant *root_role(const struct root *root)
{
	const struct role_grant *found = NULL;

	for (size_t i = 0; i < root->n_grants; i++)
		if (root->grants[i].role == ROLE_ROOT)
			found = &root->grants[i];
	assert(found);
	return found;
}

/* Whether this signature counts for the role root of that root; the person goes to *persons. */
static bool counts(const struct root *root, const struct sshsig *signature, uint64_t *persons)
{
	const struct role_grant *grant = root_role(root);

	for (size_t p = 0; p < root->n_persons; p++)
		for (size_t k = 0; k < root->persons[p].n_keys; k++) {
			if (strcmp(root->persons[p].keys[k], signature->fingerprint) != 0)
				continue;
			if (!(grant->persons >> p & 1) ||
				(grant->needs_user_verification &&
					!signature->has_user_verification))
				return false;
			*persons |= UINT64_C(1) << p;
			return true;
		}
	return false;
}

static void check_signers(const struct root *trusted, const struct root *next, const char *bytes,
	size_t size, uint64_t signers)
{
	struct problems problems = {0};
	struct signed_document document;
	uint64_t before = 0, after = 0;

	assert(document_split(bytes, size, &problems, &document) == 0);
	for (size_t i = 0; i < document.n_signatures; i++) {
		struct sshsig signature;
		bool is_of_one, is_of_other;

		sshsig_verify(document.signatures[i].bytes, document.signatures[i].size,
			"root@sekisho", document.text.bytes, document.text.size, &signature);
		assert(signature.fault == SSHSIG_GOOD);
		is_of_one = counts(trusted, &signature, &before);
		is_of_other = counts(next, &signature, &after);
		assert(is_of_one || is_of_other);
	}
	assert(__builtin_popcountll(before) >= root_role(trusted)->threshold);
	assert(__builtin_popcountll(after) >= root_role(next)->threshold);
	assert(signers == before);
}

static void check_next(const struct root *trusted, const struct root *next, bool is_started)
{
	assert(next->header.kind == DOCUMENT_ROOT);
	assert(strcmp(next->header.site, trusted->header.site) == 0);
	assert(next->header.serial == trusted->header.serial + 1);
	assert(next->header.epoch == trusted->header.epoch ||
		next->header.epoch == trusted->header.epoch + 1);
	assert(NOW_S <= next->header.not_after);
	assert(is_started == (NOW_S >= next->header.not_before));
}

static void offer(const struct root *trusted, const char *bytes, size_t size)
{
	struct verify_request request = {.root = trusted, .now_s = NOW_S};
	struct problems problems = {0};
	struct verification result = {0};
	struct root *next = NULL;

	assert(verify_next_root(&request, bytes, size, &problems, &result, &next) == 0);
	assert(document_fault_name(result.fault) && result.detail[0] != '\0');
	assert(memchr(result.detail, '\0', sizeof(result.detail)));
	assert((result.verdict == DOCUMENT_REFUSED) == (result.fault != DOCUMENT_FAULT_NONE));
	assert((result.verdict == DOCUMENT_REFUSED) == (next == NULL));
	if (next) {
		assert(!problems_any(&problems));
		check_next(trusted, next, result.verdict == DOCUMENT_ACCEPTED);
		check_signers(trusted, next, bytes, size, result.signers);
	}
	root_free(next);
	problems_clear(&problems);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size > 0 ? memchr(data, '\0', size) : NULL;
	struct problems problems = {0};
	struct root *trusted = NULL;
	size_t bytes_size;
	char *bytes;

	if (!end)
		return 0;
	bytes_size = (size_t)(data + size - (end + 1));
	/* In memory of their own, so that a sanitizer sees a look before or beyond them. */
	bytes = malloc(bytes_size ? bytes_size : 1);
	if (!bytes)
		return 0;
	memcpy(bytes, end + 1, bytes_size);
	if (root_parse((const char *)data, (size_t)(end - data), &problems, &trusted) == 0)
		offer(trusted, bytes, bytes_size);
	root_free(trusted);
	problems_clear(&problems);
	free(bytes);
	return 0;
}
