#include "pam/unseal_desks.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pam/login_desks.h"
#include "pam/unseal_file.h"
#include "pam/unseal_user.h"
#include "policy/cleanup.h"
#include "policy/desks.h"
#include "policy/login_places.h"
#include "policy/phone_key.h"

#define NAME_SIZE (sizeof(DESK_KEY_PREFIX) + DESK_NAME_MAX)

static int parse(const char *bytes, size_t size, struct desks **ret)
{
	struct problems problems = {};
	struct signed_document document;
	int r = document_split(bytes, size, &problems, &document);

	if (r == 0)
		r = desks_parse(document.text.bytes, document.text.size, &problems, ret);
	problems_clear(&problems);
	return r;
}

static void key_name(const char *desk, char ret[NAME_SIZE])
{
	snprintf(ret, NAME_SIZE, DESK_KEY_PREFIX "%s", desk);
}

/* sekishod has no right to pass over a file's mode. */
static int write_key(
	const struct unseal *unseal, const char *desk, const uint8_t key[PHONE_KEY_SIZE])
{
	const struct file_owner mine = {geteuid(), getegid(), 0400};
	char name[NAME_SIZE];

	key_name(desk, name);
	return unseal_file_write(unseal->secrets_fd, name, key, PHONE_KEY_SIZE, &mine);
}

static int open_entry(const struct unseal *unseal, const struct desks *desks,
	const struct desk_entry *entry, const struct unseal_key *key, struct login_desks *logins)
{
	uint8_t shared[PHONE_KEY_SIZE], derived[PHONE_KEY_SIZE];
	struct login_desk *login = &logins->items[logins->n];
	int r = desk_open(desks, entry, key->private, shared);

	if (r == 0)
		r = phone_key_of_kind(shared, PHONE_EXEMPTION, derived);
	if (r == 0)
		r = write_key(unseal, entry->name, derived);
	if (r == 0 && entry->may_login) {
		r = phone_key_of_kind(shared, PHONE_LOGIN, login->key);
		memcpy(login->name, entry->name, sizeof(login->name));
		logins->n += r == 0;
	}
	explicit_bzero(shared, sizeof(shared));
	explicit_bzero(derived, sizeof(derived));
	return r;
}

static int write_logins(const struct unseal *unseal, const struct login_desks *logins)
{
	const struct file_owner owner = {unseal->owner.uid, unseal->owner.gid, 0400};
	char text[LOGIN_DESKS_SIZE];
	size_t size;
	int r;

	if (logins->n == 0)
		return unlinkat(unseal->secrets_fd, LOGIN_DESKS_FILE, 0) < 0 && errno != ENOENT
			       ? -errno
			       : 0;
	size = login_desks_format(logins, text);
	r = unseal_file_write(unseal->secrets_fd, LOGIN_DESKS_FILE, text, size, &owner);
	explicit_bzero(text, sizeof(text));
	return r;
}

/* desks: NULL where there are none. */
static int remove_others(const struct unseal *unseal, const struct desks *desks)
{
	int fd = openat(unseal->secrets_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	int r = 0;

	if (!folder) {
		r = -errno;
		if (fd >= 0)
			close(fd);
		return r;
	}
	while ((entry = readdir(folder)) != NULL) {
		const char *desk = entry->d_name + strlen(DESK_KEY_PREFIX);

		if (strncmp(entry->d_name, DESK_KEY_PREFIX, strlen(DESK_KEY_PREFIX)) == 0 &&
			(!desks || !desks_find(desks, desk)) &&
			unlinkat(unseal->secrets_fd, entry->d_name, 0) < 0)
			r = -errno;
	}
	closedir(folder);
	return r;
}

static int take(
	const struct unseal *unseal, const struct desks *desks, const struct unseal_key *key)
{
	struct login_desks logins = {.until_s = desks->header.not_after};
	bool is_all = true;
	int r;

	snprintf(logins.site, sizeof(logins.site), "%s", desks->header.site);
	snprintf(logins.terminal, sizeof(logins.terminal), "%s", desks->terminal);
	for (size_t i = 0; i < desks->n_entries; i++) {
		r = open_entry(unseal, desks, &desks->entries[i], key, &logins);
		if (r < 0)
			unseal_tell(
				unseal, LOGIN_SECRET_UNREADABLE, NULL, desks->entries[i].name, r);
		is_all = is_all && r == 0;
	}
	r = write_logins(unseal, &logins);
	explicit_bzero(&logins, sizeof(logins));
	if (r == 0)
		r = remove_others(unseal, desks);
	return r < 0 ? r : !is_all;
}

static int remove_all(const struct unseal *unseal)
{
	const struct login_desks none = {};
	int r = write_logins(unseal, &none);

	return r < 0 ? r : remove_others(unseal, NULL);
}

int unseal_desks(const struct unseal *unseal, const struct unseal_key *key)
{
	CLEANUP(desks_cleanup) struct desks *desks = NULL;
	char *bytes = NULL;
	size_t size = 0;
	int r = unseal_file_read(unseal->state_fd, DESKS_FILE, DESKS_SIZE_MAX, &bytes, &size);

	if (r == -ENOENT)
		return remove_all(unseal);
	if (r == 0)
		r = parse(bytes, size, &desks);
	free(bytes);
	if (r == 0 && (!key || strcmp(desks->key, key->fingerprint) != 0))
		r = -ENOKEY;
	if (r == 0)
		return take(unseal, desks, key);
	/* What is open stays open: whose document is damaged is found out by sekishod. */
	unseal_tell(unseal, r == -ENOKEY ? LOGIN_KEY_LOST : LOGIN_SECRET_UNREADABLE, NULL,
		desks ? desks->key : DESKS_FILE, r);
	return 1;
}
