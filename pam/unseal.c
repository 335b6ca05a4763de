#include "pam/unseal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pam/unseal_desks.h"
#include "pam/unseal_envelope.h"
#include "pam/unseal_file.h"
#include "pam/unseal_key.h"
#include "pam/unseal_user.h"
#include "policy/cleanup.h"
#include "policy/document.h"
#include "policy/login_places.h"

/* 0: all is well; 1: something could not be opened; or a negative errno, which goes before all. */
static void worsen(int *outcome, int r)
{
	if (r < 0 || (r > 0 && *outcome == 0))
		*outcome = *outcome < 0 ? *outcome : r;
}

static int parse(const char *bytes, size_t size, struct tokens **ret)
{
	struct problems problems = {};
	struct signed_document document;
	int r = document_split(bytes, size, &problems, &document);

	if (r == 0)
		r = tokens_parse(document.text.bytes, document.text.size, &problems, ret);
	problems_clear(&problems);
	return r;
}

static int open_key(const struct unseal *unseal, struct unseal_key *ret)
{
	int r = unseal->is_key_new
			? unseal_key_replace(unseal->state_fd, unseal->vault, unseal->terminal, ret)
			: unseal_key_open(unseal->state_fd, unseal->vault, unseal->terminal, ret);

	if (r < 0)
		unseal_tell(unseal, LOGIN_KEY_LOST, NULL, NULL, r);
	else if (ret->is_new)
		unseal_tell(unseal, LOGIN_KEY_MADE, NULL, ret->fingerprint, 0);
	return r;
}

static int open_secret(const struct unseal *unseal, const struct tokens *tokens,
	const struct token_entry *entry, const struct unseal_key *key)
{
	uint8_t secret[CODE_SECRET_MAX];
	size_t size = 0;
	int r = token_open(tokens, entry, key->private, secret, &size);

	if (r == 0)
		r = unseal_secret(unseal, entry->user, secret, size);
	explicit_bzero(secret, sizeof(secret));
	return r;
}

/* key: NULL when there is none that opens these. One person's fault is not another's. */
static int take_entry(const struct unseal *unseal, const struct tokens *tokens,
	const struct token_entry *entry, const struct unseal_key *key)
{
	int r = unseal_record(unseal, entry);

	if (r == 0 && key)
		r = open_secret(unseal, tokens, entry, key);
	if (r < 0)
		unseal_tell(unseal, LOGIN_SECRET_UNREADABLE, entry->user, entry->number, r);
	return r < 0;
}

static int take(
	const struct unseal *unseal, const struct tokens *tokens, const struct unseal_key *key)
{
	int outcome = 0;

	if (key && strcmp(tokens->key, key->fingerprint) != 0) {
		unseal_tell(unseal, LOGIN_KEY_LOST, NULL, tokens->key, -ENOKEY);
		key = NULL;
	}
	if (!key)
		outcome = 1;
	if (tokens->n_entries > 0)
		worsen(&outcome, unseal_decoy(unseal, &tokens->entries[0]));
	for (size_t i = 0; i < tokens->n_entries; i++)
		worsen(&outcome, take_entry(unseal, tokens, &tokens->entries[i], key));
	worsen(&outcome, unseal_retire(unseal, tokens));
	worsen(&outcome, unseal_envelopes(unseal, tokens));
	return outcome;
}

static int take_file(const struct unseal *unseal, const struct unseal_key *key)
{
	CLEANUP(tokens_cleanup) struct tokens *tokens = NULL;
	char *bytes = NULL;
	size_t size = 0;
	int r = unseal_file_read(unseal->state_fd, TOKENS_FILE,
		document_kind_size_max(DOCUMENT_TOKENS), &bytes, &size);

	if (r == -ENOENT)
		return key ? 0 : 1;
	if (r == 0)
		r = parse(bytes, size, &tokens);
	free(bytes);
	if (r < 0) {
		unseal_tell(unseal, LOGIN_SECRET_UNREADABLE, NULL, NULL, r);
		return 1;
	}
	return take(unseal, tokens, key);
}

/* What comes from here on is seen, by us or by systemd afterwards. */
static int take_notice(const struct unseal *unseal)
{
	return unlinkat(unseal->state_fd, UNSEAL_WANTED, 0) < 0 && errno != ENOENT ? -errno : 0;
}

int unseal_all(const struct unseal *unseal)
{
	struct unseal_key key;
	bool has_key = open_key(unseal, &key) == 0;
	int outcome = take_notice(unseal);

	worsen(&outcome, take_file(unseal, has_key ? &key : NULL));
	worsen(&outcome, unseal_desks(unseal, has_key ? &key : NULL));
	explicit_bzero(&key, sizeof(key));
	return outcome;
}
