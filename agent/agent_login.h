/* What agent_login.c keeps. Only struct agent has one. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "agent/login_spool.h"
#include "policy/login_rules.h"
#include "policy/login_run.h"
#include "policy/seal.h"

struct agent_login {
	/* The spool; errors were said already, 0: all is well. */
	struct login_spool *spool;
	sd_event_source *look_source;
	size_t n_recorded;     /* lines of what was taken */
	uint64_t safe_at_sync; /* all are recorded, and durable when this sync has ended; else 0 */
	bool is_safe;          /* it has ended */
	int spool_error;

	struct login_rules rules; /* as they were stored last */
	bool has_rules;           /* false: no policy was ever seen */
	int rules_error;

	bool has_floor;
	int64_t floor_s; /* as it was stored last, and when */
	uint64_t floor_at_ms;
	int floor_error;

	struct login_run run;
	bool has_run;       /* it was read, if there was one */
	uint64_t run_at_ms; /* of this boot, when it was stored last; 0: not yet */
	int run_error;

	char key[SEAL_FINGERPRINT_SIZE]; /* of this terminal; empty: it has none */
};
