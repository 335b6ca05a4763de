/*
 * How the server of a site is doing, in one line that sekisho-fetch leaves in its spool: "ok
 * 1790000000 200". Pure. Who reads it believes none of it; it is shown to people.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define FETCH_SERVER_FILE "server"
#define FETCH_SERVER_SIZE 64 /* of the line, with its NUL */

enum fetch_server_state {
	FETCH_SERVER_UNKNOWN = 0, /* nothing was asked yet, or the line is none */
	FETCH_SERVER_OK,
	FETCH_SERVER_NO_ANSWER,
	FETCH_SERVER_CERTIFICATE, /* another one than was named, or none that is good now */
	FETCH_SERVER_REFUSED,     /* it answers, with a status that means nothing here */
	FETCH_SERVER_PROXY,
	FETCH_SERVER_PARTLY, /* it answers, but with such a status to at least one document */
	FETCH_SERVER_NOT_CONFIGURED, /* neither a CA nor a pin says who it is */
	FETCH_SERVER_STATE_COUNT
};

/* "unknown", "ok", "no-answer", "certificate", "refused", "proxy", "partly", "not-configured"; NULL
 * out of range. */
const char *fetch_server_state_name(enum fetch_server_state state);
/* 0 and *ret, or -EINVAL. */
int fetch_server_state_from_name(const char *name, enum fetch_server_state *ret);

struct fetch_server {
	enum fetch_server_state state;
	int64_t heard_s; /* of this PC's clock, when it last answered as it should; 0: never */
	unsigned status; /* of HTTP, where REFUSED or PARTLY; else 0 */
};

void fetch_server_format(const struct fetch_server *server, char ret[FETCH_SERVER_SIZE]);
/* 0 and *ret, or -EBADMSG. */
int fetch_server_parse(const char *text, size_t size, struct fetch_server *ret);
