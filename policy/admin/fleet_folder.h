/* What one folder below up/ holds: the newest report in it, and what is none. */
#pragma once

#include "policy/admin/fleet_report.h"

/* The first of those that count for nothing. */
struct fleet_rubbish {
	size_t n;
	char *file;      /* for free(); NULL: none, or no memory */
	const char *why; /* static */
};

struct fleet_folder {
	struct fleet_report *report; /* NULL: there is none */
	const struct terminal_entry *entry;
	bool speaks_twice; /* another report has the same number */
	struct fleet_rubbish strange, bad;
	int error; /* of reading the folder; negative errno, or 0 */
};

/* Reads the folder of that name below up_fd, first by names alone. ret is for fleet_folder_clear().
 * Anybody may have made the folder, and one that is none is empty. Safe in any thread. */
void fleet_folder_read(
	int up_fd, const char *name, const struct fleet_place *place, struct fleet_folder *ret);
void fleet_folder_clear(struct fleet_folder *folder);
