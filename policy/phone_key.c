#include "policy/phone_key.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#define INFO_MAX   255
#define BLOCK_SIZE 32

static int hmac(const uint8_t *key, size_t key_size, const uint8_t *bytes, size_t size,
	uint8_t ret[BLOCK_SIZE])
{
	size_t done;

	return EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, key, key_size, bytes, size, ret,
		       BLOCK_SIZE, &done)
		       ? 0
		       : -EIO;
}

int hkdf_sha256(const uint8_t *salt, size_t salt_size, const uint8_t *secret, size_t secret_size,
	const uint8_t *info, size_t info_size, uint8_t ret[32])
{
	static const uint8_t zeros[BLOCK_SIZE]; /* what no salt means */
	uint8_t extracted[BLOCK_SIZE], block[INFO_MAX + 1];
	int r;

	if (info_size > INFO_MAX)
		return -EINVAL;
	if (info_size > 0)
		memcpy(block, info, info_size);
	block[info_size] = 1;
	r = hmac(salt_size > 0 ? salt : zeros, salt_size > 0 ? salt_size : sizeof(zeros), secret,
		secret_size, extracted);
	if (r == 0)
		r = hmac(extracted, sizeof(extracted), block, info_size + 1, ret);
	explicit_bzero(extracted, sizeof(extracted));
	return r;
}

static int derive(const char *label, const char *const names[], size_t n_names,
	const uint8_t key[PHONE_KEY_SIZE], uint8_t ret[PHONE_KEY_SIZE])
{
	char info[INFO_MAX + 1];
	int n = snprintf(info, sizeof(info), "%s\n", label);

	for (size_t i = 0; i < n_names; i++) {
		if (names[i][0] == '\0' || strchr(names[i], '\n'))
			return -EINVAL;
		n += snprintf(info + n, sizeof(info) - (size_t)n, "%s\n", names[i]);
		if ((size_t)n >= sizeof(info))
			return -EINVAL;
	}
	return hkdf_sha256(NULL, 0, key, PHONE_KEY_SIZE, (const uint8_t *)info, (size_t)n, ret);
}

int phone_key_of_terminal(const uint8_t desk_key[PHONE_KEY_SIZE], const char *site,
	const char *desk, const char *terminal, uint8_t ret[PHONE_KEY_SIZE])
{
	const char *const names[] = {site, desk, terminal};

	return derive("sekisho desk 1", names, 3, desk_key, ret);
}

int phone_key_of_kind(
	const uint8_t key[PHONE_KEY_SIZE], enum phone_kind kind, uint8_t ret[PHONE_KEY_SIZE])
{
	const char *name = phone_kind_name(kind);

	return name ? derive("sekisho phone key 1", &name, 1, key, ret) : -EINVAL;
}
