#include "policy/sshsig_write.h"

#include <errno.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "policy/base64.h"
#include "policy/cleanup.h"
#include "policy/ssh_wire.h"

#define KEY_TYPE       "ssh-ed25519"
#define SIGNATURE_SIZE 64

static void free_pkey(EVP_PKEY **pkey)
{
	EVP_PKEY_free(*pkey);
}

static void free_pkey_context(EVP_PKEY_CTX **context)
{
	EVP_PKEY_CTX_free(*context);
}

static void free_digest_context(EVP_MD_CTX **context)
{
	EVP_MD_CTX_free(*context);
}

static int public_of(EVP_PKEY *pkey, uint8_t ret[ED25519_KEY_SIZE])
{
	uint8_t bytes[ED25519_KEY_SIZE];
	size_t size = sizeof(bytes);

	if (EVP_PKEY_get_raw_public_key(pkey, bytes, &size) != 1 || size != sizeof(bytes))
		return -EIO;
	memcpy(ret, bytes, sizeof(bytes));
	return 0;
}

int ed25519_make_key(uint8_t ret_private[ED25519_KEY_SIZE], uint8_t ret_public[ED25519_KEY_SIZE])
{
	CLEANUP(free_pkey_context)
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, NULL);
	CLEANUP(free_pkey) EVP_PKEY *pkey = NULL;
	uint8_t private[ED25519_KEY_SIZE];
	size_t size = sizeof(private);
	int r = -EIO;

	if (!context)
		return -ENOMEM;
	if (EVP_PKEY_keygen_init(context) == 1 && EVP_PKEY_keygen(context, &pkey) == 1 &&
		EVP_PKEY_get_raw_private_key(pkey, private, &size) == 1 && size == sizeof(private))
		r = public_of(pkey, ret_public);
	if (r == 0)
		memcpy(ret_private, private, sizeof(private));
	explicit_bzero(private, sizeof(private));
	ERR_clear_error();
	return r;
}

int ed25519_public_key(const uint8_t private_key[ED25519_KEY_SIZE], uint8_t ret[ED25519_KEY_SIZE])
{
	CLEANUP(free_pkey)
	EVP_PKEY *pkey =
		EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, private_key, ED25519_KEY_SIZE);

	return pkey ? public_of(pkey, ret) : -ENOMEM;
}

static void write_blob(const uint8_t public_key[ED25519_KEY_SIZE], uint8_t ret[ED25519_BLOB_SIZE])
{
	struct ssh_writer writer = {.bytes = ret, .size = ED25519_BLOB_SIZE};

	ssh_write_string(&writer, KEY_TYPE, strlen(KEY_TYPE));
	ssh_write_string(&writer, public_key, ED25519_KEY_SIZE);
}

int ed25519_fingerprint(
	const uint8_t public_key[ED25519_KEY_SIZE], char ret[FINGERPRINT_LENGTH + 1])
{
	uint8_t blob[ED25519_BLOB_SIZE];

	write_blob(public_key, blob);
	return ssh_key_fingerprint((struct ssh_string){blob, sizeof(blob)}, ret);
}

void ed25519_text(const uint8_t public_key[ED25519_KEY_SIZE], char ret[ED25519_TEXT_SIZE])
{
	uint8_t blob[ED25519_BLOB_SIZE];

	write_blob(public_key, blob);
	base64_encode(blob, sizeof(blob), ret);
}

int ed25519_parse(const char *text, uint8_t ret[ED25519_KEY_SIZE])
{
	uint8_t blob[ED25519_BLOB_SIZE], again[ED25519_BLOB_SIZE];
	const uint8_t *key = blob + sizeof(blob) - ED25519_KEY_SIZE;
	size_t size;

	if (base64_decode(text, strlen(text), blob, sizeof(blob), &size) < 0 ||
		size != sizeof(blob))
		return -EINVAL;
	write_blob(key, again);
	if (memcmp(blob, again, sizeof(blob)) != 0)
		return -EINVAL;
	memcpy(ret, key, ED25519_KEY_SIZE);
	return 0;
}

static int sign(EVP_PKEY *pkey, const char *name_space, const char *text, size_t text_size,
	uint8_t ret[SIGNATURE_SIZE])
{
	CLEANUP(free_digest_context) EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t envelope[SSHSIG_SIGNED_MAX];
	struct ssh_writer writer = {.bytes = envelope, .size = sizeof(envelope)};
	size_t size = SIGNATURE_SIZE;

	if (!context || !sshsig_envelope_write(&writer, name_space, text, text_size))
		return -ENOMEM;
	if (EVP_DigestSignInit(context, NULL, NULL, NULL, pkey) != 1 ||
		EVP_DigestSign(context, ret, &size, envelope, writer.used) != 1 ||
		size != SIGNATURE_SIZE)
		return -EIO;
	return 0;
}

static size_t write_signature(const uint8_t public_key[ED25519_KEY_SIZE], const char *name_space,
	const uint8_t signature[SIGNATURE_SIZE], uint8_t ret[SSHSIG_BLOB_MAX])
{
	uint8_t key[ED25519_BLOB_SIZE], inner[4 + sizeof(KEY_TYPE) - 1 + 4 + SIGNATURE_SIZE];
	struct ssh_writer writer = {.bytes = ret, .size = SSHSIG_BLOB_MAX};
	struct ssh_writer by = {.bytes = inner, .size = sizeof(inner)};

	write_blob(public_key, key);
	ssh_write_string(&by, KEY_TYPE, strlen(KEY_TYPE));
	ssh_write_string(&by, signature, SIGNATURE_SIZE);
	ssh_write_bytes(&writer, SSHSIG_MAGIC, strlen(SSHSIG_MAGIC));
	ssh_write_u32(&writer, SSHSIG_VERSION);
	ssh_write_string(&writer, key, sizeof(key));
	ssh_write_string(&writer, name_space, strlen(name_space));
	ssh_write_string(&writer, "", 0);
	ssh_write_string(&writer, SSHSIG_HASH_NAME, strlen(SSHSIG_HASH_NAME));
	ssh_write_string(&writer, inner, by.used);
	return writer.used;
}

int sshsig_write(const uint8_t private_key[ED25519_KEY_SIZE], const char *name_space,
	const char *text, size_t text_size, char ret[SSHSIG_ARMOUR_SIZE])
{
	CLEANUP(free_pkey) EVP_PKEY *pkey = NULL;
	uint8_t public_key[ED25519_KEY_SIZE], signature[SIGNATURE_SIZE], blob[SSHSIG_BLOB_MAX];
	char base64[BASE64_SIZE(SSHSIG_BLOB_MAX) + 1];
	size_t size;
	int r;

	if (strlen(name_space) > SSHSIG_NAMESPACE_MAX)
		return -EINVAL;
	pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, private_key, ED25519_KEY_SIZE);
	r = pkey ? public_of(pkey, public_key) : -ENOMEM;
	if (r == 0)
		r = sign(pkey, name_space, text, text_size, signature);
	/* Programs that share libcrypto must not find our errors in its queue. */
	ERR_clear_error();
	if (r < 0)
		return r;
	size = write_signature(public_key, name_space, signature, blob);
	base64_encode(blob, size, base64);
	ret[ssh_armour_wrap(base64, BASE64_SIZE(size), ret)] = '\0';
	return 0;
}
