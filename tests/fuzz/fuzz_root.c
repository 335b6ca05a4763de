/* Any text as a root: either problems, or roles that their persons can fill. */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy/root.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_persons(const struct root *root)
{
	assert(root->n_persons >= 1 && root->n_persons <= PERSONS_MAX);
	for (size_t i = 0; i < root->n_persons; i++) {
		const struct person *person = &root->persons[i];

		assert(person->n_keys >= 1 && person->n_keys <= PERSON_KEYS_MAX);
		for (size_t k = 0; k < person->n_keys; k++) {
			assert(fingerprint_is_valid(person->keys[k]));
			/* No key belongs to two. */
			assert(root_find_person(root, person->keys[k]) == (int)i);
		}
	}
}

static void check_roles(const struct root *root)
{
	assert(root->roles[ROLE_ROOT].is_defined && root->roles[ROLE_POLICY].is_defined);
	assert(!root->roles[ROLE_NONE].is_defined);
	for (unsigned role = 0; role < ROLE_COUNT; role++) {
		const struct role_grant *grant = &root->roles[role];
		unsigned persons = (unsigned)__builtin_popcountll(grant->persons);

		assert(!grant->is_defined ||
			(grant->threshold >= 1 && grant->threshold <= persons));
		assert(grant->is_defined || (grant->threshold == 0 && persons == 0));
		if (root->n_persons < 64)
			assert(grant->persons >> root->n_persons == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct problems problems = {0};
	struct root *root = NULL;
	int r;

	if (!text)
		return 0;
	memcpy(text + 1, data, size);
	r = root_parse(text + 1, size, &problems, &root);
	assert(r == 0 || r == -EBADMSG);
	assert((r == 0) == (root != NULL) && (r == 0) == !problems_any(&problems));
	if (root) {
		assert(root->header.kind == DOCUMENT_ROOT);
		assert(strcmp(root->header.tier, TIER_OF_ALL) == 0);
		check_persons(root);
		check_roles(root);
	}
	root_free(root);
	problems_clear(&problems);
	free(text);
	return 0;
}
