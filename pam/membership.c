#include "pam/membership.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "policy/cleanup.h"

#define BUFFER_MAX (1024 * 1024)
#define GROUPS_MAX 65536

/* 1 found, 0 there is none, or a negative errno. *ret_buffer holds its strings, for free(). */
static int find_account(const char *user, struct passwd *ret, char **ret_buffer)
{
	for (size_t size = 1024; size <= BUFFER_MAX; size *= 4) {
		CLEANUP(cleanup_free) char *buffer = malloc(size);
		struct passwd *found;
		int r;

		if (!buffer)
			return -ENOMEM;
		r = getpwnam_r(user, ret, buffer, size, &found);
		if (r == ERANGE)
			continue;
		*ret_buffer = TAKE(buffer);
		return r == 0 || r == ENOENT ? found != NULL : -r;
	}
	return -ERANGE;
}

static int find_group(const char *name, struct group *ret, char **ret_buffer)
{
	for (size_t size = 1024; size <= BUFFER_MAX; size *= 4) {
		CLEANUP(cleanup_free) char *buffer = malloc(size);
		struct group *found;
		int r;

		if (!buffer)
			return -ENOMEM;
		r = getgrnam_r(name, ret, buffer, size, &found);
		if (r == ERANGE)
			continue;
		*ret_buffer = TAKE(buffer);
		return r == 0 || r == ENOENT ? found != NULL : -r;
	}
	return -ERANGE;
}

bool membership_is_account(const char *user, uid_t uid)
{
	CLEANUP(cleanup_free) char *buffer = NULL;
	struct passwd account;

	return find_account(user, &account, &buffer) == 1 && account.pw_uid == uid;
}

static bool is_member(const struct group *group, const char *user)
{
	for (char **member = group->gr_mem; *member; member++)
		if (strcmp(*member, user) == 0)
			return true;
	return false;
}

/* Some name services list a person's groups, but not a group's persons. */
static int has_group(const char *user, gid_t primary, gid_t wanted)
{
	int n = 64;

	while (n <= GROUPS_MAX) {
		CLEANUP(cleanup_free) gid_t *groups = calloc((size_t)n, sizeof(*groups));
		int room = n;

		if (!groups)
			return -ENOMEM;
		if (getgrouplist(user, primary, groups, &n) >= 0) {
			for (int i = 0; i < n; i++)
				if (groups[i] == wanted)
					return 1;
			return 0;
		}
		n = n > room ? n : room * 2;
	}
	return -ERANGE;
}

int membership_of(const char *user, const char *group)
{
	CLEANUP(cleanup_free) char *account_buffer = NULL;
	CLEANUP(cleanup_free) char *group_buffer = NULL;
	struct passwd account;
	struct group found;
	int r = find_group(group, &found, &group_buffer);

	if (r == 1)
		r = find_account(user, &account, &account_buffer);
	if (r != 1)
		return r;
	if (account.pw_gid == found.gr_gid || is_member(&found, user))
		return 1;
	return has_group(user, account.pw_gid, found.gr_gid);
}
