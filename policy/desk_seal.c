/* What a desk shares with a terminal, in its document: what it is bound to. */
#include "policy/desks.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define INFO     "sekisho desks 1"
#define AAD_SIZE (SITE_NAME_MAX + TERMINAL_NAME_MAX + DESK_NAME_MAX + 16)

struct binding {
	char aad[AAD_SIZE];
	struct seal_context context;
};

/* None of the parts has a line feed in it, so that no two bindings have one text. */
static int bind(
	const char *site, const char *terminal, const struct desk_entry *entry, struct binding *ret)
{
	int n;

	if (strchr(site, '\n') || strchr(terminal, '\n') || strchr(entry->name, '\n'))
		return -EINVAL;
	n = snprintf(ret->aad, sizeof(ret->aad), "%s\n%s\n%s\n%s\n", site, terminal, entry->name,
		entry->may_login ? "login" : "");
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

int desk_open(const struct desks *desks, const struct desk_entry *entry,
	const uint8_t private_key[SEAL_KEY_SIZE], uint8_t ret[PHONE_KEY_SIZE])
{
	uint8_t secret[SEAL_PLAIN_MAX];
	struct binding binding;
	size_t size;
	int r = bind(desks->header.site, desks->terminal, entry, &binding);

	if (r < 0)
		return -EBADMSG;
	r = seal_open(private_key, &binding.context, &entry->secret, secret, &size);
	if (r == 0 && size != PHONE_KEY_SIZE)
		r = -EBADMSG;
	if (r == 0)
		memcpy(ret, secret, PHONE_KEY_SIZE);
	explicit_bzero(secret, sizeof(secret));
	return r;
}

int desk_seal(const uint8_t public_key[SEAL_KEY_SIZE], const uint8_t secret[PHONE_KEY_SIZE],
	const char *site, const char *terminal, struct desk_entry *entry)
{
	struct binding binding;
	int r = bind(site, terminal, entry, &binding);

	return r < 0 ? r
		     : seal_to(public_key, &binding.context, secret, PHONE_KEY_SIZE,
			       &entry->secret);
}
