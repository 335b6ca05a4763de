#include "policy/pskc/cipher.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdbool.h>
#include <string.h>

#include "policy/cleanup.h"

#define XMLENC   "http://www.w3.org/2001/04/xmlenc#"
#define XMLDSIG  "http://www.w3.org/2000/09/xmldsig#"
#define DSIGMORE "http://www.w3.org/2001/04/xmldsig-more#"
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void free_context(EVP_CIPHER_CTX **context)
{
	EVP_CIPHER_CTX_free(*context);
}

size_t pskc_cipher_key_size(const char *algorithm)
{
	static const struct {
		const char *uri;
		size_t size;
	} known[] = {
		{XMLENC "aes128-cbc", 16}, {XMLENC "aes192-cbc", 24}, {XMLENC "aes256-cbc", 32}};

	for (size_t i = 0; i < COUNT(known); i++)
		if (strcmp(known[i].uri, algorithm) == 0)
			return known[i].size;
	return 0;
}

/* RFC 6030 writes hmac-sha1 under either name space (section 6.1.1, figures 6 and 7). */
enum pskc_digest pskc_digest_from_uri(const char *algorithm)
{
	static const struct {
		const char *uri;
		enum pskc_digest digest;
	} known[] = {{XMLDSIG "hmac-sha1", PSKC_SHA1}, {DSIGMORE "hmac-sha1", PSKC_SHA1},
		{DSIGMORE "hmac-sha256", PSKC_SHA256}, {DSIGMORE "hmac-sha384", PSKC_SHA384},
		{DSIGMORE "hmac-sha512", PSKC_SHA512}};

	for (size_t i = 0; i < COUNT(known); i++)
		if (strcmp(known[i].uri, algorithm) == 0)
			return known[i].digest;
	return PSKC_DIGEST_NONE;
}

static const EVP_MD *digest_of(enum pskc_digest digest)
{
	switch (digest) {
	case PSKC_SHA1: return EVP_sha1();
	case PSKC_SHA256: return EVP_sha256();
	case PSKC_SHA384: return EVP_sha384();
	case PSKC_SHA512: return EVP_sha512();
	case PSKC_DIGEST_NONE: break;
	}
	return NULL;
}

static const EVP_CIPHER *cipher_of(size_t key_size)
{
	return key_size == 16   ? EVP_aes_128_cbc()
	       : key_size == 24 ? EVP_aes_192_cbc()
	       : key_size == 32 ? EVP_aes_256_cbc()
				: NULL;
}

static bool decrypt_blocks(const uint8_t *key, size_t key_size, const uint8_t *bytes, size_t size,
	uint8_t *ret, size_t *ret_size)
{
	CLEANUP(free_context) EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	const EVP_CIPHER *cipher = cipher_of(key_size);
	int written = 0, last = 0;

	if (!context || !cipher || EVP_DecryptInit_ex(context, cipher, NULL, key, bytes) != 1 ||
		EVP_CIPHER_CTX_set_padding(context, 0) != 1 ||
		EVP_DecryptUpdate(context, ret, &written, bytes + PSKC_BLOCK,
			(int)(size - PSKC_BLOCK)) != 1 ||
		EVP_DecryptFinal_ex(context, ret + written, &last) != 1)
		return false;
	*ret_size = (size_t)written + (size_t)last;
	return true;
}

int pskc_decrypt(const uint8_t *key, size_t key_size, const uint8_t *bytes, size_t size,
	uint8_t *ret, size_t *ret_size)
{
	size_t plain_size = 0;
	uint8_t padding;

	if (size % PSKC_BLOCK != 0 || size < 2 * PSKC_BLOCK)
		return -EINVAL;
	if (!decrypt_blocks(key, key_size, bytes, size, ret, &plain_size))
		return -EIO;
	padding = ret[plain_size - 1];
	if (padding == 0 || padding > PSKC_BLOCK)
		return -EBADMSG;
	*ret_size = plain_size - padding;
	return 0;
}

int pskc_mac(enum pskc_digest digest, const uint8_t *key, size_t key_size, const uint8_t *bytes,
	size_t size, uint8_t ret[PSKC_MAC_MAX], size_t *ret_size)
{
	const EVP_MD *md = digest_of(digest);
	unsigned written = 0;

	if (!md || !HMAC(md, key, (int)key_size, bytes, size, ret, &written))
		return -EIO;
	*ret_size = written;
	return 0;
}

int pskc_derive(enum pskc_digest digest, const char *password, size_t password_size,
	const uint8_t *salt, size_t salt_size, unsigned iterations, uint8_t *ret, size_t size)
{
	const EVP_MD *md = digest_of(digest);

	return md && PKCS5_PBKDF2_HMAC(password, (int)password_size, salt, (int)salt_size,
			     (int)iterations, md, (int)size, ret) == 1
		       ? 0
		       : -EIO;
}

int pskc_cipher_warm_up(void)
{
	static const uint8_t zeros[2 * PSKC_BLOCK];
	uint8_t buffer[PSKC_MAC_MAX];
	size_t size = 0;

	for (size_t key_size = 16; key_size <= PSKC_KEY_MAX; key_size += 8)
		if (pskc_decrypt(zeros, key_size, zeros, sizeof(zeros), buffer, &size) == -EIO)
			return -EIO;
	for (unsigned digest = PSKC_SHA1; digest <= PSKC_SHA512; digest++)
		if (pskc_mac(digest, zeros, 16, zeros, 16, buffer, &size) < 0 ||
			pskc_derive(digest, "", 0, zeros, 16, 1, buffer, 16) < 0)
			return -EIO;
	return 0;
}
