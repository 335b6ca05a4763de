/*
 * The file that keeps a document across a start of this PC: a line that says what it is, under
 * which address and which entity tag it came, then the document as it came. Pure. A file that is
 * not whole, or of another address, is none: an entity tag that is sent to the wrong server, or for
 * bytes that are not there, would hide what is new.
 */
#pragma once

#include <stddef.h>

#include "agent/fetch_reply.h"
#include "agent/fetch_url.h"
#include "policy/sha256_text.h"

#define FETCH_KEPT_HEAD_SIZE (SHA256_TEXT_SIZE + FETCH_ETAG_MAX + 1 + FETCH_URL_SIZE + 1)

/* The line, for a document with an entity tag. 0 and ret, or -ENOMEM. */
int fetch_kept_head(const char *url, const char *etag, const void *document, size_t size,
	char ret[FETCH_KEPT_HEAD_SIZE]);

/* Reads a whole file. 0, the entity tag and where the document begins; -EBADMSG: another one, or
 * not whole; -ENOMEM. */
int fetch_kept_parse(const char *bytes, size_t size, const char *url,
	char ret_etag[FETCH_ETAG_MAX + 1], size_t *ret_at);
