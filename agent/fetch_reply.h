/*
 * What a web server says about a document, line by line as it comes: the little of it that is
 * looked at, within bounds. Pure; believes nothing, and knows nothing of the document.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FETCH_ETAG_MAX          128         /* bytes, with its quotes */
#define FETCH_REPLY_HEADERS_MAX (32 * 1024) /* bytes of all lines */

/* All zeros: nothing was heard yet. */
struct fetch_reply {
	char etag[FETCH_ETAG_MAX + 1]; /* RFC 9110, 8.8.3, "W/" too; empty: none that can be sent
					  back */
	uint32_t retry_after_s;        /* 0: none in seconds; dates are not followed */
	int64_t date_s, modified_s;    /* since 1970, by the server's clock; 0: not said */
	bool is_encoded;               /* the body is packed, for good or on its way */
	size_t size;                   /* of the lines so far */
};

/*
 * Takes one line with its end. A line that begins a reply ("HTTP/") forgets those of the reply
 * before. False: these are too many; *reply says nothing then.
 */
bool fetch_reply_take(struct fetch_reply *reply, const char *line, size_t size);

/*
 * The entity tag to ask with next time; "": none. Not that of a document that changed within the
 * second before it was sent: servers make tags of a file's second and length, so that what is
 * written in the same second could have the same (RFC 9110, 8.8.1).
 */
const char *fetch_reply_etag(const struct fetch_reply *reply);

/* Whether text, of size bytes, is an entity tag that can be sent as it is. */
bool fetch_etag_is_valid(const char *text, size_t size);
