#include "policy/ssh_key.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "policy/cleanup.h"
#include "policy/document.h"

#define ED25519_KEY_SIZE       32
#define ED25519_SIGNATURE_SIZE 64
#define P256_POINT_SIZE        65 /* uncompressed: 0x04, x, y */
#define P256_INTEGER_MAX       33 /* 32 bytes and a zero that keeps it positive */
#define POINT_UNCOMPRESSED     0x04
#define DER_SEQUENCE           0x30
#define DER_INTEGER            0x02
#define SK_USER_PRESENCE       0x01
#define SK_USER_VERIFICATION   0x04
#define LARGEST_PIECE          8192 /* of what libcrypto allocates for one check */

static const char *const names[SSH_KEY_COUNT] = {
	[SSH_KEY_ED25519] = "ssh-ed25519",
	[SSH_KEY_SK_ED25519] = "sk-ssh-ed25519@openssh.com",
	[SSH_KEY_SK_ECDSA_P256] = "sk-ecdsa-sha2-nistp256@openssh.com",
};

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

static enum ssh_key_type type_of(struct ssh_string name)
{
	for (unsigned i = 0; i < SSH_KEY_COUNT; i++)
		if (names[i] && ssh_string_equals(name, names[i]))
			return i;
	return SSH_KEY_NONE;
}

enum ssh_key_type ssh_key_type_of(struct ssh_string key)
{
	struct ssh_reader reader = ssh_reader_of(key);

	return type_of(ssh_read_string(&reader));
}

/* Checks with libcrypto; digest is NULL where the algorithm brings its own. */
static enum ssh_check check(
	EVP_PKEY *pkey, const EVP_MD *digest, struct ssh_string signature, struct ssh_string data)
{
	CLEANUP(free_digest_context) EVP_MD_CTX *context = EVP_MD_CTX_new();
	int r;

	if (!context)
		return SSH_CHECK_NO_MEMORY;
	if (!pkey || EVP_DigestVerifyInit(context, NULL, digest, NULL, pkey) != 1)
		return SSH_CHECK_REFUSED;
	r = EVP_DigestVerify(context, signature.bytes, signature.size, data.bytes, data.size);
	return r == 1 ? SSH_CHECK_GOOD : SSH_CHECK_WRONG;
}

static enum ssh_check check_ed25519(
	struct ssh_string point, struct ssh_string signature, struct ssh_string data)
{
	CLEANUP(free_pkey) EVP_PKEY *pkey = NULL;

	if (point.size != ED25519_KEY_SIZE || signature.size != ED25519_SIGNATURE_SIZE)
		return SSH_CHECK_BAD_FORM;
	pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, point.bytes, point.size);
	return check(pkey, NULL, signature, data);
}

/* NULL when the point is not on the curve or memory is short. */
static EVP_PKEY *p256_key(struct ssh_string point)
{
	CLEANUP(free_pkey_context)
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	char group[] = "prime256v1";
	uint8_t copy[P256_POINT_SIZE];
	EVP_PKEY *pkey = NULL;
	OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, copy, sizeof(copy)),
		OSSL_PARAM_construct_end(),
	};

	memcpy(copy, point.bytes, sizeof(copy));
	if (!context || EVP_PKEY_fromdata_init(context) != 1 ||
		EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
		return NULL;
	return pkey;
}

static bool is_p256_point(struct ssh_string point)
{
	CLEANUP(free_pkey) EVP_PKEY *pkey = NULL;

	if (point.size != P256_POINT_SIZE || point.bytes[0] != POINT_UNCOMPRESSED)
		return false;
	pkey = p256_key(point);
	return pkey != NULL;
}

bool ssh_key_is_whole(struct ssh_string key)
{
	struct ssh_reader reader = ssh_reader_of(key);
	enum ssh_key_type type = type_of(ssh_read_string(&reader));
	bool is_curve_right = type != SSH_KEY_SK_ECDSA_P256 ||
			      ssh_string_equals(ssh_read_string(&reader), "nistp256");
	struct ssh_string point = ssh_read_string(&reader);

	if (type != SSH_KEY_ED25519 && ssh_read_string(&reader).size == 0)
		return false; /* a hardware key names its application */
	if (!is_curve_right || !ssh_reader_is_done(&reader))
		return false;
	switch (type) {
	case SSH_KEY_ED25519:
	case SSH_KEY_SK_ED25519: return point.size == ED25519_KEY_SIZE;
	case SSH_KEY_SK_ECDSA_P256: return is_p256_point(point);
	case SSH_KEY_NONE:
	case SSH_KEY_COUNT: break;
	}
	return false;
}

/* A positive number in the one shortest form (RFC 4251 section 5, mpint). */
static bool is_shortest_positive(struct ssh_string number)
{
	if (number.size == 0 || number.size > P256_INTEGER_MAX || number.bytes[0] & 0x80)
		return false;
	if (number.bytes[0] != 0)
		return true;
	return number.size > 1 && (number.bytes[1] & 0x80);
}

/* The shortest positive form is the same in DER. */
static void write_der_integer(struct ssh_writer *writer, struct ssh_string number)
{
	ssh_write_u8(writer, DER_INTEGER);
	ssh_write_u8(writer, (uint8_t)number.size);
	ssh_write_bytes(writer, number.bytes, number.size);
}

