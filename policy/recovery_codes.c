#include "policy/recovery_codes.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#define LABEL     "sekisho recovery code 1"
#define TEXT_MAX  256
#define HASH_SIZE 32

int recovery_code_derive(const uint8_t *secret, size_t secret_size, const char *user,
	const char *token, unsigned number, char ret[CODE_SYMBOLS_SIZE])
{
	uint8_t hash[HASH_SIZE];
	char text[TEXT_MAX];
	size_t hash_size = 0;
	bool is_done;
	int n;

	/* Without one no two texts are one. */
	if (strchr(user, '\n') || strchr(token, '\n'))
		return -EINVAL;
	n = snprintf(text, sizeof(text), LABEL "\n%s\n%s\n%u\n", user, token, number);
	if (n < 0 || (size_t)n >= sizeof(text))
		return -EINVAL;
	is_done = EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, secret, secret_size,
			  (const unsigned char *)text, (size_t)n, hash, sizeof(hash), &hash_size) &&
		  hash_size == HASH_SIZE;
	if (is_done)
		code_text_make(hash, RECOVERY_CODE_SYMBOLS, ret);
	explicit_bzero(hash, sizeof(hash));
	return is_done ? 0 : -EIO;
}
