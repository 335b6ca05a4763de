/* What agent_exemption*.c, agent_requests*.c and agent_sessions.c keep. Only struct agent has it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>
#include <systemd/sd-login.h>

#include "agent/core.h"
#include "agent/exemption_requests.h"

#define EXEMPTIONS_FOLDER  "exemptions"
#define EXEMPTION_REQUESTS "requests" /* in it */
#define REQUESTS_UP_FOLDER "up"
/* States of them that are kept: of a bundle, and those that ended. */
#define EXEMPTION_STATES_MAX 256

/* Who has a session, as logind says. */
struct agent_sessions {
	struct core_session items[CORE_SESSIONS_MAX]; /* as the core was told last */
	size_t n;
	bool is_told;
	/* The names that logind told; of a session and its uid, because an id may come again. */
	struct core_session named[CORE_SESSIONS_MAX];
	size_t n_named;
	sd_login_monitor *monitor; /* NULL: there is no logind yet */
	sd_event_source *monitor_source;
	sd_event_source *folder_source; /* waits for logind's folders */
};

struct agent_exemption {
	struct agent_sessions sessions;
	struct requests requests;
	struct core_exemption *fed; /* what the core was told last, and borrows */
	int folder_fd, requests_fd, up_fd;
	/* The core holds them, but the disk does not yet: nothing is opened until it does. */
	struct exemption_state unsaved[EXEMPTION_STATES_MAX];
	size_t n_unsaved;
	bool is_unsaved_lost; /* there were more */
	int store_error; /* said already; 0: all is well */
	const char *pace; /* static: as /run/sekisho/pace says; NULL: not known */
};
