#include "policy/seal.h"

#include <errno.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "policy/base64.h"
#include "policy/cleanup.h"

#define HASH_SIZE  32 /* Nh of HKDF-SHA256 */
#define KEY_SIZE   32 /* Nk of ChaCha20-Poly1305 */
#define NONCE_SIZE 12 /* Nn */

struct piece {
	const void *bytes;
	size_t size;
};

#define TEXT_PIECE(text) ((struct piece){text, sizeof(text) - 1})
#define PIECES_MAX       8

/* RFC 9180, section 5.1: suite_id of the KEM, and of the whole suite. */
static const struct piece kem_suite = TEXT_PIECE("KEM\x00\x20");
static const struct piece hpke_suite = TEXT_PIECE("HPKE\x00\x20\x00\x01\x00\x03");

struct schedule {
	uint8_t key[KEY_SIZE], nonce[NONCE_SIZE];
};

static void free_pkey(EVP_PKEY **pkey)
{
	EVP_PKEY_free(*pkey);
}

static void free_pkey_context(EVP_PKEY_CTX **context)
{
	EVP_PKEY_CTX_free(*context);
}

static void free_mac(EVP_MAC **mac)
{
	EVP_MAC_free(*mac);
}

static void free_mac_context(EVP_MAC_CTX **context)
{
	EVP_MAC_CTX_free(*context);
}

static void free_cipher_context(EVP_CIPHER_CTX **context)
{
	EVP_CIPHER_CTX_free(*context);
}

/* HMAC-SHA256 over the pieces in a row. */
static int hmac(const uint8_t key[HASH_SIZE], const struct piece *pieces, size_t n_pieces,
	uint8_t ret[HASH_SIZE])
{
	CLEANUP(free_mac) EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	CLEANUP(free_mac_context) EVP_MAC_CTX *context = mac ? EVP_MAC_CTX_new(mac) : NULL;
	char digest[] = "SHA256";
	const OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_end(),
	};
	size_t size;

	if (!context)
		return -ENOMEM;
	if (EVP_MAC_init(context, key, HASH_SIZE, parameters) != 1)
		return -EIO;
	for (size_t i = 0; i < n_pieces; i++)
		if (pieces[i].size > 0 &&
			EVP_MAC_update(context, pieces[i].bytes, pieces[i].size) != 1)
			return -EIO;
	return EVP_MAC_final(context, ret, &size, HASH_SIZE) == 1 ? 0 : -EIO;
}

/* LabeledExtract(): a salt of zeros is the empty one, to HMAC. */
static int extract(const struct piece *suite, const uint8_t salt[HASH_SIZE], struct piece label,
	struct piece input, uint8_t ret[HASH_SIZE])
{
	const struct piece pieces[] = {TEXT_PIECE("HPKE-v1"), *suite, label, input};

	return hmac(salt, pieces, 4, ret);
}

/* LabeledExpand() of at most one block of HKDF-Expand, which no output here exceeds. */
static int expand(const struct piece *suite, const uint8_t secret[HASH_SIZE], struct piece label,
	const struct piece *info, size_t n_info, uint8_t *ret, size_t size)
{
	const uint8_t length[] = {0, (uint8_t)size};
	struct piece pieces[PIECES_MAX] = {
		{length, sizeof(length)}, TEXT_PIECE("HPKE-v1"), *suite, label};
	uint8_t block[HASH_SIZE];
	size_t n = 4;
	int r;

	for (size_t i = 0; i < n_info; i++)
		pieces[n++] = info[i];
	pieces[n++] = TEXT_PIECE("\x01");
	r = hmac(secret, pieces, n, block);
	if (r == 0)
		memcpy(ret, block, size);
	explicit_bzero(block, sizeof(block));
	return r;
}

/* Section 5.1, KeySchedule() in mode_base: there is no pre-shared key. */
static int make_schedule(
	const uint8_t shared[HASH_SIZE], const struct seal_context *context, struct schedule *ret)
{
	static const uint8_t no_salt[HASH_SIZE], mode_base;
	uint8_t psk_id_hash[HASH_SIZE], info_hash[HASH_SIZE], secret[HASH_SIZE];
	const struct piece schedule_context[] = {
		{&mode_base, 1}, {psk_id_hash, HASH_SIZE}, {info_hash, HASH_SIZE}};
	const struct piece nothing = {0};
	int r;

	r = extract(&hpke_suite, no_salt, TEXT_PIECE("psk_id_hash"), nothing, psk_id_hash);
	if (r == 0)
		r = extract(&hpke_suite, no_salt, TEXT_PIECE("info_hash"),
			(struct piece){context->info, context->info_size}, info_hash);
	if (r == 0)
		r = extract(&hpke_suite, shared, TEXT_PIECE("secret"), nothing, secret);
	if (r == 0)
		r = expand(&hpke_suite, secret, TEXT_PIECE("key"), schedule_context, 3, ret->key,
			sizeof(ret->key));
	if (r == 0)
		r = expand(&hpke_suite, secret, TEXT_PIECE("base_nonce"), schedule_context, 3,
			ret->nonce, sizeof(ret->nonce));
	explicit_bzero(secret, sizeof(secret));
	return r;
}

