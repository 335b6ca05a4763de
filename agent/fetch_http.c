#include "agent/fetch_http.h"

#include <curl/curl.h>
#include <errno.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "policy/cleanup.h"
#include "policy/printable.h"

#define CONNECT_S 15
/* Of one document, however much comes. */
#define WHOLE_S 60
/* Slower for so long is nobody. */
#define SLOW_BYTES 100
#define SLOW_S     15
/* What a server says to what it was sent is read, so that the connection can go on, and counts for
 * nothing. */
#define SAID_MAX    4096
#define BUFFER_SIZE (16 * 1024L)
/* Longer than until the next look: the server may close before. */
#define IDLE_S 90L

struct fetch_http {
	CURL *get, *put; /* put NULL: nothing goes up */
	struct curl_slist *put_headers;
	bool has_proxy;
	int64_t floor_s;
};

/* A body that goes one way or the other. */
struct body {
	char *bytes;
	size_t size, size_max;
	bool is_cut;
	struct fetch_reply *reply;
};

/* --- certificates --- */

static int http_index(void)
{
	static int index = -1;

	if (index < 0)
		index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
	return index;
}

/* Whether it is not later. */
static bool is_before(const ASN1_TIME *time, int64_t than_s)
{
	time_t than = (time_t)than_s;

	return X509_cmp_time(time, &than) < 0;
}

/* Dates are judged by what is known for certain; all else stays as libcrypto found it. */
static int judge(int is_good, X509_STORE_CTX *context)
{
	const SSL *ssl = X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx());
	const struct fetch_http *http = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), http_index());
	const X509 *certificate = X509_STORE_CTX_get_current_cert(context);
	int error = X509_STORE_CTX_get_error(context);

	if (is_good || !http || !certificate)
		return is_good;
	if (error == X509_V_ERR_CERT_HAS_EXPIRED)
		is_good = http->floor_s > 0 &&
			  !is_before(X509_get0_notAfter(certificate), http->floor_s);
	else if (error == X509_V_ERR_CERT_NOT_YET_VALID)
		is_good = is_before(X509_get0_notBefore(certificate), http->floor_s);
	if (is_good)
		X509_STORE_CTX_set_error(context, X509_V_OK);
	return is_good;
}

static CURLcode on_tls(CURL *curl, void *tls, void *userdata)
{
	SSL_CTX *context = tls;

	if (http_index() < 0 || SSL_CTX_set_ex_data(context, http_index(), userdata) != 1)
		return CURLE_OUT_OF_MEMORY;
	SSL_CTX_set_verify(context, SSL_CTX_get_verify_mode(context), judge);
	return CURLE_OK;
}

/* --- what comes and goes --- */

/* Of a body that is packed nothing is wanted: libcurl would unpack what is packed on its way. */
static size_t on_header(char *line, size_t one, size_t size, void *userdata)
{
	struct fetch_reply *reply = ((struct body *)userdata)->reply;

	return fetch_reply_take(reply, line, size) && !reply->is_encoded ? size : 0;
}

/* What is too long is cut, and no more of it is asked for. */
static size_t on_bytes(char *bytes, size_t one, size_t size, void *userdata)
{
	struct body *body = userdata;
	size_t room = body->size_max - body->size, n = size < room ? size : room;

	if (n > 0)
		memcpy(body->bytes + body->size, bytes, n);
	body->size += n;
	body->is_cut |= n < size;
	return n < size ? 0 : size;
}

static size_t on_said(char *bytes, size_t one, size_t size, void *userdata)
{
	struct body *body = userdata;

	body->is_cut |= size > SAID_MAX - body->size;
	if (body->is_cut)
		return 0;
	body->size += size;
	return size;
}

static size_t on_send(char *buffer, size_t one, size_t size, void *userdata)
{
	struct body *body = userdata;
	size_t rest = body->size_max - body->size, n = size < rest ? size : rest;

	if (n > 0)
		memcpy(buffer, body->bytes + body->size, n);
	body->size += n;
	return n;
}

