/* What of a root is legal and to be known before it is signed: who alone can do what. */
#include "policy/admin/lint.h"

static unsigned count_persons(uint64_t persons)
{
	unsigned count = 0;

	for (; persons != 0; persons &= persons - 1)
		count++;
	return count;
}

static void lint_role(const char *path, const struct root *root, enum role role)
{
	const struct role_grant *grant = &root->roles[role];

	if (!grant->is_defined)
		return;
	if (grant->threshold == 1)
		lint_note(path, 0, "one person alone signs as %s", role_name(role));
	if (grant->threshold != count_persons(grant->persons))
		return;
	for (size_t i = 0; i < root->n_persons; i++)
		if (grant->persons & (UINT64_C(1) << i) && root->persons[i].n_keys == 1)
			lint_note(path, 0,
				"role %s needs every one of its persons, and %s has one key: when "
				"it "
				"is lost, nobody can sign; give each a second key, kept apart",
				role_name(role), root->persons[i].id);
}

void lint_root(const char *path, const struct root *root)
{
	uint64_t with_role = 0;

	lint_role(path, root, ROLE_ROOT);
	lint_role(path, root, ROLE_POLICY);
	for (unsigned role = ROLE_ROOT; role < ROLE_COUNT; role++)
		with_role |= root->roles[role].persons;
	for (size_t i = 0; i < root->n_persons; i++)
		if (!(with_role & (UINT64_C(1) << i)))
			lint_note(path, 0, "%s has no role, and may sign nothing",
				root->persons[i].id);
}
