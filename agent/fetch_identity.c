#include "agent/fetch_identity.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/store.h"
#include "policy/characters.h"
#include "policy/cleanup.h"

#define PEM_MAX   4096
#define NAME_SIZE (sizeof("tls-.pem") + FETCH_MACHINE_LENGTH)
#define MACHINE   "machine "
/* Dates that no clock is beyond: a server's may be wrong as well, and what counts is the key. */
#define NOT_BEFORE "19700101000000Z"
#define NOT_AFTER  "99991231235959Z" /* RFC 5280, 4.1.2.5: it does not end */

static void cleanup_key(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
}

static void cleanup_certificate(X509 **certificate)
{
	X509_free(*certificate);
}

static void cleanup_bio(BIO **bio)
{
	BIO_free(*bio);
}

int fetch_machine_parse(const char *text, size_t size, char ret[FETCH_MACHINE_LENGTH + 1])
{
	size_t before = strlen(MACHINE);

	if (size < before + FETCH_MACHINE_LENGTH + 1 || memcmp(text, MACHINE, before) != 0 ||
		text[before + FETCH_MACHINE_LENGTH] != '\n')
		return -EBADMSG;
	for (size_t i = 0; i < FETCH_MACHINE_LENGTH; i++)
		if (!is_lower_hex_digit(text[before + i]))
			return -EBADMSG;
	memcpy(ret, text + before, FETCH_MACHINE_LENGTH);
	ret[FETCH_MACHINE_LENGTH] = '\0';
	return 0;
}

static int fingerprint(const X509 *certificate, char ret[FETCH_CERTIFICATE_SIZE])
{
	uint8_t sha1[EVP_MAX_MD_SIZE];
	unsigned size;

	if (X509_digest(certificate, EVP_sha1(), sha1, &size) != 1 ||
		2 * size + 1 != FETCH_CERTIFICATE_SIZE)
		return -EIO;
	for (unsigned i = 0; i < size; i++)
		snprintf(ret + (size_t)2 * i, 3, "%02x", sha1[i]);
	return 0;
}

/* --- one that is there --- */

/* What libcurl and the server will find in it. 0, or -EBADMSG. */
static int read_pem(char *pem, size_t size, struct fetch_identity *ret)
{
	CLEANUP(cleanup_bio) BIO *bio = BIO_new_mem_buf(pem, (int)size);
	CLEANUP(cleanup_key)
	EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;
	CLEANUP(cleanup_certificate)
	X509 *certificate = key ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;

	if (!certificate || X509_check_private_key(certificate, key) != 1 ||
		fingerprint(certificate, ret->certificate) < 0)
		return -EBADMSG;
	ret->pem = pem;
	ret->pem_size = size;
	return 0;
}

/* --- a new one --- */

static bool fill(X509 *certificate, EVP_PKEY *key)
{
	X509_NAME *name = X509_get_subject_name(certificate);
	uint64_t serial;

	/* Positive, and of eight bytes. */
	return RAND_bytes((unsigned char *)&serial, sizeof(serial)) == 1 &&
	       X509_set_version(certificate, X509_VERSION_3) == 1 &&
	       ASN1_INTEGER_set_uint64(
		       X509_get_serialNumber(certificate), (serial >> 2) | (1ull << 61)) == 1 &&
	       ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate), NOT_BEFORE) == 1 &&
	       ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate), NOT_AFTER) == 1 &&
	       X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
		       (const unsigned char *)"sekisho-fetch", -1, -1, 0) == 1 &&
	       X509_set_issuer_name(certificate, name) == 1 &&
	       X509_set_pubkey(certificate, key) == 1 &&
	       X509_sign(certificate, key, EVP_sha256()) > 0;
}

/* The text of both, into memory that is wiped by BIO_free(). */
static BIO *write_pem(EVP_PKEY *key, const X509 *certificate)
{
	CLEANUP(cleanup_bio) BIO *bio = BIO_new(BIO_s_secmem());

	if (!bio || PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1 ||
		PEM_write_bio_X509(bio, certificate) != 1)
		return NULL;
	return TAKE(bio);
}

static int make(int folder_fd, const char *name, struct fetch_identity *ret)
{
	CLEANUP(cleanup_key) EVP_PKEY *key = EVP_EC_gen("P-256");
	CLEANUP(cleanup_certificate) X509 *certificate = key ? X509_new() : NULL;
	CLEANUP(cleanup_bio) BIO *bio = NULL;
	struct fetch_identity identity = {};
	char *text;
	long size;
	int r;

	if (!certificate)
		return -ENOMEM;
	bio = fill(certificate, key) ? write_pem(key, certificate) : NULL;
	if (!bio || fingerprint(certificate, identity.certificate) < 0)
		return -EIO;
	size = BIO_get_mem_data(bio, &text);
	if (size <= 0 || size > PEM_MAX)
		return -EIO;
	r = store_write(folder_fd, name, text, (size_t)size);
	if (r < 0)
		return r;
	identity.pem = malloc((size_t)size);
	if (!identity.pem)
		return -ENOMEM;
	memcpy(identity.pem, text, (size_t)size);
	identity.pem_size = (size_t)size;
	*ret = identity;
	return 0;
}

int fetch_identity_open(
	int folder_fd, const char machine[FETCH_MACHINE_LENGTH + 1], struct fetch_identity *ret)
{
	struct fetch_identity identity = {};
	char name[NAME_SIZE], *pem = NULL;
	size_t size;
	int r;

	snprintf(name, sizeof(name), "tls-%.*s.pem", FETCH_MACHINE_LENGTH, machine);
	r = store_read(folder_fd, name, PEM_MAX, &pem, &size);
	if (r == 0 && read_pem(pem, size, &identity) == 0) {
		*ret = identity;
		return 0;
	}
	if (r == 0)
		explicit_bzero(pem, size);
	free(pem);
	/* What cannot be read may be read later, and is somebody's path already. */
	if (r < 0 && r != -ENOENT)
		return r;
	return make(folder_fd, name, ret);
}

void fetch_identity_clear(struct fetch_identity *identity)
{
	if (identity->pem)
		explicit_bzero(identity->pem, identity->pem_size);
	free(identity->pem);
	*identity = (struct fetch_identity){};
}
