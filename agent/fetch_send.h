/*
 * What a terminal sends to a web server: files of one folder, each once, under its own
 * certificate's path. Knows nothing of what they say.
 */
#pragma once

#include "agent/fetch_ask.h"

/* Of what is in no hurry, in one look. */
#define FETCH_SEND_CALM_MAX 8

struct fetch_sending {
	int up_fd; /* what waits */
	const struct fetch_spool *spool;
	bool may_send_calm;
	long said; /* what did not work last: said already; 0: all went well */
	/* What came of it. */
	size_t n_sent;
	bool has_failed, has_calm_failed; /* what is urgent, and the rest */
	uint32_t retry_after_s;
};

/* Sends what waits, the urgent first, and leaves a receipt for each in the spool. What cannot be
 * sent stays, for the next look. Nothing where the link has no identity. */
void fetch_send(struct fetch_sending *sending, struct fetch_asking *asking);