/* The connection was closed in between: once more from the beginning. */
static int on_seek(void *userdata, curl_off_t offset, int whence)
{
	struct body *body = userdata;

	if (whence != SEEK_SET || offset < 0 || (size_t)offset > body->size_max)
		return CURL_SEEKFUNC_FAIL;
	body->size = (size_t)offset;
	return CURL_SEEKFUNC_OK;
}

/* Whoever is to end is not to wait for a slow server. */
static int on_progress(
	void *userdata, curl_off_t down, curl_off_t at, curl_off_t up, curl_off_t sent)
{
	sigset_t waiting;

	return sigpending(&waiting) == 0 &&
	       (sigismember(&waiting, SIGTERM) == 1 || sigismember(&waiting, SIGINT) == 1);
}

/* --- what both ask in the same way --- */

static CURLcode set_trust(CURL *curl, const struct fetch_http_settings *settings)
{
	char pin[64];
	CURLcode r = CURLE_OK;

	if (settings->pin[0]) {
		snprintf(pin, sizeof(pin), "sha256//%s=", settings->pin);
		r = curl_easy_setopt(curl, CURLOPT_PINNEDPUBLICKEY, pin);
	}
	if (r == CURLE_OK && settings->ca) {
		struct curl_blob ca = {.data = (void *)(uintptr_t)settings->ca,
			.len = settings->ca_size,
			.flags = CURL_BLOB_COPY};

		r = curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &ca);
	} else if (r == CURLE_OK) {
		r = curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
		if (r == CURLE_OK)
			r = curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	/* NULL, so that none of the system's is looked for. */
	if (r == CURLE_OK)
		r = curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	return r;
}

static CURLcode set_identity(CURL *curl, const struct fetch_http_settings *settings)
{
	struct curl_blob pem = {.data = (void *)(uintptr_t)settings->identity,
		.len = settings->identity_size,
		.flags = CURL_BLOB_COPY};
	CURLcode r = curl_easy_setopt(curl, CURLOPT_SSLCERT_BLOB, &pem);

	return r == CURLE_OK ? curl_easy_setopt(curl, CURLOPT_SSLKEY_BLOB, &pem) : r;
}

/* All numbers. */
static CURLcode set_bounds(CURL *curl)
{
	static const struct {
		CURLoption option;
		long value;
	} bounds[] = {
		{CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_3},
		{CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
		{CURLOPT_FOLLOWLOCATION, 0},
		{CURLOPT_HTTP_CONTENT_DECODING, 0},
		{CURLOPT_HTTP_TRANSFER_DECODING, 1},
		{CURLOPT_HTTP09_ALLOWED, 0},
		{CURLOPT_NETRC, CURL_NETRC_IGNORED},
		{CURLOPT_DISALLOW_USERNAME_IN_URL, 1},
		{CURLOPT_PATH_AS_IS, 1},
		{CURLOPT_NOSIGNAL, 1},
		{CURLOPT_NOPROGRESS, 0},
		{CURLOPT_SUPPRESS_CONNECT_HEADERS, 1},
		{CURLOPT_CONNECTTIMEOUT, CONNECT_S},
		{CURLOPT_TIMEOUT, WHOLE_S},
		{CURLOPT_LOW_SPEED_LIMIT, SLOW_BYTES},
		{CURLOPT_LOW_SPEED_TIME, SLOW_S},
		{CURLOPT_MAXCONNECTS, 1},
		{CURLOPT_MAXAGE_CONN, IDLE_S},
		{CURLOPT_BUFFERSIZE, BUFFER_SIZE},
	};
	CURLcode r = CURLE_OK;

	for (size_t i = 0; r == CURLE_OK && i < sizeof(bounds) / sizeof(bounds[0]); i++)
		r = curl_easy_setopt(curl, bounds[i].option, bounds[i].value);
	return r;
}

static CURLcode set_all(
	CURL *curl, const struct fetch_http_settings *settings, struct fetch_http *http)
{
	CURLcode r = set_bounds(curl);

	if (r == CURLE_OK)
		r = set_trust(curl, settings);
	if (r == CURLE_OK)
		r = curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
	/* An empty one, so that none of the environment is asked. */
	if (r == CURLE_OK)
		r = curl_easy_setopt(curl, CURLOPT_PROXY, settings->proxy);
	if (r == CURLE_OK)
		r = curl_easy_setopt(curl, CURLOPT_NOPROXY, "");
	if (r == CURLE_OK)
		r = curl_easy_setopt(curl, CURLOPT_USERAGENT, "sekisho-fetch/" SEKISHO_VERSION);
	if (r == CURLE_OK)
		r = curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, on_tls);
	if (r == CURLE_OK)
		r = curl_easy_setopt(curl, CURLOPT_SSL_CTX_DATA, http);
	if (r == CURLE_OK)
		r = curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	if (r == CURLE_OK)
		r = curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
	return r;
}

