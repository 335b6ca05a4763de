#include "policy/admin/fleet_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/descriptor.h"
#include "policy/admin/terminal_list.h"
#include "policy/cleanup.h"

/* Of one folder so many are looked at until one is good: rubbish hides at most its own folder. */
#define CANDIDATES_MAX 8

struct candidate {
	char file[UP_NAME_SIZE];
	struct up_name name;
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

static void set_aside(struct fleet_rubbish *rubbish, const char *file, const char *why)
{
	if (rubbish->n++ > 0)
		return;
	rubbish->file = strdup(file);
	rubbish->why = why;
}

/* True where the next one is to be looked at. */
static bool try_candidate(int fd, const struct candidate *candidate,
	const struct fleet_place *place, struct fleet_folder *folder)
{
	const char *why;

	switch (fleet_report_read(fd, candidate->file, &candidate->name, place, &folder->report,
		&folder->entry, &why)) {
	case FLEET_READ_GOOD: return false;
	case FLEET_READ_STRANGE: set_aside(&folder->strange, candidate->file, why); return false;
	case FLEET_READ_BAD: set_aside(&folder->bad, candidate->file, why); break;
	case FLEET_READ_GONE: break;
	}
	return true;
}

/* A terminal gives no number twice; whoever has a copy of its key may. */
static bool has_a_double(int fd, const struct candidate *candidate, const struct fleet_place *place,
	const struct fleet_folder *folder)
{
	const struct terminal_entry *entry;
	struct fleet_report *report;
	const char *why;

	if (candidate->name.number != folder->report->number ||
		fleet_report_read(fd, candidate->file, &candidate->name, place, &report, &entry,
			&why) != FLEET_READ_GOOD)
		return false;
	fleet_report_free(report);
	return entry == folder->entry;
}

void fleet_folder_read(
	int up_fd, const char *name, const struct fleet_place *place, struct fleet_folder *ret)
{
	struct candidate candidates[CANDIDATES_MAX];
	CLEANUP(cleanup_folder) DIR *folder = NULL;
	int fd = openat(up_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	size_t n, i = 0;

	*ret = (struct fleet_folder){0};
	if (fd < 0 && (errno == ENOTDIR || errno == ELOOP || errno == ENOENT))
		return;
	folder = fd < 0 ? NULL : fdopendir(fd);
	if (!folder) {
		ret->error = -errno;
		admin_close(&fd);
		return;
	}
	n = list_candidates(folder, candidates);
	while (i < n && try_candidate(fd, &candidates[i], place, ret))
		i++;
	while (ret->report && !ret->speaks_twice && ++i < n)
		ret->speaks_twice = has_a_double(fd, &candidates[i], place, ret);
}

void fleet_folder_clear(struct fleet_folder *folder)
{
	fleet_report_free(folder->report);
	free(folder->strange.file);
	free(folder->bad.file);
	*folder = (struct fleet_folder){0};
}
