/*
 * One report as the fleet keeps it: small, because there may be 100,000 of them. Read from a file
 * that anybody may have put there; nothing of it counts before its signature does.
 */
#pragma once

#include <stdint.h>

#include "policy/report.h"
#include "policy/up_file.h"

struct fleet_report {
	int64_t issued; /* by the terminal's clock */
	int64_t seen;   /* the same, but not later than its file came */
	bool is_ahead;  /* its clock is, by more than ten minutes */
	uint64_t number;
	uint64_t file_hash; /* as in its name */
	char agent[REPORT_AGENT_MAX + 1];
	enum report_mode mode;
	enum report_factor factor;
	struct fresh_entry root, policy;
	uint64_t next, media, tokens; /* serials; 0: none */
	int64_t fresh, since;
	uint64_t blocked, n_exemptions, sequence, lost;
	uint8_t head[SHA256_SIZE];
	/* As in struct report; NULL where there are none. */
	char (*problems)[REPORT_WORD_MAX + 1];
	struct report_alert *alerts;
	struct report_open *open;
	size_t n_problems, n_alerts, n_open;
};

enum fleet_outcome {
	FLEET_READ_BAD = 0, /* no report, or one of another place */
	FLEET_READ_GONE,    /* it was there a moment ago, or cannot be read */
	FLEET_READ_STRANGE, /* of a key that nobody approved, or of a retired one */
	FLEET_READ_GOOD,
};

struct terminal_list;
struct terminal_entry;

/* Where reports are looked for. */
struct fleet_place {
	const char *site, *tier;
	const struct terminal_list *list;
};

/*
 * Reads a report below folder_fd. name: of its file, parsed. FLEET_READ_GOOD with *ret, for
 * fleet_report_free(), and *ret_entry, whose terminal it is; or what it is else, and why in words
 * (static).
 */
enum fleet_outcome fleet_report_read(int folder_fd, const char *file, const struct up_name *name,
	const struct fleet_place *place, struct fleet_report **ret,
	const struct terminal_entry **ret_entry, const char **ret_why);

void fleet_report_free(struct fleet_report *report);
