#include "pam/code_hash.h"

#include <crypt.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define YESCRYPT  "$y$"
#define HASH_SIZE 43 /* 256 bits, as text, behind the last $ */

/* How much of the hash says how it is computed, with the $ behind it; 0: it is no such hash. */
static size_t setting_size(const char hash[CODE_HASH_TEXT_SIZE])
{
	const char *end = memchr(hash, '\0', CODE_HASH_TEXT_SIZE), *last;

	if (!end || strncmp(hash, YESCRYPT, strlen(YESCRYPT)) != 0)
		return 0;
	last = strrchr(hash, '$');
	/* Behind $y$ come parameters and salt, so two more. */
	if (end - last != HASH_SIZE + 1 || strchr(hash + strlen(YESCRYPT), '$') == last ||
		last < hash + strlen(YESCRYPT))
		return 0;
	return (size_t)(last - hash) + 1;
}

static bool is_same_setting(const char *a, const char *b)
{
	size_t size = setting_size(a);

	return size > 0 && size == setting_size(b) && memcmp(a, b, size) == 0;
}

/* Whether an earlier one was computed by the same setting, and this one compared with it. */
static bool was_done(const char (*hashes)[CODE_HASH_TEXT_SIZE], size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (is_same_setting(hashes[j], hashes[i]))
			return true;
	return false;
}

static unsigned is_same(const char *computed, const char *hash, size_t size)
{
	unsigned char difference = 0;

	for (size_t i = 0; i < size; i++)
		difference |= (unsigned char)(computed[i] ^ hash[i]);
	return difference == 0;
}

/* Computes by the setting of the first, and compares with all that have it. */
static int compare(const char *symbols, const char (*hashes)[CODE_HASH_TEXT_SIZE], size_t first,
	size_t n, struct crypt_data *data, int *found)
{
	size_t size = setting_size(hashes[first]) + HASH_SIZE;
	const char *computed;

	memset(data, 0, sizeof(*data));
	computed = crypt_r(symbols, hashes[first], data);
	/* Where it cannot, it may answer with a text that is no hash: one that begins with '*'. */
	if (!computed || strlen(computed) != size)
		return -EIO;
	for (size_t i = first; i < n; i++)
		if (is_same_setting(hashes[first], hashes[i]))
			*found = is_same(computed, hashes[i], size) ? (int)i : *found;
	return 0;
}

int code_hash_find(const char *symbols, const char (*hashes)[CODE_HASH_TEXT_SIZE], size_t n)
{
	struct crypt_data data;
	int found = -ENOENT, fault = 0;

	for (size_t i = 0; i < n; i++) {
		int r = -EBADMSG;

		if (was_done(hashes, i))
			continue;
		if (setting_size(hashes[i]) > 0)
			r = compare(symbols, hashes, i, n, &data, &found);
		if (r < 0 && fault != -EIO)
			fault = r;
	}
	explicit_bzero(&data, sizeof(data));
	return found < 0 && fault < 0 ? fault : found;
}
