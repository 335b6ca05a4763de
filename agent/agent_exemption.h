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
#include "agent/fetch_pace.h"
#include "agent/exemption_tries.h"

#define EXEMPTIONS_FOLDER  "exemptions"
#define EXEMPTION_REQUESTS "requests" /* in it */
#define EXEMPTION_TRIES    "tries"    /* likewise: wrong codes of envelopes */
#define REQUESTS_UP_FOLDER "up"
/* States of them that are kept: of a bundle, and those that ended. */
#define EXEMPTION_STATES_MAX 256

/* Devices that wait for the disk; more wait until they are plugged in anew. */
#define EXEMPTIONS_HELD_MAX 8

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

/* Texts of the row of the list that was asked for last. */
struct agent_exemption_row {
	char users[EXEMPTION_USERS_MAX * (ACCOUNT_NAME_MAX + 1) + 1];
	char device[RECORD_DEVICE_ID_SIZE];
};

/* What sekisho-fetch is told. */
struct agent_pace {
	struct fetch_wish told;
	bool is_told;
	uint64_t events;   /* media that were refused and people who logged in, since the start */
	uint64_t event_ms; /* of the last that counted, by CLOCK_BOOTTIME; 0: none */
};

struct agent_exemptions {
	struct agent_sessions sessions;
	struct requests requests;
	struct phone *phone; /* what is asked for and was granted by telephone */
	uint64_t phone_saved_ms;
	struct core_exemption *fed; /* what the core was told last, and borrows */
	int folder_fd, requests_fd, up_fd;
	/* The core holds them, but the disk does not yet: nothing is opened until it does. */
	struct exemption_state unsaved[EXEMPTION_STATES_MAX];
	size_t n_unsaved;
	/* What would open a medium meanwhile; tried again by held_source. */
	struct core_plan held[EXEMPTIONS_HELD_MAX];
	size_t n_held;
	sd_event_source *held_source;
	bool is_unsaved_lost; /* there were more */
	int store_error;      /* said already; 0: all is well */
	struct {
		char id[EXEMPTION_ID_SIZE];
		uint64_t sequence; /* of the last record of it; 0: could not be written */
	} recorded[EXEMPTION_STATES_MAX];
	size_t n_recorded;
	struct agent_exemption_row row;
	struct exemption_tries tries; /* as they are on the disk */
	bool has_tries;               /* they were read */
	struct agent_pace pace;
};
