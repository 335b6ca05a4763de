#include "agent/exemption_code.h"

#include <crypt.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/code_text.h"

/* Of equal length; in a time that does not tell where they differ. */
static bool is_same(const char *computed, const char *hash, size_t size)
{
	unsigned char difference = 0;

	for (size_t i = 0; i < size; i++)
		difference |= (unsigned char)(computed[i] ^ hash[i]);
	return difference == 0;
}

static int judge(const char *symbols, const char *hash, struct crypt_data *data)
{
	/* Where it cannot, it may answer with a text that is no hash: one that begins with '*'. */
	const char *computed = crypt_r(symbols, hash, data);

	if (!computed || strlen(computed) != strlen(hash) || computed[0] == '*')
		return -EBADMSG;
	return is_same(computed, hash, strlen(hash)) ? 0 : -ENOENT;
}

int exemption_code_judge(const char *typed, const char hash[CODE_HASH_TEXT_SIZE])
{
	char symbols[CODE_SYMBOLS_SIZE];
	struct crypt_data *data;
	int r;

	if (!code_hash_is_valid(hash))
		return -EBADMSG;
	if (code_text_normalise(typed, symbols) < 0)
		return -ENOENT;
	data = calloc(1, sizeof(*data));
	r = data ? judge(symbols, hash, data) : -ENOMEM;
	if (data)
		explicit_bzero(data, sizeof(*data));
	free(data);
	explicit_bzero(symbols, sizeof(symbols));
	return r;
}
