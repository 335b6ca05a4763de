#include "policy/admin/fleet_scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/descriptor.h"
#include "policy/cleanup.h"

/* Of one folder so many are looked at until one is good: rubbish hides at most its own folder. */
#define CANDIDATES_MAX 8

struct candidate {
	char file[UP_NAME_SIZE];
	struct up_name name;
};

struct scan {
	struct fleet *fleet;
	struct fleet_place place;
	const char *up;
};

static void cleanup_folder(DIR **folder)
{
	if (*folder)
		closedir(*folder);
}

/* The highest numbers of those that are called like reports, the highest first. */
static size_t list_candidates(DIR *folder, struct candidate ret[CANDIDATES_MAX])
{
	size_t n = 0;

	for (const struct dirent *entry; (entry = readdir(folder));) {
		const struct up_name name = up_name_parse(entry->d_name);
		size_t at = n;

		if (name.kind != UP_STATUS)
			continue;
		while (at > 0 && ret[at - 1].name.number < name.number)
			at--;
		if (at == CANDIDATES_MAX)
			continue;
		n += n < CANDIDATES_MAX;
		memmove(&ret[at + 1], &ret[at], (n - 1 - at) * sizeof(*ret));
		ret[at].name = name;
		memcpy(ret[at].file, entry->d_name, strlen(entry->d_name) + 1);
	}
	return n;
}

/* Two folders may hold reports of one key: its certificate was made anew, or somebody copied them.
 */
static void take(
	struct fleet *fleet, const struct terminal_entry *entry, struct fleet_report *report)
{
	struct fleet_terminal *terminal = fleet_find(fleet, entry->terminal);
	struct fleet_report *known = terminal->report;

	if (known && known->number == report->number && known->file_hash != report->file_hash)
		terminal->flaws |= FLEET_FLAW(FLEET_TWO_SPEAK);
	if (known && known->number >= report->number) {
		fleet_report_free(report);
		return;
	}
	fleet_report_free(known);
	terminal->report = report;
}

static int set_aside(struct scan *scan, struct fleet_aside *aside, const char *folder,
	const char *file, const char *why)
{
	if (aside->n++ > 0)
		return EXIT_DONE;
	aside->why = why;
	aside->example = admin_format("%s/%s/%s", scan->up, folder, file);
	return aside->example ? EXIT_DONE : admin_no_memory();
}

/* True where the next one is to be looked at. */
static bool try_candidate(struct scan *scan, int folder_fd, const char *folder,
	const struct candidate *candidate, int *ret_code)
{
	const struct terminal_entry *entry;
	struct fleet_report *report;
	const char *why;

	switch (fleet_report_read(folder_fd, candidate->file, &candidate->name, &scan->place,
		&report, &entry, &why)) {
	case FLEET_READ_GOOD: take(scan->fleet, entry, report); return false;
	case FLEET_READ_STRANGE:
		*ret_code = set_aside(scan, &scan->fleet->strange, folder, candidate->file, why);
		return false;
	case FLEET_READ_BAD:
		*ret_code = set_aside(scan, &scan->fleet->bad, folder, candidate->file, why);
		return *ret_code == EXIT_DONE;
	case FLEET_READ_GONE: break;
	}
	return true;
}

static int scan_folder(struct scan *scan, int up_fd, const char *name)
{
	struct candidate candidates[CANDIDATES_MAX];
	CLEANUP(cleanup_folder) DIR *folder = NULL;
	int fd = openat(up_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int code = EXIT_DONE;
	size_t n;

	if (fd < 0 && (errno == ENOTDIR || errno == ELOOP || errno == ENOENT))
		return EXIT_DONE;
	folder = fd < 0 ? NULL : fdopendir(fd);
	if (!folder) {
		admin_complain("%s/%s cannot be read: %s", scan->up, name, strerror(errno));
		admin_close(&fd);
		return EXIT_NO;
	}
	n = list_candidates(folder, candidates);
	for (size_t i = 0; i < n && try_candidate(scan, fd, name, &candidates[i], &code); i++)
		;
	return code;
}

int fleet_scan(struct fleet *fleet, const char *up)
{
	CLEANUP(cleanup_folder) DIR *folder = opendir(up);
	struct scan scan = {
		.fleet = fleet,
		.up = up,
		.place = {fleet->published.site, fleet->folder->tier_name, &fleet->list},
	};
	int code = EXIT_DONE;

	if (!folder && errno == ENOENT)
		return EXIT_DONE;
	if (!folder) {
		admin_complain("%s cannot be read: %s", up, strerror(errno));
		return EXIT_UNKNOWN;
	}
	for (const struct dirent *entry; code < EXIT_UNKNOWN && (entry = readdir(folder));) {
		int one = EXIT_DONE;

		if (entry->d_name[0] != '.')
			one = scan_folder(&scan, dirfd(folder), entry->d_name);
		code = one > code ? one : code;
	}
	return code;
}