/* X25519. -EINVAL: the result is zero, which a key of low order makes of every other. */
static int agree(EVP_PKEY *own, const uint8_t peer_key[SEAL_KEY_SIZE], uint8_t ret[HASH_SIZE])
{
	CLEANUP(free_pkey)
	EVP_PKEY *peer =
		EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, peer_key, SEAL_KEY_SIZE);
	CLEANUP(free_pkey_context) EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(own, NULL);
	size_t size = HASH_SIZE;

	if (!peer || !context)
		return -ENOMEM;
	if (EVP_PKEY_derive_init(context) != 1 || EVP_PKEY_derive_set_peer(context, peer) != 1)
		return -EIO;
	if (EVP_PKEY_derive(context, ret, &size) == 1)
		return 0;
	/* Nobody after us shall find it. */
	ERR_clear_error();
	return -EINVAL;
}

/* Section 4.1, ExtractAndExpand(), and the schedule of what it gives. */
static int derive(EVP_PKEY *own, const uint8_t peer[SEAL_KEY_SIZE],
	const uint8_t ephemeral[SEAL_KEY_SIZE], const uint8_t receiver[SEAL_KEY_SIZE],
	const struct seal_context *context, struct schedule *ret)
{
	static const uint8_t no_salt[HASH_SIZE];
	const struct piece kem_context[] = {{ephemeral, SEAL_KEY_SIZE}, {receiver, SEAL_KEY_SIZE}};
	uint8_t agreed[HASH_SIZE], extracted[HASH_SIZE], shared[HASH_SIZE];
	int r = agree(own, peer, agreed);

	if (r == 0)
		r = extract(&kem_suite, no_salt, TEXT_PIECE("eae_prk"),
			(struct piece){agreed, sizeof(agreed)}, extracted);
	if (r == 0)
		r = expand(&kem_suite, extracted, TEXT_PIECE("shared_secret"), kem_context, 2,
			shared, sizeof(shared));
	if (r == 0)
		r = make_schedule(shared, context, ret);
	explicit_bzero(agreed, sizeof(agreed));
	explicit_bzero(extracted, sizeof(extracted));
	explicit_bzero(shared, sizeof(shared));
	return r;
}

static int encrypt(const struct schedule *schedule, const struct seal_context *context,
	const uint8_t *plain, size_t size, struct sealed *sealed)
{
	CLEANUP(free_cipher_context) EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
	int done, end;

	if (!cipher)
		return -ENOMEM;
	if (EVP_EncryptInit_ex(
		    cipher, EVP_chacha20_poly1305(), NULL, schedule->key, schedule->nonce) != 1 ||
		(context->aad_size > 0 && EVP_EncryptUpdate(cipher, NULL, &done, context->aad,
						  (int)context->aad_size) != 1) ||
		EVP_EncryptUpdate(cipher, sealed->bytes, &done, plain, (int)size) != 1 ||
		EVP_EncryptFinal_ex(cipher, sealed->bytes + done, &end) != 1 ||
		EVP_CIPHER_CTX_ctrl(
			cipher, EVP_CTRL_AEAD_GET_TAG, SEAL_TAG_SIZE, sealed->bytes + size) != 1)
		return -EIO;
	sealed->size = size + SEAL_TAG_SIZE;
	return 0;
}

static int decrypt(const struct schedule *schedule, const struct seal_context *context,
	const struct sealed *sealed, uint8_t *ret)
{
	CLEANUP(free_cipher_context) EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
	size_t size = sealed->size - SEAL_TAG_SIZE;
	uint8_t tag[SEAL_TAG_SIZE];
	int done, end;

	if (!cipher)
		return -ENOMEM;
	memcpy(tag, sealed->bytes + size, sizeof(tag));
	if (EVP_DecryptInit_ex(
		    cipher, EVP_chacha20_poly1305(), NULL, schedule->key, schedule->nonce) != 1 ||
		EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, SEAL_TAG_SIZE, tag) != 1 ||
		(context->aad_size > 0 && EVP_DecryptUpdate(cipher, NULL, &done, context->aad,
						  (int)context->aad_size) != 1) ||
		EVP_DecryptUpdate(cipher, ret, &done, sealed->bytes, (int)size) != 1)
		return -EIO;
	return EVP_DecryptFinal_ex(cipher, ret + done, &end) == 1 ? 0 : -EBADMSG;
}

