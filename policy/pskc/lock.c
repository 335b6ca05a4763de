#include "policy/pskc/lock.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/cleanup.h"
#include "policy/pskc/node.h"
#include "policy/value.h"

#define XMLENC  "http://www.w3.org/2001/04/xmlenc#"
#define XMLDSIG "http://www.w3.org/2000/09/xmldsig#"
#define CIPHERS "AES-CBC (" XMLENC "aes128-cbc, aes192-cbc or aes256-cbc)"
#define WRONG_KEY \
	"a value that this key opens: the key or password is another, or the file was changed"

static void take_name(const xmlNode *node, char ret[PSKC_LOCK_NAME_MAX + 1])
{
	CLEANUP(cleanup_free) char *text = node ? pskc_node_text(node) : NULL;

	snprintf(ret, PSKC_LOCK_NAME_MAX + 1, "%s", text ? text : "");
}

static const xmlNode *derived_key(const xmlNode *container)
{
	return pskc_node_child(pskc_node_child(container, "EncryptionKey"), "DerivedKey");
}

enum pskc_lock_kind pskc_lock_find(
	const xmlNode *container, struct problems *problems, char ret_name[PSKC_LOCK_NAME_MAX + 1])
{
	const xmlNode *key = pskc_node_child(container, "EncryptionKey");
	const xmlNode *derived = derived_key(container);
	const xmlNode *name = pskc_node_child(key, "KeyName");

	ret_name[0] = '\0';
	if (!key)
		return PSKC_LOCK_NONE;
	if (derived) {
		take_name(pskc_node_child(derived, "MasterKeyName"), ret_name);
		return PSKC_LOCK_PASSWORD;
	}
	if (name) {
		take_name(name, ret_name);
		return PSKC_LOCK_KEY;
	}
	key = pskc_node_child(key, NULL) ? pskc_node_child(key, NULL) : key;
	pskc_node_problem(key, pskc_node_name(key),
		"KeyName (a key agreed on before) or DerivedKey (a password): what is encrypted to "
		"a certificate is not read; ask the vendor for one of these",
		problems);
	return PSKC_LOCK_UNREADABLE;
}

/* The Algorithm of an element; "" where there is none. For free(), NULL: no memory. */
static char *algorithm_of(const xmlNode *node)
{
	char *text = node ? pskc_node_attribute(node, "Algorithm") : NULL;

	return text ? text : strdup("");
}

/* A number in a child element. 0 and *ret, or -EBADMSG after adding a problem. */
static int read_number(const xmlNode *parent, const char *name, uint64_t min, uint64_t max,
	struct problems *problems, uint64_t *ret)
{
	const xmlNode *node = pskc_node_child(parent, name);
	CLEANUP(cleanup_free) char *text = node ? pskc_node_text(node) : NULL;

	if (text && number_parse(text, min, max, ret) == 0)
		return 0;
	if (node)
		problems_add(problems, pskc_node_line(node), 0, text ? text : "",
			text ? strlen(text) : 0, "a number from %llu to %llu",
			(unsigned long long)min, (unsigned long long)max);
	else
		problems_add_missing(problems, pskc_node_line(parent), 0, "the element %s", name);
	return -EBADMSG;
}

static int read_digest(
	const xmlNode *node, const char *absent, struct problems *problems, enum pskc_digest *ret)
{
	CLEANUP(cleanup_free) char *algorithm = algorithm_of(node);

	if (!algorithm)
		return -ENOMEM;
	*ret = pskc_digest_from_uri(algorithm[0] == '\0' && absent ? absent : algorithm);
	if (*ret != PSKC_DIGEST_NONE)
		return 0;
	pskc_node_problem(
		node, algorithm, "an HMAC with SHA-1, SHA-256, SHA-384 or SHA-512", problems);
	return -EBADMSG;
}