static CURLcode make_get(struct fetch_http *http, const struct fetch_http_settings *settings)
{
	CURLcode r;

	http->get = curl_easy_init();
	r = http->get ? set_all(http->get, settings, http) : CURLE_OUT_OF_MEMORY;
	return r == CURLE_OK ? curl_easy_setopt(http->get, CURLOPT_WRITEFUNCTION, on_bytes) : r;
}

static CURLcode make_put(struct fetch_http *http, const struct fetch_http_settings *settings)
{
	CURLcode r;

	if (!settings->identity)
		return CURLE_OK;
	http->put = curl_easy_init();
	/* Not waited for: what is sent is small. */
	http->put_headers = curl_slist_append(NULL, "Expect:");
	if (!http->put || !http->put_headers)
		return CURLE_OUT_OF_MEMORY;
	r = set_all(http->put, settings, http);
	if (r == CURLE_OK)
		r = set_identity(http->put, settings);
	if (r == CURLE_OK)
		r = curl_easy_setopt(http->put, CURLOPT_WRITEFUNCTION, on_said);
	if (r == CURLE_OK)
		r = curl_easy_setopt(http->put, CURLOPT_READFUNCTION, on_send);
	if (r == CURLE_OK)
		r = curl_easy_setopt(http->put, CURLOPT_SEEKFUNCTION, on_seek);
	if (r == CURLE_OK)
		r = curl_easy_setopt(http->put, CURLOPT_HTTPHEADER, http->put_headers);
	return r == CURLE_OK ? curl_easy_setopt(http->put, CURLOPT_UPLOAD, 1L) : r;
}

int fetch_http_new(const struct fetch_http_settings *settings, struct fetch_http **ret)
{
	struct fetch_http *http;

	if (!settings->ca && !settings->pin[0])
		return -EINVAL;
	http = calloc(1, sizeof(*http));
	if (!http)
		return -ENOMEM;
	http->has_proxy = settings->proxy[0] != '\0';
	if (make_get(http, settings) != CURLE_OK || make_put(http, settings) != CURLE_OK) {
		fetch_http_free(http);
		return -ENOMEM;
	}
	*ret = http;
	return 0;
}

void fetch_http_free(struct fetch_http *http)
{
	if (!http)
		return;
	curl_easy_cleanup(http->get);
	curl_easy_cleanup(http->put);
	curl_slist_free_all(http->put_headers);
	free(http);
}

void fetch_http_set_floor(struct fetch_http *http, int64_t floor_s)
{
	http->floor_s = floor_s;
}

/* --- a request --- */

static enum fetch_answer failed(const struct fetch_http *http, CURLcode code)
{
	switch ((int)code) {
	/* Nobody else is connected to. */
	case CURLE_COULDNT_CONNECT: return http->has_proxy ? FETCH_NO_PROXY : FETCH_NO_ANSWER;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR: return FETCH_NOT_THE_SERVER;
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_PROXY: return FETCH_NO_PROXY;
	case CURLE_ABORTED_BY_CALLBACK: return FETCH_STOPPED;
	default: return FETCH_NO_ANSWER;
	}
}

