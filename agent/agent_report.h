/* What agent_report*.c keep. Only struct agent has one. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "agent/report_due.h"
#include "agent/report_state.h"

struct agent_reports {
	struct report_state state;
	sd_event_source *timer;
	bool is_started, is_armed; /* a look is due at due_ms */
	uint64_t due_ms;
	enum report_reason reason;
	struct report_said said; /* times are of CLOCK_BOOTTIME */
	/* The head of the records when the look became due: durable by the time of the look. */
	uint64_t head_sequence;
	uint8_t head_sha256[SHA256_SIZE];
	int error; /* said already; 0: all is well */
};
