#include "agent/up_folder.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/store.h"
#include "policy/cleanup.h"

size_t up_folder_count(int up_fd, enum up_kind kind)
{
	CLEANUP(cleanup_closedir) DIR *folder = open_directory(up_fd, ".");
	size_t n = 0;

	if (!folder)
		return SIZE_MAX;
	for (const struct dirent *entry; (entry = readdir(folder));)
		n += entry->d_name[0] != '.' && up_name_parse(entry->d_name).kind == kind;
	return n;
}

int up_folder_write(int up_fd, enum up_kind kind, uint64_t number, const char *bytes, size_t size,
	char ret[UP_NAME_SIZE])
{
	int r = up_name_make(kind, number, bytes, size, ret);

	return r < 0 ? r : store_write_shared(up_fd, ret, bytes, size);
}

void up_folder_keep_only(int up_fd, enum up_kind kind, const char *name)
{
	CLEANUP(cleanup_closedir) DIR *folder = open_directory(up_fd, ".");

	for (const struct dirent *entry; folder && (entry = readdir(folder));)
		if (up_name_parse(entry->d_name).kind == kind && strcmp(entry->d_name, name) != 0)
			(void)unlinkat(up_fd, entry->d_name, 0);
}
