/*
 * The looks of sekisho-fetch at its source, a folder or a server: each, when the next one is, and
 * what that happens here is worth one before. Knows no event loop.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "agent/fetch_look.h"
#include "agent/fetch_pace.h"
#include "agent/fetch_remote.h"
#include "agent/fetch_spool.h"
#include "policy/site.h"

/* Of sekishod. */
struct fetch_run_folders {
	const char *etc, *state, *run;
};

/* Times are of CLOCK_BOOTTIME; 0: never. */
struct fetch_turn {
	const struct fetch_run_folders *folders; /* borrowed, as the next */
	const struct fetch_spool *spool;
	struct fetch_looker *looker; /* of a folder, */
	struct fetch_remote *remote; /* or of a server */
	const struct site *site;     /* of the look that is going on */
	struct fetch_wish wish;
	uint64_t last_ms, full_ms; /* when the last look, and the last full one, ended */
	uint64_t heard_ms;
	struct fetch_retry failed, send_failed, calm_failed;
	uint64_t quiet_until_ms; /* the server asked for it */
	uint64_t calm_ms;        /* what is in no hurry goes up from then on */
	struct fetch_server server;
	uint64_t server_ms; /* when that was written */
	unsigned settles;   /* looks in a row at what is being written */
};

/* own_fd as of fetch_remote_new(). 0 and *ret, or -ENOMEM. */
int fetch_turn_begin(const struct fetch_run_folders *folders, const struct fetch_spool *spool,
	int own_fd, bool is_remote, struct fetch_turn *ret);
/* Of all zeros nothing is freed. */
void fetch_turn_end(struct fetch_turn *turn);

/* When the first look is. */
uint64_t fetch_turn_first_ms(struct fetch_turn *turn);

/* Looks. Returns how long to wait for the next one. */
uint64_t fetch_turn_take(struct fetch_turn *turn, const struct site *site);

/* When a look is due for something that happened; UINT64_MAX: it is not worth one. What site.ini
 * or a CA says; */
uint64_t fetch_turn_on_change_ms(const struct fetch_turn *turn);
/* a file waits to go up; */
uint64_t fetch_turn_on_waiting_ms(const struct fetch_turn *turn, const char *name);
/* sekishod wrote a file of that name. */
uint64_t fetch_turn_on_word_ms(struct fetch_turn *turn, const char *name);
