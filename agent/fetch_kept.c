#include "agent/fetch_kept.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#define HEX_SIZE (SHA256_TEXT_SIZE - 1)

/* Over all that the file says, each part with its end. */
static int hash(const char *url, const char *etag, const void *document, size_t size,
	char ret[SHA256_TEXT_SIZE])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t sha256[SHA256_SIZE];
	int r = -ENOMEM;

	if (context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
		EVP_DigestUpdate(context, url, strlen(url) + 1) == 1 &&
		EVP_DigestUpdate(context, etag, strlen(etag) + 1) == 1 &&
		EVP_DigestUpdate(context, document, size) == 1 &&
		EVP_DigestFinal_ex(context, sha256, NULL) == 1) {
		sha256_text(sha256, ret);
		r = 0;
	}
	EVP_MD_CTX_free(context);
	return r;
}

int fetch_kept_head(const char *url, const char *etag, const void *document, size_t size,
	char ret[FETCH_KEPT_HEAD_SIZE])
{
	char hex[SHA256_TEXT_SIZE];
	int r = hash(url, etag, document, size, hex);

	if (r == 0)
		snprintf(ret, FETCH_KEPT_HEAD_SIZE, "%s %s %s\n", hex, etag, url);
	return r;
}

int fetch_kept_parse(const char *bytes, size_t size, const char *url,
	char ret_etag[FETCH_ETAG_MAX + 1], size_t *ret_at)
{
	char etag[FETCH_ETAG_MAX + 1] = "", hex[SHA256_TEXT_SIZE];
	const char *lf = memchr(bytes, '\n', size), *at = bytes + HEX_SIZE + 1;
	size_t url_size = strlen(url), length;
	int r;

	/* "HEX ETAG URL", of which an address has no space. */
	if (!lf || (size_t)(lf - bytes) < HEX_SIZE + 2 + url_size || bytes[HEX_SIZE] != ' ')
		return -EBADMSG;
	length = (size_t)(lf - at) - url_size;
	if (memcmp(lf - url_size, url, url_size) != 0 || length == 0 || at[length - 1] != ' ' ||
		!fetch_etag_is_valid(at, length - 1))
		return -EBADMSG;
	memcpy(etag, at, length - 1);
	r = hash(url, etag, lf + 1, size - (size_t)(lf + 1 - bytes), hex);
	if (r < 0)
		return r;
	if (memcmp(hex, bytes, HEX_SIZE) != 0)
		return -EBADMSG;
	memcpy(ret_etag, etag, sizeof(etag));
	*ret_at = (size_t)(lf + 1 - bytes);
	return 0;
}