/* RFC 8018, A.2; without a PRF it is HMAC-SHA-1. */
static int derive(const xmlNode *container, const struct pskc_key_material *material,
	struct problems *problems, struct pskc_lock *lock)
{
	const xmlNode *method = pskc_node_child(derived_key(container), "KeyDerivationMethod");
	const xmlNode *params = pskc_node_child(method, "PBKDF2-params");
	const xmlNode *salt_node = pskc_node_child(pskc_node_child(params, "Salt"), "Specified");
	const xmlNode *prf = pskc_node_child(params, "PRF");
	CLEANUP(cleanup_free) uint8_t *salt = NULL;
	enum pskc_digest digest = PSKC_SHA1;
	uint64_t iterations, key_size;
	size_t salt_size;
	int r;

	if (!params || !salt_node) {
		pskc_node_missing(params ? params : derived_key(container),
			"PBKDF2-params with Salt/Specified, IterationCount and KeyLength (RFC "
			"6030, figure 7)",
			problems);
		return -EBADMSG;
	}
	r = pskc_node_bytes(salt_node, &salt, &salt_size);
	if (r == -EINVAL)
		pskc_node_problem(salt_node, "", "a salt in base64", problems);
	if (r == 0 && prf)
		r = read_digest(prf, XMLDSIG "hmac-sha1", problems, &digest);
	if (r == 0)
		r = read_number(
			params, "IterationCount", 1, PSKC_ITERATIONS_MAX, problems, &iterations);
	if (r == 0)
		r = read_number(params, "KeyLength", 16, PSKC_KEY_MAX, problems, &key_size);
	if (r < 0)
		return r == -EINVAL ? -EBADMSG : r;
	lock->key_size = key_size;
	return pskc_derive(digest, (const char *)material->bytes, material->size, salt, salt_size,
		(unsigned)iterations, lock->key, lock->key_size);
}

/* The bytes of xenc:CipherData/CipherValue in an element, if it is encrypted with a known cipher
 * and a key of that size. */
static int read_cipher(const struct pskc_lock *lock, const xmlNode *element,
	struct problems *problems, uint8_t **ret, size_t *ret_size)
{
	const xmlNode *method = pskc_node_child(element, "EncryptionMethod");
	const xmlNode *value =
		pskc_node_child(pskc_node_child(element, "CipherData"), "CipherValue");
	CLEANUP(cleanup_free) char *algorithm = algorithm_of(method);
	size_t key_size = algorithm ? pskc_cipher_key_size(algorithm) : 0;
	int r;

	if (!algorithm)
		return -ENOMEM;
	if (key_size == 0) {
		pskc_node_problem(method ? method : element, algorithm, CIPHERS, problems);
		return -EBADMSG;
	}
	if (key_size != lock->key_size) {
		problems_add(problems, pskc_node_line(method), 0, algorithm, strlen(algorithm),
			"what a key of %zu bytes opens; this one takes %zu: the key is another",
			lock->key_size, key_size);
		return -EBADMSG;
	}
	if (!value) {
		pskc_node_missing(element, "CipherData with a CipherValue", problems);
		return -EBADMSG;
	}
	r = pskc_node_bytes(value, ret, ret_size);
	if (r == -EINVAL) {
		pskc_node_problem(value, "", "base64", problems);
		return -EBADMSG;
	}
	return r;
}

/* Decrypts in a buffer of its own. */
static int decrypt(const struct pskc_lock *lock, const xmlNode *element, const uint8_t *bytes,
	size_t size, struct problems *problems, uint8_t **ret, size_t *ret_size)
{
	uint8_t *plain = malloc(size + 1);
	int r = plain ? pskc_decrypt(lock->key, lock->key_size, bytes, size, plain, ret_size)
		      : -ENOMEM;

	if (r == 0) {
		*ret = plain;
		return 0;
	}
	if (plain)
		explicit_bzero(plain, size);
	free(plain);
	if (r != -EINVAL && r != -EBADMSG)
		return r;
	pskc_node_problem(
		element, "", r == -EINVAL ? "whole blocks of 16 bytes" : WRONG_KEY, problems);
	return -EBADMSG;
}

