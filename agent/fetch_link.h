/*
 * Whom sekisho-fetch talks to and as whom: what site.ini, the CA's file and sekishod say of it,
 * read anew at each look, and the connection that follows from it. Touches disk.
 */
#pragma once

#include "agent/fetch_http.h"
#include "agent/fetch_identity.h"
#include "policy/site.h"

#define FETCH_CA_FILE      "server-ca.pem" /* beside site.ini */
#define FETCH_CA_SIZE_MAX  (64 * 1024)
#define FETCH_MACHINE_FILE "terminal" /* of sekishod */
#define FETCH_FLOOR_FILE   "floor"    /* likewise */

/* Borrowed folders; -1: it is not there. */
struct fetch_folders {
	int etc_fd, run_fd, own_fd;
};

struct fetch_link {
	struct site site; /* for which http is */
	char *ca;
	size_t ca_size;
	struct fetch_identity identity; /* pem NULL: nothing can go up */
	char machine[FETCH_MACHINE_LENGTH + 1];
	int identity_error;      /* said already */
	struct fetch_http *http; /* NULL: there is none */
};

/*
 * Makes the connection anew where anything of this is other than it was. 0: as it was; 1: anew, or
 * to another server; -ENOKEY: neither a CA nor a pin says who the server is; or another negative
 * errno, and there is none.
 */
int fetch_link_update(
	struct fetch_link *link, const struct site *site, const struct fetch_folders *folders);

/* Of what is all zeros nothing is freed. */
void fetch_link_clear(struct fetch_link *link);
