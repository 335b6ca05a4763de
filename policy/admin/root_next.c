#include "policy/admin/root_next.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/print.h"
#include "policy/admin/root_changes.h"
#include "policy/cleanup.h"

char *root_next_path(const struct trust *trust)
{
	CLEANUP(cleanup_free)
	char *folder = trust_chain_of(trust->path, trust->root->header.serial);

	return folder ? admin_format("%s/%" PRIu64 ".ini", folder, trust->root->header.serial + 1)
		      : NULL;
}

static void print_signers(const struct root *root)
{
	const struct role_grant *grant = root_find_grant(root, ROLE_ROOT, NULL);

	printf("  for root %" PRIu64 ": %u of", root->header.serial, (unsigned)grant->threshold);
	admin_print_persons(root, grant->persons);
	printf("\n");
}

/* Whether something that could sign for old cannot sign for new. */
static bool has_retired_keys(const struct root *old, const struct root *new)
{
	for (size_t i = 0; i < old->n_persons; i++)
		for (size_t k = 0; k < old->persons[i].n_keys; k++)
			if (root_find_person(new, old->persons[i].keys[k]) < 0)
				return true;
	return false;
}

/* Whether fewer than must sign are left when one key of the role root is gone. */
static bool hangs_on_one_key(const struct root *root)
{
	const struct role_grant *grant = root_find_grant(root, ROLE_ROOT, NULL);
	bool has_single = false;

	for (size_t i = 0; i < root->n_persons; i++)
		if ((grant->persons & (UINT64_C(1) << i)) && root->persons[i].n_keys == 1)
			has_single = true;
	return has_single && persons_count(grant->persons) == grant->threshold;
}

static void print_costs(const struct root *old, const struct root *next)
{
	if (old->header.epoch != next->header.epoch)
		printf("The new epoch costs this: from the moment a terminal has this root, it\n"
		       "believes no document of before. Have every policy, list of media and\n"
		       "fresh signed anew (\"sekisho-admin sign --raise\" sets the epoch, and the\n"
		       "serial to 1), and bring them to the terminals together with this root.\n");
	else if (has_retired_keys(old, next))
		printf("What a key that goes had signed is not believed under this root. "
		       "\"sekisho-\n"
		       "admin verify --root\" says which documents these are; have them signed "
		       "anew\n"
		       "(\"sign --raise\"), and bring them to the terminals together with this "
		       "root.\n");
	if (hangs_on_one_key(next))
		printf("Note: if one key is lost, too few persons can sign the root after this "
		       "one.\n"
		       "Give everybody a second key that is locked away (--add-key).\n");
}

void root_next_explain(
	const struct trust *trust, const struct root *next, const char *root, const char *path)
{
	printf("It changes:\n");
	root_changes_print(trust->root, next, "  ", SIZE_MAX, stdout);
	print_costs(trust->root, next);
	printf("written: %s, a draft that nobody has signed\n"
	       "It must be signed by:\n",
		path);
	print_signers(trust->root);
	print_signers(next);
	printf("each of them with a key that this root names:\n"
	       "  sekisho-admin sign --root %s --key KEY %s\n"
	       "and then checked:\n"
	       "  sekisho-admin verify --root %s %s\n",
		root, path, root, path);
}
