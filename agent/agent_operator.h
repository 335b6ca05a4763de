/* What agent_operator.c keeps. Only struct agent has one. */
#pragma once

#include <stdint.h>
#include <systemd/sd-event.h>
#include <systemd/sd-login.h>

#include "agent/operator_history.h"
#include "agent/operators.h"

struct agent_operator {
	struct operators operators;
	struct operator_history history;
	sd_login_monitor *sessions; /* NULL: nobody works in any, or there is no logind yet */
	sd_event_source *sessions_source;
};
