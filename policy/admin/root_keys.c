#include "policy/admin/root_keys.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/trust.h"
#include "policy/cleanup.h"

void key_owner_clear(struct key_owner *owner)
{
	root_free(owner->root);
	free(owner->path);
	*owner = (struct key_owner){0};
}

/* Whether the root of that number names the key. */
static bool ask(const char *folder, uint64_t number, const char *fingerprint, struct key_owner *ret)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/%" PRIu64 ".ini", folder, number);
	CLEANUP(root_cleanup) struct root *root = path ? trust_read_text(path) : NULL;
	int person = root ? root_find_person(root, fingerprint) : -1;

	if (person < 0)
		return false;
	*ret = (struct key_owner){.number = number, .id = root->persons[person].id};
	ret->root = TAKE(root);
	ret->path = TAKE(path);
	return true;
}

static bool is_there(const char *folder, uint64_t number)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/%" PRIu64 ".ini", folder, number);

	return path && access(path, R_OK) == 0;
}

void key_owner_find(const char *path, uint64_t number, uint64_t newest, const char *fingerprint,
	struct key_owner *ret)
{
	CLEANUP(cleanup_free) char *folder = trust_chain_of(path, number);

	*ret = (struct key_owner){0};
	if (!folder)
		return;
	/* Never past a gap: a number may be as high as somebody liked. */
	for (uint64_t n = newest; n-- > 1 && is_there(folder, n);)
		if (ask(folder, n, fingerprint, ret))
			return;
	for (uint64_t n = newest + 1; is_there(folder, n); n++)
		if (ask(folder, n, fingerprint, ret)) {
			ret->is_to_come = true;
			return;
		}
}
