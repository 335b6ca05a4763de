/*
 * One look of sekisho-fetch at a web server: what is new there comes into the spool, what waits
 * here goes up. Remembers what it has, and says on standard error what does not work, once.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "agent/fetch_link.h"
#include "agent/fetch_server.h"
#include "agent/fetch_spool.h"

struct fetch_remote;

/* Of looks into this spool; own_fd: the folder where things are kept, or -1. Both are borrowed. 0
 * and *ret, or -ENOMEM. */
int fetch_remote_new(const struct fetch_spool *spool, int own_fd, struct fetch_remote **ret);
void fetch_remote_free(struct fetch_remote *remote);

/* Whether it has a certificate under which something can go up. */
bool fetch_remote_may_send(const struct fetch_remote *remote);

struct fetch_remote_look {
	const struct site *site;      /* with a source of the kind https */
	int etc_fd, run_fd;           /* of site.ini and of sekishod; -1: none */
	int up_fd;                    /* what waits to go up; -1: nothing does */
	bool is_full;                 /* all documents, not only what somebody may wait for */
	bool may_send, may_send_calm; /* what is urgent, and the rest */
};

struct fetch_remote_result {
	bool is_full;                               /* all documents were asked for, and answered */
	bool has_failed;                            /* to be tried again later and later */
	bool send_failed, calm_failed;              /* likewise, of what waits */
	uint32_t retry_after_s, send_retry_after_s; /* as the server asks */
	struct fetch_server server;                 /* heard_s is left 0 */
};

void fetch_remote_look(struct fetch_remote *remote, const struct fetch_remote_look *look,
	struct fetch_remote_result *ret);