static enum ssh_check check_p256(
	struct ssh_string point, struct ssh_string signature, struct ssh_string data)
{
	CLEANUP(free_pkey) EVP_PKEY *pkey = NULL;
	struct ssh_reader reader = ssh_reader_of(signature);
	struct ssh_string r = ssh_read_string(&reader), s = ssh_read_string(&reader);
	uint8_t der[2 * (P256_INTEGER_MAX + 2) + 2];
	struct ssh_writer writer = {.bytes = der, .size = sizeof(der)};

	if (!ssh_reader_is_done(&reader) || !is_shortest_positive(r) || !is_shortest_positive(s))
		return SSH_CHECK_BAD_FORM;
	if (point.size != P256_POINT_SIZE || point.bytes[0] != POINT_UNCOMPRESSED)
		return SSH_CHECK_BAD_FORM;
	ssh_write_u8(&writer, DER_SEQUENCE);
	ssh_write_u8(&writer, (uint8_t)(r.size + s.size + 4));
	write_der_integer(&writer, r);
	write_der_integer(&writer, s);
	pkey = p256_key(point);
	return check(pkey, EVP_sha256(), (struct ssh_string){der, writer.used}, data);
}

/* What a hardware key signs: SHA256(application), flags, counter, SHA256(data). */
static bool write_sk_message(struct ssh_writer *writer, struct ssh_string application,
	uint8_t flags, uint32_t counter, struct ssh_string data)
{
	uint8_t hash[SHA256_SIZE];

	if (EVP_Digest(application.bytes, application.size, hash, NULL, EVP_sha256(), NULL) != 1)
		return false;
	ssh_write_bytes(writer, hash, sizeof(hash));
	ssh_write_u8(writer, flags);
	ssh_write_u32(writer, counter);
	if (EVP_Digest(data.bytes, data.size, hash, NULL, EVP_sha256(), NULL) != 1)
		return false;
	ssh_write_bytes(writer, hash, sizeof(hash));
	return !writer->has_failed;
}

static enum ssh_check check_sk(enum ssh_key_type type, struct ssh_reader *key,
	struct ssh_reader *signature, struct ssh_string data, struct ssh_sk_flags *ret)
{
	bool is_curve_right = type != SSH_KEY_SK_ECDSA_P256 ||
			      ssh_string_equals(ssh_read_string(key), "nistp256");
	struct ssh_string point = ssh_read_string(key), application = ssh_read_string(key);
	struct ssh_string inner = ssh_read_string(signature);
	uint8_t flags = ssh_read_u8(signature), buffer[2 * SHA256_SIZE + 5];
	uint32_t counter = ssh_read_u32(signature);
	struct ssh_writer message = {.bytes = buffer, .size = sizeof(buffer)};

	if (!is_curve_right || !ssh_reader_is_done(key) || !ssh_reader_is_done(signature))
		return SSH_CHECK_BAD_FORM;
	if (!write_sk_message(&message, application, flags, counter, data))
		return SSH_CHECK_NO_MEMORY;
	*ret = (struct ssh_sk_flags){
		.is_hardware_key = true,
		.has_user_presence = flags & SK_USER_PRESENCE,
		.has_user_verification = flags & SK_USER_VERIFICATION,
	};
	data = (struct ssh_string){buffer, message.used};
	return type == SSH_KEY_SK_ED25519 ? check_ed25519(point, inner, data)
					  : check_p256(point, inner, data);
}

static enum ssh_check verify(struct ssh_string key, struct ssh_string signature,
	struct ssh_string data, struct ssh_sk_flags *ret)
{
	struct ssh_reader key_reader = ssh_reader_of(key);
	struct ssh_reader signature_reader = ssh_reader_of(signature);
	enum ssh_key_type type = type_of(ssh_read_string(&key_reader));
	struct ssh_string point, inner;

	*ret = (struct ssh_sk_flags){0};
	if (type_of(ssh_read_string(&signature_reader)) != type)
		return SSH_CHECK_BAD_FORM;
	switch (type) {
	case SSH_KEY_NONE:
	case SSH_KEY_COUNT: return SSH_CHECK_REFUSED;
	case SSH_KEY_SK_ED25519:
	case SSH_KEY_SK_ECDSA_P256:
		return check_sk(type, &key_reader, &signature_reader, data, ret);
	case SSH_KEY_ED25519: break;
	}
	point = ssh_read_string(&key_reader);
	inner = ssh_read_string(&signature_reader);
	if (!ssh_reader_is_done(&key_reader) || !ssh_reader_is_done(&signature_reader))
		return SSH_CHECK_BAD_FORM;
	return check_ed25519(point, inner, data);
}

/* Whether libcrypto gets what it needs now. */
static bool has_memory(void)
{
	void *piece = OPENSSL_malloc(LARGEST_PIECE);

	OPENSSL_free(piece);
	return piece != NULL;
}

/*
 * Where libcrypto 3.0 finds no memory, a good signature looks like a wrong one, and its errors do
 * not say why. So a wrong one is checked twice, and believed to be wrong only while there is
 * memory.
 */
enum ssh_check ssh_key_verify(struct ssh_string key, struct ssh_string signature,
	struct ssh_string data, struct ssh_sk_flags *ret)
{
	enum ssh_check check = verify(key, signature, data, ret);

	if (check == SSH_CHECK_WRONG || check == SSH_CHECK_REFUSED)
		check = verify(key, signature, data, ret);
	if (check == SSH_CHECK_WRONG || check == SSH_CHECK_REFUSED)
		return has_memory() ? check : SSH_CHECK_NO_MEMORY;
	return check;
}
