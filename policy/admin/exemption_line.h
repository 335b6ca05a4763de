/* An exemption or a request in one line for approvers: who, where, which medium, in which
 * direction, for how long, from when until when, and what for. */
#pragma once

#include <stdio.h>

#include "policy/exemption.h"
#include "policy/exemption_request.h"

/* "E-7K3M9Q2X  tanaka at desk-17: M-00123, read-only, 30m from first use, 2026-11-23 10:05 to
 * 23:59; purpose", times by a clock with that offset, without a line feed. */
void exemption_line_print(FILE *to, const struct exemption *exemption, int offset_minutes);

/* The same of what is asked for, with the time since then. */
void exemption_line_print_request(
	FILE *to, const struct exemption_request *request, int64_t now_s, int offset_minutes);

/* "M-00123", "0951:1666 001A92053B6A", "any usb-storage". */
void exemption_line_print_medium(FILE *to, const struct exemption_medium *medium);
/* "read-only, 30m from first use, at most 3 insertions, until unplugged". */
void exemption_line_print_use(FILE *to, const struct exemption_use *use);
/* "2026-11-23 10:05 to 23:59" */
void exemption_line_print_period(FILE *to, int64_t from_s, int64_t until_s, int offset_minutes);
