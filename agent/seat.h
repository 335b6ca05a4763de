/*
 * Which session is at the screen and the keyboard of this machine, as logind says. Reads files
 * below /run, asks nobody and waits for nobody. There may be no logind, or none yet.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "agent/operators.h"

/* 1 with both; 0: nobody's session is there; or a negative errno. */
int seat_active(char ret_session[OPERATOR_SESSION_SIZE], uint32_t *ret_uid);

/* Whether that user's session has not ended. What cannot be found out has. */
bool seat_has_session(const char *session, uint32_t uid);
