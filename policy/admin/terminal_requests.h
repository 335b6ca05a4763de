/* sekisho-admin terminal requests: which terminals ask to join. */
#pragma once

#include <stdio.h>

#include "policy/admin/join_inbox.h"

#define TERMINAL_REQUESTS_USAGE "terminal requests [FOLDER]"

int admin_terminal_requests(int argc, char **argv);

/* "desk-17     asked 2026-11-23 10:00 with T-7K3M9Q2X", a line with its key, and how it stands. */
void terminal_request_print(const struct join_entry *entry, int offset_minutes);
