/* OCRA's HMAC by libcrypto. */
#include "policy/ocra.h"

#include <errno.h>

#include <openssl/evp.h>

static const char *const digests[] = {
	[CODE_SHA1] = "SHA1", [CODE_SHA256] = "SHA256", [CODE_SHA512] = "SHA512"};

int ocra_hmac_openssl(enum code_hash hash, const uint8_t *key, size_t key_size,
	const uint8_t *message, size_t size, uint8_t ret[OCRA_HMAC_MAX], size_t *ret_size)
{
	if ((unsigned)hash >= sizeof(digests) / sizeof(digests[0]) || !digests[hash])
		return -EINVAL;
	return EVP_Q_mac(NULL, "HMAC", NULL, digests[hash], NULL, key, key_size, message, size, ret,
		       OCRA_HMAC_MAX, ret_size)
		       ? 0
		       : -EIO;
}