/* 0, or what is wrong with it. */
static CURLcode perform(const struct fetch_http *http, CURL *curl, const char *url,
	struct body *body, struct fetch_got *got)
{
	char error[CURL_ERROR_SIZE] = "";
	CURLcode r = curl_easy_setopt(curl, CURLOPT_URL, url);

	body->reply = &got->reply;
	if (r == CURLE_OK)
		r = curl_easy_setopt(curl, CURLOPT_HEADERDATA, body);
	if (r == CURLE_OK)
		r = curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
	if (r == CURLE_OK)
		r = curl_easy_perform(curl);
	(void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &got->status);
	/* That was our own doing. */
	if (r == CURLE_WRITE_ERROR && (body->is_cut || got->reply.is_encoded))
		r = CURLE_OK;
	if (r != CURLE_OK) {
		long proxy = 0;

		(void)curl_easy_getinfo(curl, CURLINFO_HTTP_CONNECTCODE, &proxy);
		got->answer = proxy >= 300 ? FETCH_NO_PROXY : failed(http, r);
		/* It may say what the other one is called. */
		(void)printable_copy(
			got->why, sizeof(got->why), error[0] ? error : curl_easy_strerror(r));
	}
	return r;
}

static enum fetch_answer answer_get(const struct fetch_got *got, const char *etag)
{
	if (got->status == 404)
		return FETCH_ABSENT;
	/* Of what nobody asked. */
	if (got->status == 304 && etag[0])
		return FETCH_UNCHANGED;
	return got->status == 200 && !got->reply.is_encoded ? FETCH_THERE : FETCH_REFUSED;
}

void fetch_http_get(struct fetch_http *http, const char *url, const char *etag, size_t size_max,
	struct fetch_got *ret)
{
	char condition[sizeof("If-None-Match: ") + FETCH_ETAG_MAX];
	CLEANUP(cleanup_free) char *bytes = malloc(size_max + 1);
	struct body body = {.bytes = bytes, .size_max = size_max + 1};
	struct curl_slist *headers = NULL;
	CURLcode r = CURLE_OUT_OF_MEMORY;

	*ret = (struct fetch_got){.why = "out of memory"};
	if (etag[0]) {
		snprintf(condition, sizeof(condition), "If-None-Match: %s", etag);
		headers = curl_slist_append(NULL, condition);
	}
	if (bytes && (headers || !etag[0]) &&
		curl_easy_setopt(http->get, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
		curl_easy_setopt(http->get, CURLOPT_WRITEDATA, &body) == CURLE_OK)
		r = perform(http, http->get, url, &body, ret);
	(void)curl_easy_setopt(http->get, CURLOPT_HTTPHEADER, NULL);
	curl_slist_free_all(headers);
	if (r != CURLE_OK)
		return;
	ret->answer = answer_get(ret, etag);
	if (ret->answer != FETCH_THERE)
		return;
	ret->bytes = TAKE(bytes);
	ret->size = body.size;
}

static enum fetch_answer answer_put(long status)
{
	switch (status) {
	case 200:
	case 201:
	case 204: /* nginx, of what was empty */
	case 409: return FETCH_THERE;
	default: return FETCH_REFUSED;
	}
}

void fetch_http_put(struct fetch_http *http, const char *url, const void *bytes, size_t size,
	struct fetch_got *ret)
{
	struct body sent = {.bytes = (char *)(uintptr_t)bytes, .size_max = size};
	struct body said = {.bytes = NULL};
	CURLcode r = CURLE_OUT_OF_MEMORY;

	*ret = (struct fetch_got){.why = "out of memory"};
	if (http->put && curl_easy_setopt(http->put, CURLOPT_READDATA, &sent) == CURLE_OK &&
		curl_easy_setopt(http->put, CURLOPT_SEEKDATA, &sent) == CURLE_OK &&
		curl_easy_setopt(http->put, CURLOPT_WRITEDATA, &said) == CURLE_OK &&
		curl_easy_setopt(http->put, CURLOPT_INFILESIZE_LARGE, (curl_off_t)size) == CURLE_OK)
		r = perform(http, http->put, url, &said, ret);
	if (r == CURLE_OK)
		ret->answer = answer_put(ret->status);
}
