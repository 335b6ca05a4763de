/*
 * A hardware key made of software, for tests only: an SSH_SK_PROVIDER library for OpenSSH 9.2
 * (middleware version 10). The key handle is the private key itself, so nothing is kept between
 * calls. What no real key does, it does on request of the environment:
 *
 *	SEKISHO_TEST_SK_UNTOUCHED=1  sign without user presence
 *	SEKISHO_TEST_SK_VERIFIED=1   claim user verification
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#define API_VERSION       0x000a0000
#define ALGORITHM_ECDSA   0x00
#define ALGORITHM_ED25519 0x01
#define FLAG_PRESENCE     0x01
#define FLAG_VERIFICATION 0x04
#define ERROR_GENERAL     (-1)
#define ERROR_UNSUPPORTED (-2)
#define SCALAR_SIZE       32
#define POINT_SIZE        65
#define MESSAGE_SIZE      (32 + 1 + 4 + 32)
#define EXPORTED          __attribute__((visibility("default")))

struct enroll_response {
	uint8_t flags;
	uint8_t *public_key;
	size_t public_key_len;
	uint8_t *key_handle;
	size_t key_handle_len;
	uint8_t *signature;
	size_t signature_len;
	uint8_t *attestation_cert;
	size_t attestation_cert_len;
	uint8_t *authdata;
	size_t authdata_len;
};

struct sign_response {
	uint8_t flags;
	uint32_t counter;
	uint8_t *sig_r;
	size_t sig_r_len;
	uint8_t *sig_s;
	size_t sig_s_len;
};

struct option;
struct resident_key;

EXPORTED uint32_t sk_api_version(void);
EXPORTED int sk_enroll(uint32_t algorithm, const uint8_t *challenge, size_t challenge_len,
	const char *application, uint8_t flags, const char *pin, struct option **options,
	struct enroll_response **ret);
EXPORTED int sk_sign(uint32_t algorithm, const uint8_t *data, size_t data_len,
	const char *application, const uint8_t *key_handle, size_t key_handle_len, uint8_t flags,
	const char *pin, struct option **options, struct sign_response **ret);
EXPORTED int sk_load_resident_keys(
	const char *pin, struct option **options, struct resident_key ***ret, size_t *ret_n);

uint32_t sk_api_version(void)
{
	return API_VERSION;
}

/* A new P-256 key: public_key the point, handle the scalar. */
static bool make_p256(uint8_t *point, uint8_t *scalar)
{
	EVP_PKEY *pkey = EVP_EC_gen("P-256");
	BIGNUM *number = NULL;
	size_t size = 0;
	bool is_done = pkey &&
		       EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1 &&
		       BN_bn2binpad(number, scalar, SCALAR_SIZE) == SCALAR_SIZE &&
		       EVP_PKEY_get_octet_string_param(pkey, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY,
			       point, POINT_SIZE, &size) == 1 &&
		       size == POINT_SIZE;

	BN_free(number);
	EVP_PKEY_free(pkey);
	return is_done;
}

static bool make_ed25519(uint8_t *point, uint8_t *seed)
{
	EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	size_t point_size = SCALAR_SIZE, seed_size = SCALAR_SIZE;
	bool is_done = pkey && EVP_PKEY_get_raw_public_key(pkey, point, &point_size) == 1 &&
		       EVP_PKEY_get_raw_private_key(pkey, seed, &seed_size) == 1;

	EVP_PKEY_free(pkey);
	return is_done;
}

int sk_enroll(uint32_t algorithm, const uint8_t *challenge, size_t challenge_len,
	const char *application, uint8_t flags, const char *pin, struct option **options,
	struct enroll_response **ret)
{
	struct enroll_response *response = calloc(1, sizeof(*response));
	bool is_done = false;

	if (!response)
		return ERROR_GENERAL;
	response->flags = flags;
	response->public_key = calloc(1, POINT_SIZE);
	response->key_handle = calloc(1, SCALAR_SIZE);
	response->signature = calloc(1, 1); /* no attestation */
	response->key_handle_len = SCALAR_SIZE;
	response->public_key_len = algorithm == ALGORITHM_ECDSA ? POINT_SIZE : SCALAR_SIZE;
	if (response->public_key && response->key_handle)
		is_done = algorithm == ALGORITHM_ECDSA
				  ? make_p256(response->public_key, response->key_handle)
				  : make_ed25519(response->public_key, response->key_handle);
	if (!is_done)
		return ERROR_GENERAL;
	*ret = response;
	return 0;
}

