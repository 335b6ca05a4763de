#include "pam/unseal_key.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pam/unseal_file.h"
#include "policy/terminal_key.h"

static int write_public(int state_fd, const char *terminal, const uint8_t public[SEAL_KEY_SIZE])
{
	const struct file_owner all_may_read = {geteuid(), getegid(), 0644};
	char text[TERMINAL_KEY_TEXT_SIZE], *before = NULL;
	size_t size, before_size = 0;
	bool is_same;
	int r = terminal_key_format(public, terminal, text);

	if (r < 0)
		return r;
	size = strlen(text);
	is_same = unseal_file_read(state_fd, TERMINAL_KEY_PUBLIC, sizeof(text), &before,
			  &before_size) == 0 &&
		  before_size == size && memcmp(before, text, size) == 0;
	free(before);
	return is_same ? 0
		       : unseal_file_write(
				 state_fd, TERMINAL_KEY_PUBLIC, text, size, &all_may_read);
}

/* From the private half alone. */
static int publish(int state_fd, const char *terminal, struct unseal_key *key)
{
	uint8_t public[SEAL_KEY_SIZE];
	int r = seal_public_key(key->private, public);

	if (r == 0)
		r = seal_fingerprint(public, key->fingerprint);
	return r == 0 ? write_public(state_fd, terminal, public) : r;
}

static int give(struct unseal_key *key, int r, struct unseal_key *ret)
{
	if (r == 0)
		*ret = *key;
	explicit_bzero(key, sizeof(*key));
	return r;
}

/* It is opened once before it counts: a key that is sealed for good helps nobody. */
static int seal_and_try(const struct vault *vault, const uint8_t private[SEAL_KEY_SIZE],
	uint8_t sealed[VAULT_SEALED_MAX], size_t *ret_size)
{
	uint8_t again[SEAL_KEY_SIZE];
	size_t size = 0, again_size = 0;
	int r = vault->seal(vault, private, SEAL_KEY_SIZE, sealed, VAULT_SEALED_MAX, &size);

	if (r == 0)
		r = vault->open(vault, sealed, size, again, sizeof(again), &again_size);
	if (r == 0 && (again_size != sizeof(again) || memcmp(again, private, sizeof(again)) != 0))
		r = -EKEYREJECTED;
	explicit_bzero(again, sizeof(again));
	if (r == 0)
		*ret_size = size;
	return r;
}

static int make(
	int state_fd, const struct vault *vault, const char *terminal, struct unseal_key *ret)
{
	const struct file_owner mine = {geteuid(), getegid(), 0600};
	struct unseal_key key = {.is_new = true};
	uint8_t sealed[VAULT_SEALED_MAX], public[SEAL_KEY_SIZE];
	size_t size = 0;
	int r = seal_make_key(key.private, public);

	if (r == 0)
		r = seal_and_try(vault, key.private, sealed, &size);
	if (r == 0)
		r = unseal_file_write(state_fd, TERMINAL_KEY_SEALED, sealed, size, &mine);
	if (r == 0)
		r = publish(state_fd, terminal, &key);
	return give(&key, r, ret);
}

static int open_sealed(int state_fd, const struct vault *vault, const char *terminal,
	const char *sealed, size_t sealed_size, struct unseal_key *ret)
{
	struct unseal_key key = {};
	size_t size = 0;
	int r = vault->open(vault, (const uint8_t *)sealed, sealed_size, key.private,
		sizeof(key.private), &size);

	if (r == 0 && size != sizeof(key.private))
		r = -EBADMSG;
	if (r == 0)
		r = publish(state_fd, terminal, &key);
	return give(&key, r, ret);
}

int unseal_key_open(
	int state_fd, const struct vault *vault, const char *terminal, struct unseal_key *ret)
{
	char *sealed = NULL;
	size_t size = 0;
	int r = unseal_file_read(state_fd, TERMINAL_KEY_SEALED, VAULT_SEALED_MAX, &sealed, &size);

	if (r == -ENOENT)
		return make(state_fd, vault, terminal, ret);
	if (r == 0)
		r = open_sealed(state_fd, vault, terminal, sealed, size, ret);
	free(sealed);
	return r;
}

int unseal_key_replace(
	int state_fd, const struct vault *vault, const char *terminal, struct unseal_key *ret)
{
	if (renameat(state_fd, TERMINAL_KEY_SEALED, state_fd, TERMINAL_KEY_OLD) < 0 &&
		errno != ENOENT)
		return -errno;
	return make(state_fd, vault, terminal, ret);
}