static int fit_mac(const xmlNode *container, struct problems *problems, struct pskc_lock *lock)
{
	const xmlNode *method = pskc_node_child(container, "MACMethod");
	const xmlNode *key = pskc_node_child(method, "MACKey");
	CLEANUP(cleanup_free) uint8_t *bytes = NULL;
	uint8_t *plain = NULL;
	size_t size = 0, plain_size = 0;
	int r;

	if (!method)
		return 0;
	r = read_digest(method, NULL, problems, &lock->digest);
	if (r == 0 && !key) {
		pskc_node_missing(method, "a MACKey", problems);
		r = -EBADMSG;
	}
	if (r == 0)
		r = read_cipher(lock, key, problems, &bytes, &size);
	if (r == 0)
		r = decrypt(lock, key, bytes, size, problems, &plain, &plain_size);
	if (r == 0 && (plain_size == 0 || plain_size > PSKC_MAC_KEY_MAX)) {
		pskc_node_problem(key, "", WRONG_KEY, problems);
		r = -EBADMSG;
	}
	if (r == 0) {
		memcpy(lock->mac_key, plain, plain_size);
		lock->mac_key_size = plain_size;
	}
	if (plain)
		explicit_bzero(plain, plain_size);
	free(plain);
	return r;
}

int pskc_lock_fit(const xmlNode *container, const struct pskc_key_material *material,
	struct problems *problems, struct pskc_lock *ret)
{
	struct pskc_lock lock = {.kind = material->kind};
	int r = 0;

	if (material->kind == PSKC_LOCK_PASSWORD)
		r = derive(container, material, problems, &lock);
	if (material->kind == PSKC_LOCK_KEY) {
		lock.key_size = material->size < PSKC_KEY_MAX ? material->size : PSKC_KEY_MAX;
		memcpy(lock.key, material->bytes, lock.key_size);
	}
	if (r == 0 && material->kind != PSKC_LOCK_NONE)
		r = fit_mac(container, problems, &lock);
	if (r == 0)
		*ret = lock;
	explicit_bzero(&lock, sizeof(lock));
	return r;
}

/* The MAC is over the bytes of the CipherValue, its IV included (RFC 6030, 6.1.1). */
static int check_mac(const struct pskc_lock *lock, const xmlNode *element, const uint8_t *bytes,
	size_t size, struct problems *problems)
{
	const xmlNode *node = pskc_node_child(element, "ValueMAC");
	CLEANUP(cleanup_free) uint8_t *said = NULL;
	uint8_t mac[PSKC_MAC_MAX];
	size_t said_size = 0, mac_size = 0;
	int r;

	if (!node || lock->digest == PSKC_DIGEST_NONE) {
		pskc_node_missing(node ? node : element,
			node ? "a MACMethod of the KeyContainer, for this ValueMAC"
			     : "a ValueMAC: without one nobody sees whether it was changed",
			problems);
		return -EBADMSG;
	}
	r = pskc_node_bytes(node, &said, &said_size);
	if (r == -ENOMEM)
		return r;
	if (r == 0)
		r = pskc_mac(lock->digest, lock->mac_key, lock->mac_key_size, bytes, size, mac,
			&mac_size);
	if (r == -EIO)
		return r;
	if (r == 0 && said_size == mac_size && CRYPTO_memcmp(said, mac, mac_size) == 0)
		return 0;
	pskc_node_problem(node, "",
		"the MAC of this value: the key or password is another, or the file was changed",
		problems);
	return -EBADMSG;
}

int pskc_lock_open(const struct pskc_lock *lock, const xmlNode *element, struct problems *problems,
	uint8_t **ret, size_t *ret_size)
{
	const xmlNode *value = pskc_node_child(element, "EncryptedValue");
	CLEANUP(cleanup_free) uint8_t *bytes = NULL;
	size_t size = 0;
	int r;

	if (lock->kind == PSKC_LOCK_NONE) {
		pskc_node_problem(value, pskc_node_name(value),
			"an EncryptionKey in the KeyContainer, which says how it is opened",
			problems);
		return -EBADMSG;
	}
	r = read_cipher(lock, value, problems, &bytes, &size);
	if (r == 0)
		r = check_mac(lock, element, bytes, size, problems);
	return r == 0 ? decrypt(lock, value, bytes, size, problems, ret, ret_size) : r;
}
