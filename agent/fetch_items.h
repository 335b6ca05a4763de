/*
 * The documents of a site that came from its server: which are in the spool, under which entity tag
 * and with which hash. Kept in a folder as well, so that after a start of this PC only what is new
 * is asked for. Touches disk; knows no server.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/fetch_names.h"
#include "agent/fetch_reply.h"
#include "agent/fetch_spool.h"
#include "policy/document_name.h"
#include "policy/site.h"

#define FETCH_SINGLES_MAX 16
#define FETCH_ITEMS_MAX   (FETCH_SINGLES_MAX + FETCH_SHARDS + FETCH_ROOTS_MAX)

struct fetch_item {
	char name[DOCUMENT_NAME_MAX];
	char etag[FETCH_ETAG_MAX + 1]; /* empty: it is asked for without one */
	bool is_there;                 /* in the spool, with this hash */
	uint8_t sha256[SHA256_SIZE];
	bool is_complained_of; /* said already */
};

struct fetch_items {
	const struct fetch_spool *spool; /* borrowed */
	int kept_fd;                     /* borrowed; -1: nothing is kept */
	struct fetch_item items[FETCH_ITEMS_MAX];
	size_t n;
};

/* Forgets all that were known, and puts what is kept of this site into the spool. */
void fetch_items_begin(struct fetch_items *items, const struct site *site);

/* The one called so, made where it is not known; NULL: there is no room. Valid until the next
 * removal. */
struct fetch_item *fetch_items_get(struct fetch_items *items, const char *name);

/* The highest number of a root in the spool, or 0. */
uint64_t fetch_items_last_root(const struct fetch_items *items);

struct fetch_bytes {
	const char *bytes;
	size_t size;
};

/*
 * What the server has now, into the spool and to what is kept. 1: it is new; 0: it was there; or a
 * negative errno, and it is asked for again.
 */
int fetch_items_take(struct fetch_items *items, struct fetch_item *item, const struct site *site,
	const struct fetch_bytes *bytes, const char *etag);

/* It is no more, also not in the spool. */
void fetch_items_remove(struct fetch_items *items, struct fetch_item *item);

/* 0 and ret, or -ENOMEM. */
int fetch_bytes_sha256(const struct fetch_bytes *bytes, uint8_t ret[SHA256_SIZE]);
