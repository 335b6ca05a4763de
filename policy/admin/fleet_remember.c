/* TIER/fleet-seen: read, and written anew with what was seen now. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/file_lock.h"
#include "policy/admin/fleet_internal.h"
#include "policy/admin/up_read.h"
#include "policy/cleanup.h"

#define SEEN_SIZE_MAX (256u * 1024 * 1024)

static char *seen_path(const struct fleet *fleet)
{
	return admin_format("%s/" FLEET_SEEN_FILE, fleet->folder->tier);
}

int fleet_seen_load(const struct fleet *fleet, struct fleet_seen *ret)
{
	CLEANUP(cleanup_free) char *path = seen_path(fleet);
	CLEANUP(admin_file_free) struct admin_file file = {0};
	unsigned line;
	int r;

	if (!path)
		return admin_no_memory();
	if (access(path, F_OK) < 0 && errno == ENOENT)
		return EXIT_DONE;
	if (admin_read(path, SEEN_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	r = fleet_seen_parse(file.bytes, file.size, ret, &line);
	if (r == -ENOMEM)
		return admin_no_memory();
	if (r == 0)
		return EXIT_DONE;
	admin_complain("%s:%u:1: this is no line of what was seen before. Restore the file from a "
		       "backup; without it nobody notices that something fell since",
		path, line);
	return EXIT_UNKNOWN;
}

/* Of one terminal, with what another one of us saw meanwhile. */
static struct fleet_memory memory_of(
	const struct fleet_seen *seen, const struct fleet_terminal *terminal)
{
	const struct fleet_memory *known = fleet_seen_find(seen, terminal->entry->key);
	struct fleet_memory memory = {.number = 0};

	if (known && !terminal->is_closed)
		memory = *known;
	memcpy(memory.key, terminal->entry->key, sizeof(memory.key));
	if (terminal->report)
		fleet_memory_add(&memory, terminal->report);
	memory.flaws |= fleet_flaws_kept(terminal->flaws);
	return memory;
}

/* A disk that many use takes its time for what changes nothing. */
static bool is_written(const char *path, const char *text, size_t size)
{
	CLEANUP(up_bytes_clear) struct up_bytes bytes = {0};

	return up_read(AT_FDCWD, path, SEEN_SIZE_MAX, &bytes) == 0 && bytes.size == size &&
	       memcmp(bytes.bytes, text, size) == 0;
}

static int write_all(const struct fleet *fleet, const struct fleet_seen *seen, const char *path)
{
	CLEANUP(cleanup_free) char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);
	int r = 0;

	if (!memory)
		return admin_no_memory();
	fputs(FLEET_SEEN_HEAD, memory);
	for (size_t i = 0; i < fleet->n; i++) {
		const struct fleet_memory one = memory_of(seen, &fleet->items[i]);
		char line[FLEET_SEEN_LINE_MAX];

		/* Of who never said anything there is nothing to remember. */
		if (one.number == 0)
			continue;
		fleet_seen_line(&one, line);
		fputs(line, memory);
	}
	r = ferror(memory) ? -ENOMEM : 0;
	if (fclose(memory) != 0 || r < 0)
		return admin_no_memory();
	if (is_written(path, text, size))
		return EXIT_DONE;
	return admin_replace(path, text, size) < 0 ? EXIT_UNKNOWN : EXIT_DONE;
}

int fleet_remember(struct fleet *fleet)
{
	CLEANUP(cleanup_free) char *path = seen_path(fleet);
	CLEANUP(fleet_seen_clear) struct fleet_seen again = {0};
	CLEANUP(file_unlock) int lock = -1;
	int code = path ? file_lock(path, &lock) : admin_no_memory();

	if (code == EXIT_DONE)
		code = fleet_seen_load(fleet, &again);
	return code == EXIT_DONE ? write_all(fleet, &again, path) : code;
}
