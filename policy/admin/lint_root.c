/* What of a root is legal and to be known before it is signed: who alone can do what. */
#include "policy/admin/lint.h"

/* What a policy may hold can be mended by a new root; a root that nobody can sign, by nothing. */
static void note_lost_key(const char *path, const struct root *root, const struct role_grant *grant)
{
	if (grant->role != ROLE_ROOT || grant->threshold != persons_count(grant->persons))
		return;
	for (size_t i = 0; i < root->n_persons; i++)
		if (grant->persons & (UINT64_C(1) << i) && root->persons[i].n_keys == 1)
			lint_note(path, grant->line,
				"role root needs every one of its persons, and %s has one key: "
				"when "
				"it is lost, no root can follow; give each a second key, kept "
				"apart",
				root->persons[i].id);
}

void lint_root(const char *path, const struct root *root)
{
	uint64_t with_role = 0;

	for (size_t i = 0; i < root->n_grants; i++) {
		const struct role_grant *grant = &root->grants[i];

		with_role |= grant->persons;
		note_lost_key(path, root, grant);
		if (grant->threshold == 1 &&
			(grant->role == ROLE_ROOT || grant->role == ROLE_POLICY))
			lint_note(path, grant->line, "[role %s]: one person alone may sign",
				grant->name);
	}
	for (size_t i = 0; i < root->n_persons; i++)
		if (!(with_role & (UINT64_C(1) << i)))
			lint_note(path, 0, "%s has no role, and may sign nothing",
				root->persons[i].id);
}
