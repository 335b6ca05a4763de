/*
 * One request at a time to the server of a site, by libcurl: TLS 1.3 with whom site.ini's owner
 * named, and nobody else; no redirect, no packed body, nothing from the environment; every size and
 * every wait is bounded. What comes is for others to judge.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/fetch_reply.h"

/* What became of a request. NOTHING is zero: no answer. */
enum fetch_answer {
	FETCH_NO_ANSWER = 0,  /* not reached, broken off, too slow */
	FETCH_NOT_THE_SERVER, /* another certificate or key, or none that is good now */
	FETCH_NO_PROXY,       /* the proxy is not there, or does not let through */
	FETCH_STOPPED,        /* this program is to end */
	FETCH_REFUSED,        /* a status that means nothing here, or a packed body */
	FETCH_ABSENT,         /* there is no such document */
	FETCH_UNCHANGED,
	FETCH_THERE, /* the document; or what went up is there */
};

/* Copied. */
struct fetch_http_settings {
	const char *ca; /* PEM; NULL: whoever has the key that pin names */
	size_t ca_size;
	const char *pin;      /* as in site.ini; "": whoever ca names */
	const char *proxy;    /* "": none */
	const char *identity; /* PEM of a key and its certificate, shown where something goes up;
				 NULL: nothing can go up */
	size_t identity_size;
};

struct fetch_http;

/* 0 and *ret; -EINVAL: neither ca nor pin; or -ENOMEM. */
int fetch_http_new(const struct fetch_http_settings *settings, struct fetch_http **ret);
void fetch_http_free(struct fetch_http *http);

/* A time that is over for certain, since 1970: a certificate that ended before is refused, one that
 * ended by this PC's clock alone is not, nor one that is not valid yet by a clock that is behind.
 */
void fetch_http_set_floor(struct fetch_http *http, int64_t floor_s);

struct fetch_got {
	enum fetch_answer answer;
	long status; /* of HTTP; 0: none */
	struct fetch_reply reply;
	char *bytes; /* for free(), where THERE; a document that is too long is cut to one byte more
			than it may have */
	size_t size;
	char why[256]; /* in words of libcurl, where there was no answer */
};

/* Asks for a document, with the entity tag that the last one had, or "". */
void fetch_http_get(struct fetch_http *http, const char *url, const char *etag, size_t size_max,
	struct fetch_got *ret);

/* Sends one up. THERE also where one of this name was there before. */
void fetch_http_put(struct fetch_http *http, const char *url, const void *bytes, size_t size,
	struct fetch_got *ret);
