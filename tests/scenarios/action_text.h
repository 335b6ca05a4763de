/* What the core asks for, in the words of the scenarios. */
#pragma once

#include "agent/core.h"

/*
 * One action as text, without LF. name_of gives the scenario's name for a port ("1-2"); where there
 * is none it returns the port itself.
 */
void action_text(const struct core_action *action,
	const char *(*name_of)(const void *userdata, const char *port), const void *userdata,
	char *buffer, size_t size);