static int public_of(EVP_PKEY *pkey, uint8_t ret[SEAL_KEY_SIZE])
{
	size_t size = SEAL_KEY_SIZE;

	return EVP_PKEY_get_raw_public_key(pkey, ret, &size) == 1 ? 0 : -EIO;
}

int seal_make_key(uint8_t ret_private[SEAL_KEY_SIZE], uint8_t ret_public[SEAL_KEY_SIZE])
{
	CLEANUP(free_pkey) EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
	uint8_t public_key[SEAL_KEY_SIZE];
	size_t size = SEAL_KEY_SIZE;
	int r;

	if (!pkey)
		return -EIO;
	r = public_of(pkey, public_key);
	if (r < 0)
		return r;
	if (EVP_PKEY_get_raw_private_key(pkey, ret_private, &size) != 1)
		return -EIO;
	memcpy(ret_public, public_key, sizeof(public_key));
	return 0;
}

int seal_public_key(const uint8_t private_key[SEAL_KEY_SIZE], uint8_t ret[SEAL_KEY_SIZE])
{
	CLEANUP(free_pkey)
	EVP_PKEY *pkey =
		EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, private_key, SEAL_KEY_SIZE);

	return pkey ? public_of(pkey, ret) : -ENOMEM;
}

int seal_fingerprint(const uint8_t public_key[SEAL_KEY_SIZE], char ret[SEAL_FINGERPRINT_SIZE])
{
	char text[BASE64_SIZE(HASH_SIZE) + 1];
	uint8_t hash[HASH_SIZE];

	if (EVP_Digest(public_key, SEAL_KEY_SIZE, hash, NULL, EVP_sha256(), NULL) != 1)
		return -ENOMEM;
	base64_encode(hash, sizeof(hash), text);
	text[strcspn(text, "=")] = '\0';
	memcpy(ret, "SHA256:", 7);
	memcpy(ret + 7, text, strlen(text) + 1);
	return 0;
}

int seal_to(const uint8_t public_key[SEAL_KEY_SIZE], const struct seal_context *context,
	const uint8_t *plain, size_t size, struct sealed *ret)
{
	CLEANUP(free_pkey) EVP_PKEY *ephemeral = NULL;
	struct sealed sealed = {0};
	struct schedule schedule;
	int r;

	if (size > SEAL_PLAIN_MAX)
		return -EINVAL;
	ephemeral = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
	if (!ephemeral)
		return -EIO;
	r = public_of(ephemeral, sealed.key);
	if (r == 0)
		r = derive(ephemeral, public_key, sealed.key, public_key, context, &schedule);
	if (r == 0)
		r = encrypt(&schedule, context, plain, size, &sealed);
	explicit_bzero(&schedule, sizeof(schedule));
	if (r == 0)
		*ret = sealed;
	return r;
}

int seal_open(const uint8_t private_key[SEAL_KEY_SIZE], const struct seal_context *context,
	const struct sealed *sealed, uint8_t ret[SEAL_PLAIN_MAX], size_t *ret_size)
{
	CLEANUP(free_pkey) EVP_PKEY *own = NULL;
	uint8_t receiver[SEAL_KEY_SIZE], plain[SEAL_PLAIN_MAX];
	struct schedule schedule;
	int r;

	if (sealed->size < SEAL_TAG_SIZE || sealed->size > sizeof(sealed->bytes))
		return -EBADMSG;
	own = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, private_key, SEAL_KEY_SIZE);
	if (!own)
		return -ENOMEM;
	r = public_of(own, receiver);
	if (r == 0)
		r = derive(own, sealed->key, sealed->key, receiver, context, &schedule);
	if (r == -EINVAL)
		r = -EBADMSG;
	if (r == 0)
		r = decrypt(&schedule, context, sealed, plain);
	if (r == 0) {
		*ret_size = sealed->size - SEAL_TAG_SIZE;
		memcpy(ret, plain, *ret_size);
	}
	explicit_bzero(plain, sizeof(plain));
	explicit_bzero(&schedule, sizeof(schedule));
	return r;
}
