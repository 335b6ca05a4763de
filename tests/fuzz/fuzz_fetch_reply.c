/* Whatever a web server says: an entity tag that is kept can be sent back in one line and is the
 * same when it is read again, lines are bounded, and the file that keeps it reads what it wrote. */
#include "tests/fuzz/fuzzed_text.h"

#include "agent/fetch_kept.h"
#include "agent/fetch_reply.h"

static void check(const struct fetch_reply *reply)
{
	char line[FETCH_ETAG_MAX + 16];
	struct fetch_reply again = {};
	int size;

	assert(reply->size <= FETCH_REPLY_HEADERS_MAX);
	if (!reply->etag[0])
		return;
	assert(fetch_etag_is_valid(reply->etag, strlen(reply->etag)));
	assert(!strpbrk(reply->etag, "\r\n"));
	size = snprintf(line, sizeof(line), "eTaG: %s \r\n", reply->etag);
	assert(fetch_reply_take(&again, line, (size_t)size));
	assert(strcmp(again.etag, reply->etag) == 0);
}

static void check_kept(const char *bytes, size_t size)
{
	static const char url[] = "https://host/sekisho/tosu/policy.ini";
	char etag[FETCH_ETAG_MAX + 1];
	size_t at;

	if (fetch_kept_parse(bytes, size, url, etag, &at) < 0)
		return;
	assert(at <= size && fetch_etag_is_valid(etag, strlen(etag)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fetch_reply reply = {};
	const char *at = (const char *)data, *end = at + size;

	check_kept(at, size);
	while (at < end) {
		const char *lf = memchr(at, '\n', (size_t)(end - at));
		size_t length = lf ? (size_t)(lf + 1 - at) : (size_t)(end - at);

		if (!fetch_reply_take(&reply, at, length))
			break;
		check(&reply);
		at += length;
	}
	return 0;
}
