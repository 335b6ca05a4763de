#include "policy/admin/root_next.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/print.h"
#include "policy/admin/root_changes.h"
#include "policy/admin/text_edit.h"
#include "policy/cleanup.h"

char *root_next_path(const struct trust *trust)
{
	CLEANUP(cleanup_free)
	char *folder = trust_chain_of(trust->path, trust->root->header.serial);

	return folder ? admin_format("%s/%" PRIu64 ".ini", folder, trust->root->header.serial + 1)
		      : NULL;
}

/* Whether it is the text of a next root; one with mistakes is a draft, too. */
static bool is_next_root(const struct trust *trust, const struct document_slice *slice)
{
	CLEANUP(root_cleanup) struct root *root = NULL;
	CLEANUP(cleanup_free) char *kind = NULL;
	CLEANUP(text_free) struct text text = {0};
	struct problems ignored = {0};
	int r = root_parse(slice->bytes, slice->size, &ignored, &root);

	problems_clear(&ignored);
	if (r == 0)
		return root->header.serial == trust->root->header.serial + 1 &&
		       strcmp(root->header.site, trust->root->header.site) == 0;
	return text_copy(slice->bytes, slice->size, &text) == 0 &&
	       text_get(&text, (struct text_section){"root", NULL}, "kind", &kind) == 0 &&
	       strcmp(kind, "root") == 0;
}

static bool is_draft(
	const struct trust *trust, const struct admin_file *file, size_t *ret_n_signatures)
{
	struct problems ignored = {0};
	struct signed_document document;
	bool is_next = false;

	if (document_split(file->bytes, file->size, &ignored, &document) == 0) {
		is_next = is_next_root(trust, &document.text);
		*ret_n_signatures = document.n_signatures;
	}
	problems_clear(&ignored);
	return is_next;
}

int root_next_check_place(
	const struct trust *trust, const char *path, bool may_redo, bool *ret_replaces)
{
	CLEANUP(admin_file_free) struct admin_file file = {0};
	size_t n_signatures = 0;

	*ret_replaces = false;
	if (access(path, F_OK) < 0 && errno == ENOENT)
		return EXIT_DONE;
	if (admin_read(path, 2 * ROOT_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	if (!is_draft(trust, &file, &n_signatures)) {
		admin_complain("%s is there already; nothing was written", path);
		return EXIT_NO;
	}
	if (n_signatures > 0) {
		admin_complain(
			"%s is there already; nothing was written: it is a draft that was "
			"signed and is not believed yet; let the others sign it, or delete it "
			"to begin again",
			path);
		return EXIT_NO;
	}
	if (!may_redo) {
		admin_complain("%s is there already; nothing was written: it is an unsigned draft; "
			       "delete it, or say --redo to make it anew",
			path);
		return EXIT_NO;
	}
	*ret_replaces = true;
	return EXIT_DONE;
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

/* Whether the person can sign for old with a key that new names, too. */
static bool keeps_a_key(const struct person *person, const struct root *new)
{
	for (size_t k = 0; k < person->n_keys; k++)
		if (root_find_person(new, person->keys[k]) >= 0)
			return true;
	return false;
}

/* Returns how many keys these are. */
static size_t print_gone(
	const struct root *old, const struct root *new, const struct role_grant *grant)
{
	size_t n_keys = 0;

	for (size_t i = 0; i < old->n_persons; i++) {
		const struct person *person = &old->persons[i];

		if (!(grant->persons & (UINT64_C(1) << i)) || keeps_a_key(person, new))
			continue;
		n_keys += person->n_keys;
		for (size_t k = 0; k < person->n_keys; k++)
			printf("  %s  %s\n", person->keys[k], person->id);
	}
	return n_keys;
}

/*
 * The next root must be signed for the old one, too. Where a key that goes is needed for that, and
 * it is lost, this root and all after it are dead: no later change can mend that.
 */
static void print_dead_end(const struct root *old, const struct root *new)
{
	const struct role_grant *grant = root_find_grant(old, ROLE_ROOT, NULL);
	unsigned n_keep = 0;
	size_t n_keys;

	for (size_t i = 0; i < old->n_persons; i++)
		if (grant->persons & (UINT64_C(1) << i))
			n_keep += keeps_a_key(&old->persons[i], new);
	if (n_keep >= grant->threshold)
		return;
	printf("Careful: root %" PRIu64 " needs %u of", old->header.serial,
		(unsigned)grant->threshold);
	admin_print_persons(old, grant->persons);
	printf(", and %u of these only with a key that goes:\n", grant->threshold - n_keep);
	n_keys = print_gone(old, new, grant);
	printf("%s, root %" PRIu64 " can never be signed, nor any other after root %" PRIu64
	       ":\nmake a new first root and carry it to every terminal (man sekisho-admin,\n"
	       "WHEN NO NEXT ROOT CAN BE SIGNED).\n",
		n_keys == 1 ? "If it is lost" : "If too few of these are left", new->header.serial,
		old->header.serial);
}

/* Who is named and may sign nothing was most likely forgotten in --add-to-role. */
static void print_idle(const struct root *root)
{
	uint64_t busy = 0;

	for (size_t i = 0; i < root->n_grants; i++)
		busy |= root->grants[i].persons;
	for (size_t i = 0; i < root->n_persons; i++)
		if (!(busy & (UINT64_C(1) << i)))
			printf("Note: %s has no role and may sign nothing. If that is not meant: "
			       "the same\ncommand once more with --redo and --add-to-role "
			       "ROLE=%s.\n",
				root->persons[i].id, root->persons[i].id);
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
	print_idle(next);
	print_dead_end(trust->root, next);
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
