#include "policy/admin/fleet_report.h"

#include <stdlib.h>
#include <string.h>

#include "policy/admin/terminal_list.h"
#include "policy/admin/up_read.h"
#include "policy/cleanup.h"
#include "policy/timestamp.h"

#define CLOCK_AHEAD_S (10 * MINUTE_S)

void fleet_report_free(struct fleet_report *report)
{
	if (!report)
		return;
	free(report->problems);
	free(report->alerts);
	free(report->open);
	free(report);
}

static void cleanup_report(struct fleet_report **report)
{
	fleet_report_free(*report);
}

/* A copy of n items for free(); NULL also where there are none. */
static void *copy_items(const void *items, size_t n, size_t size, bool *ret_failed)
{
	void *copy = n > 0 ? malloc(n * size) : NULL;

	if (copy)
		memcpy(copy, items, n * size);
	*ret_failed |= n > 0 && !copy;
	return copy;
}

static struct fleet_report *keep(const struct report *report, int64_t time_s, uint64_t hash)
{
	struct fleet_report *kept = malloc(sizeof(*kept));
	bool has_failed = !kept;

	if (!kept)
		return NULL;
	*kept = (struct fleet_report){
		.issued = report->issued,
		.seen = report->issued < time_s ? report->issued : time_s,
		.is_ahead = report->issued > time_s + CLOCK_AHEAD_S,
		.number = report->number,
		.file_hash = hash,
		.mode = report->mode,
		.factor = report->factor,
		.root = report->root,
		.policy = report->policy,
		.next = report->next,
		.media = report->media,
		.tokens = report->tokens,
		.fresh = report->fresh,
		.since = report->since,
		.blocked = report->blocked,
		.n_exemptions = report->n_exemptions,
		.sequence = report->sequence,
		.lost = report->lost,
		.n_problems = report->n_problems,
		.n_alerts = report->n_alerts,
		.n_open = report->n_open,
	};
	memcpy(kept->agent, report->agent, sizeof(kept->agent));
	memcpy(kept->head, report->head, SHA256_SIZE);
	kept->problems = copy_items(
		report->problems, report->n_problems, sizeof(report->problems[0]), &has_failed);
	kept->alerts = copy_items(
		report->alerts, report->n_alerts, sizeof(report->alerts[0]), &has_failed);
	kept->open = copy_items(report->open, report->n_open, sizeof(report->open[0]), &has_failed);
	if (!has_failed)
		return kept;
	fleet_report_free(kept);
	return NULL;
}

/* What is wrong with a report where it lies, or NULL. */
static const char *misplaced(const struct report *report, const struct up_name *name,
	const struct fleet_place *place, const struct terminal_entry *entry)
{
	if (strcmp(report->site, place->site) != 0)
		return "it is of another site";
	if (strcmp(report->tier, place->tier) != 0)
		return "it is of another tier";
	if (strcmp(report->terminal, entry->terminal) != 0)
		return "it names another terminal than the one that has this key";
	return report->number != name->number ? "its name has another number" : NULL;
}

enum fleet_outcome fleet_report_read(int folder_fd, const char *file, const struct up_name *name,
	const struct fleet_place *place, struct fleet_report **ret,
	const struct terminal_entry **ret_entry, const char **ret_why)
{
	CLEANUP(up_bytes_clear) struct up_bytes bytes = {0};
	CLEANUP(problems_clear) struct problems problems = {0};
	CLEANUP(report_cleanup) struct report *report = NULL;
	CLEANUP(cleanup_report) struct fleet_report *kept = NULL;
	const struct terminal_entry *entry;
	struct up_file opened;

	*ret_why = "it cannot be read";
	if (up_read(folder_fd, file, UP_FILE_SIZE_MAX, &bytes) < 0)
		return FLEET_READ_GONE;
	*ret_why = "it was changed, or cut: its name has the hash of another file";
	if (!up_name_fits(name, bytes.bytes, bytes.size))
		return FLEET_READ_BAD;
	*ret_why = "no terminal signed it";
	if (up_file_open(bytes.bytes, bytes.size, &opened) < 0)
		return FLEET_READ_BAD;
	entry = terminal_list_by_key(place->list, opened.fingerprint);
	*ret_why = "nobody approved the terminal that signed it, or it is retired";
	if (!entry || entry->state != TERMINAL_ACTIVE)
		return FLEET_READ_STRANGE;
	*ret_why = "its text is no report";
	if (report_parse(opened.text.bytes, opened.text.size, &problems, &report) < 0)
		return FLEET_READ_BAD;
	*ret_why = misplaced(report, name, place, entry);
	if (*ret_why)
		return FLEET_READ_BAD;
	kept = keep(report, bytes.time_s, name->hash);
	*ret_why = "there is not enough memory";
	if (!kept)
		return FLEET_READ_GONE;
	*ret = TAKE(kept);
	*ret_entry = entry;
	return FLEET_READ_GOOD;
}
