/* The secret of a token in its document: what it is bound to. */
#include "policy/tokens.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define INFO     "sekisho tokens 1"
#define AAD_SIZE (SITE_NAME_MAX + ACCOUNT_NAME_MAX + TOKEN_NUMBER_MAX + 64)

struct binding {
	char aad[AAD_SIZE];
	struct seal_context context;
};

/* None of the parts has a line feed in it, so that no two bindings have one text. */
static int bind(const char *site, const struct token_entry *entry, struct binding *ret)
{
	const char *type = token_type_name(entry->type), *hash = token_hash_name(entry->hash);
	int n;

	if (!type || !hash || strchr(site, '\n'))
		return -EINVAL;
	n = snprintf(ret->aad, sizeof(ret->aad), "%s\n%s\n%s\n%s\n%s\n%u\n%u\n", site, entry->user,
		entry->number, type, hash, entry->digits, entry->period_s);
	if (n < 0 || (size_t)n >= sizeof(ret->aad))
		return -EINVAL;
	ret->context = (struct seal_context){
		.info = (const uint8_t *)INFO,
		.info_size = sizeof(INFO) - 1,
		.aad = (const uint8_t *)ret->aad,
		.aad_size = (size_t)n,
	};
	return 0;
}

int token_open(const struct tokens *tokens, const struct token_entry *entry,
	const uint8_t private_key[SEAL_KEY_SIZE], uint8_t ret[CODE_SECRET_MAX], size_t *ret_size)
{
	uint8_t secret[SEAL_PLAIN_MAX];
	struct binding binding;
	size_t size;
	int r = bind(tokens->header.site, entry, &binding);

	_Static_assert(CODE_SECRET_MAX == SEAL_PLAIN_MAX, "what is opened fits");
	if (r < 0)
		return -EBADMSG;
	r = seal_open(private_key, &binding.context, &entry->secret, secret, &size);
	if (r == 0 && size < CODE_SECRET_MIN)
		r = -EBADMSG;
	if (r == 0) {
		memcpy(ret, secret, size);
		*ret_size = size;
	}
	explicit_bzero(secret, sizeof(secret));
	return r;
}

int token_seal(const uint8_t public_key[SEAL_KEY_SIZE], const uint8_t *secret, size_t size,
	const char *site, struct token_entry *entry)
{
	struct binding binding;
	int r = bind(site, entry, &binding);

	if (r < 0)
		return r;
	if (size < CODE_SECRET_MIN)
		return -EINVAL;
	return seal_to(public_key, &binding.context, secret, size, &entry->secret);
}