/* What a hardware key signs: SHA256(application), flags, counter, SHA256(data). */
static bool make_message(const char *application, uint8_t flags, uint32_t counter,
	const uint8_t *data, size_t data_len, uint8_t message[MESSAGE_SIZE])
{
	message[32] = flags;
	for (int i = 0; i < 4; i++)
		message[33 + i] = (uint8_t)(counter >> (24 - 8 * i));
	return EVP_Digest(application, strlen(application), message, NULL, EVP_sha256(), NULL) ==
		       1 &&
	       EVP_Digest(data, data_len, message + 37, NULL, EVP_sha256(), NULL) == 1;
}

static bool sign_ed25519(
	const uint8_t *seed, const uint8_t *message, struct sign_response *response)
{
	EVP_PKEY *pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, SCALAR_SIZE);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool is_done;

	response->sig_r_len = 2 * SCALAR_SIZE;
	response->sig_r = calloc(1, response->sig_r_len);
	is_done = pkey && context && response->sig_r &&
		  EVP_DigestSignInit(context, NULL, NULL, NULL, pkey) == 1 &&
		  EVP_DigestSign(context, response->sig_r, &response->sig_r_len, message,
			  MESSAGE_SIZE) == 1;
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(pkey);
	return is_done;
}

static EVP_PKEY *load_p256(const uint8_t *scalar)
{
	uint8_t native[SCALAR_SIZE];
	char group[] = "prime256v1";
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
		OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, native, sizeof(native)),
		OSSL_PARAM_construct_end(),
	};
	BIGNUM *number = BN_bin2bn(scalar, SCALAR_SIZE, NULL);
	EVP_PKEY *pkey = NULL;

	if (number && BN_bn2nativepad(number, native, sizeof(native)) == sizeof(native) &&
		context && EVP_PKEY_fromdata_init(context) == 1 &&
		EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_KEYPAIR, parameters) != 1)
		pkey = NULL;
	BN_free(number);
	EVP_PKEY_CTX_free(context);
	return pkey;
}

/* Takes r and s out of the DER of an ECDSA signature. */
static bool split_ecdsa(const uint8_t *der, size_t size, struct sign_response *response)
{
	ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &der, (long)size);
	bool is_done = false;

	response->sig_r = calloc(1, SCALAR_SIZE);
	response->sig_s = calloc(1, SCALAR_SIZE);
	response->sig_r_len = response->sig_s_len = SCALAR_SIZE;
	if (signature && response->sig_r && response->sig_s)
		is_done =
			BN_bn2binpad(ECDSA_SIG_get0_r(signature), response->sig_r, SCALAR_SIZE) >
				0 &&
			BN_bn2binpad(ECDSA_SIG_get0_s(signature), response->sig_s, SCALAR_SIZE) > 0;
	ECDSA_SIG_free(signature);
	return is_done;
}

static bool sign_p256(const uint8_t *scalar, const uint8_t *message, struct sign_response *response)
{
	EVP_PKEY *pkey = load_p256(scalar);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t der[80];
	size_t size = sizeof(der);
	bool is_done = pkey && context &&
		       EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, pkey) == 1 &&
		       EVP_DigestSign(context, der, &size, message, MESSAGE_SIZE) == 1 &&
		       split_ecdsa(der, size, response);

	EVP_MD_CTX_free(context);
	EVP_PKEY_free(pkey);
	return is_done;
}

int sk_sign(uint32_t algorithm, const uint8_t *data, size_t data_len, const char *application,
	const uint8_t *key_handle, size_t key_handle_len, uint8_t flags, const char *pin,
	struct option **options, struct sign_response **ret)
{
	struct sign_response *response = calloc(1, sizeof(*response));
	uint8_t message[MESSAGE_SIZE];

	if (!response || key_handle_len != SCALAR_SIZE)
		return ERROR_GENERAL;
	response->flags = FLAG_PRESENCE;
	response->counter = 7;
	if (getenv("SEKISHO_TEST_SK_UNTOUCHED"))
		response->flags &= (uint8_t)~FLAG_PRESENCE;
	if (getenv("SEKISHO_TEST_SK_VERIFIED"))
		response->flags |= FLAG_VERIFICATION;
	if (!make_message(application, response->flags, response->counter, data, data_len, message))
		return ERROR_GENERAL;
	if (algorithm == ALGORITHM_ECDSA ? !sign_p256(key_handle, message, response)
					 : !sign_ed25519(key_handle, message, response))
		return ERROR_GENERAL;
	*ret = response;
	return 0;
}

int sk_load_resident_keys(
	const char *pin, struct option **options, struct resident_key ***ret, size_t *ret_n)
{
	return ERROR_UNSUPPORTED;
}
