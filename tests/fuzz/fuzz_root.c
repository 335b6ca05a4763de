/* Any text as a root: either problems, or roles that their persons can fill. */
#include "tests/fuzz/fuzzed_text.h"

#include "policy/root.h"

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

/* Of one role and one tier there is one threshold at most. */
static void check_scopes(const struct root *root, const struct role_grant *grant)
{
	for (size_t t = 0; t < grant->n_tiers; t++)
		assert(root_find_grant(root, grant->role, grant->tiers[t]) == grant);
	if (grant->n_tiers == 0)
		assert(root_find_grant(root, grant->role, "any") == grant);
}

static void check_roles(const struct root *root)
{
	uint64_t all = 0, of_fresh = 0;

	assert(root_find_grant(root, ROLE_ROOT, NULL) && root_find_grant(root, ROLE_POLICY, NULL));
	assert(root->n_grants <= GRANTS_MAX);
	for (size_t i = 0; i < root->n_grants; i++) {
		const struct role_grant *grant = &root->grants[i];

		assert(role_name(grant->role) && grant->n_tiers <= GRANT_TIERS_MAX);
		assert(grant->role != ROLE_ROOT || grant->n_tiers == 0);
		assert(grant->threshold >= 1 &&
			grant->threshold <= __builtin_popcountll(grant->persons));
		if (root->n_persons < 64)
			assert(grant->persons >> root->n_persons == 0);
		assert(!(grant->persons & of_fresh));
		if (grant->role == ROLE_FRESH)
			assert(!(grant->persons & all));
		all |= grant->persons;
		of_fresh |= grant->role == ROLE_FRESH ? grant->persons : 0;
		check_scopes(root, grant);
	}
}

static void check_text(const char *text, size_t size)
{
	struct root *root = fuzz_read(&root_reader, text, size);

	if (root) {
		assert(root->header.kind == DOCUMENT_ROOT);
		assert(strcmp(root->header.tier, TIER_OF_ALL) == 0);
		check_persons(root);
		check_roles(root);
	}
	root_free(root);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_text(data, size, check_text);
}
