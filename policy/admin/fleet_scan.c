#include "policy/admin/fleet_scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/crew.h"
#include "policy/admin/descriptor.h"
#include "policy/admin/exemption_folder.h"
#include "policy/admin/fleet_folder.h"
#include "policy/cleanup.h"
#include "policy/timestamp.h"

/* A server's clock may be that much behind a terminal's. */
#define SLACK_S (10 * MINUTE_S)

struct scan {
	struct fleet *fleet;
	struct fleet_place place;
	const char *up;
	int up_fd;
	struct folder_names names;
	struct fleet_folder *folders; /* of each name */
};

/*
 * Two folders may hold reports of one key: its certificate was made anew, or somebody copied them,
 * and then the lower number is the older one. Where it is the newer one, somebody else speaks with
 * that key, and may have taken a high number to be the only one who is heard.
 */
static bool is_of_another(const struct fleet_report *one, const struct fleet_report *other)
{
	const struct fleet_report *low = one->number < other->number ? one : other;
	const struct fleet_report *high = low == one ? other : one;

	return low->number == high->number ? low->file_hash != high->file_hash
					   : low->seen > high->seen + SLACK_S;
}

static void take(struct fleet *fleet, struct fleet_folder *folder)
{
	struct fleet_terminal *terminal = fleet_find(fleet, folder->entry->terminal);
	struct fleet_report *known = terminal->report;

	if (folder->speaks_twice || (known && is_of_another(known, folder->report)))
		terminal->flaws |= FLEET_FLAW(FLEET_TWO_SPEAK);
	if (known && known->number >= folder->report->number)
		return;
	fleet_report_free(known);
	terminal->report = TAKE(folder->report);
}

static int set_aside(const struct scan *scan, struct fleet_aside *aside, const char *folder,
	const struct fleet_rubbish *rubbish)
{
	bool is_first = aside->n == 0 && rubbish->n > 0;

	aside->n += rubbish->n;
	if (!is_first)
		return EXIT_DONE;
	aside->why = rubbish->why;
	aside->example =
		rubbish->file ? admin_format("%s/%s/%s", scan->up, folder, rubbish->file) : NULL;
	return aside->example ? EXIT_DONE : admin_no_memory();
}

static int add_folder(const struct scan *scan, size_t i)
{
	struct fleet_folder *folder = &scan->folders[i];
	const char *name = scan->names.names[i];
	int code = EXIT_DONE;

	if (folder->error < 0) {
		admin_complain(
			"%s/%s cannot be read: %s", scan->up, name, strerror(-folder->error));
		return EXIT_NO;
	}
	if (folder->report)
		take(scan->fleet, folder);
	code = set_aside(scan, &scan->fleet->strange, name, &folder->strange);
	return code == EXIT_DONE ? set_aside(scan, &scan->fleet->bad, name, &folder->bad) : code;
}

static void read_folder(void *context, size_t i)
{
	struct scan *scan = context;

	fleet_folder_read(scan->up_fd, scan->names.names[i], &scan->place, &scan->folders[i]);
}

static int scan_all(struct scan *scan)
{
	int code = EXIT_DONE;

	scan->folders = calloc(scan->names.n + 1, sizeof(*scan->folders));
	if (!scan->folders)
		return admin_no_memory();
	crew_run(scan->names.n, read_folder, scan);
	for (size_t i = 0; code < EXIT_UNKNOWN && i < scan->names.n; i++) {
		int one = add_folder(scan, i);

		code = one > code ? one : code;
	}
	for (size_t i = 0; i < scan->names.n; i++)
		fleet_folder_clear(&scan->folders[i]);
	free(scan->folders);
	return code;
}

int fleet_scan(struct fleet *fleet, const char *up)
{
	CLEANUP(admin_close) int fd = open(up, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct scan scan = {
		.fleet = fleet,
		.up = up,
		.up_fd = fd,
		.place = {fleet->published.site, fleet->folder->tier_name, &fleet->list},
	};
	int code;

	if (fd < 0 && errno == ENOENT)
		return EXIT_DONE;
	if (fd < 0) {
		admin_complain("%s cannot be read: %s", up, strerror(errno));
		return EXIT_UNKNOWN;
	}
	code = folder_names_read(up, &scan.names);
	if (code == EXIT_DONE)
		code = scan_all(&scan);
	folder_names_clear(&scan.names);
	return code;
}
