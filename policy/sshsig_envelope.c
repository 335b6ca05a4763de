#include "policy/sshsig_envelope.h"

#include <errno.h>
#include <string.h>

#include <openssl/evp.h>

#include "policy/base64.h"
#include "policy/document.h"

#define SHA512_SIZE        64
#define FINGERPRINT_PREFIX "SHA256:"

bool sshsig_envelope_write(
	struct ssh_writer *writer, const char *name_space, const char *text, size_t text_size)
{
	uint8_t hash[SHA512_SIZE];

	if (EVP_Digest(text, text_size, hash, NULL, EVP_sha512(), NULL) != 1)
		return false;
	ssh_write_bytes(writer, SSHSIG_MAGIC, strlen(SSHSIG_MAGIC));
	ssh_write_string(writer, name_space, strlen(name_space));
	ssh_write_string(writer, "", 0);
	ssh_write_string(writer, SSHSIG_HASH_NAME, strlen(SSHSIG_HASH_NAME));
	ssh_write_string(writer, hash, sizeof(hash));
	return !writer->has_failed;
}

int ssh_key_fingerprint(struct ssh_string key, char ret[FINGERPRINT_LENGTH + 1])
{
	char base64[BASE64_SIZE(SHA256_SIZE) + 1];
	size_t prefix = strlen(FINGERPRINT_PREFIX);
	uint8_t hash[SHA256_SIZE];

	if (EVP_Digest(key.bytes, key.size, hash, NULL, EVP_sha256(), NULL) != 1)
		return -ENOMEM;
	base64_encode(hash, sizeof(hash), base64);
	memcpy(ret, FINGERPRINT_PREFIX, prefix);
	memcpy(ret + prefix, base64, FINGERPRINT_LENGTH - prefix); /* without "=" */
	ret[FINGERPRINT_LENGTH] = '\0';
	return 0;
}
