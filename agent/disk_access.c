#include "agent/disk_access.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/sysfs_file.h"
#include "policy/cleanup.h"

#define FILE_SIZE (DISK_ACCESS_NAME_SIZE + 16)

static const char *const endings[] = {
	[DISK_ACCESS_READ_ONLY] = ".read-only",
	[DISK_ACCESS_WRITE] = ".writable",
	[DISK_ACCESS_MEDIUM] = ".medium",
};

static void file_name(const char *name, enum disk_access access, char ret[FILE_SIZE])
{
	snprintf(ret, FILE_SIZE, "%s%s", name, endings[access]);
}

int disk_access_name(int device_fd, char ret[DISK_ACCESS_NAME_SIZE])
{
	struct stat folder;
	long bus = 0, number = 0;
	char boot[40]; /* 36 characters */
	int r = sysfs_read_number(device_fd, "busnum", &bus);

	if (r == 0)
		r = sysfs_read_number(device_fd, "devnum", &number);
	if (r == 0)
		r = sysfs_read(AT_FDCWD, "/proc/sys/kernel/random/boot_id", boot, sizeof(boot));
	if (r < 0)
		return r;
	if (fstat(device_fd, &folder) < 0)
		return -errno;
	snprintf(ret, DISK_ACCESS_NAME_SIZE, "%ld-%ld-%ju-%s", bus, number,
		(uintmax_t)folder.st_ino, boot);
	return 0;
}

static bool is_said(int folder_fd, const char *name, enum disk_access access)
{
	char file[FILE_SIZE];

	file_name(name, access, file);
	return faccessat(folder_fd, file, F_OK, 0) == 0;
}

enum disk_access disk_access_get(int folder_fd, const char *name)
{
	static const enum disk_access strictest_first[] = {
		DISK_ACCESS_READ_ONLY, DISK_ACCESS_MEDIUM, DISK_ACCESS_WRITE};

	for (size_t i = 0; i < sizeof(strictest_first) / sizeof(strictest_first[0]); i++)
		if (is_said(folder_fd, name, strictest_first[i]))
			return strictest_first[i];
	return DISK_ACCESS_NONE;
}

static int take_back(int folder_fd, const char *name, enum disk_access access)
{
	char file[FILE_SIZE];

	file_name(name, access, file);
	return unlinkat(folder_fd, file, 0) < 0 && errno != ENOENT ? -errno : 0;
}

int disk_access_set(int folder_fd, const char *name, enum disk_access access)
{
	char file[FILE_SIZE];
	int fd, r = 0;

	/* That it may be written to goes first and comes last. */
	if (access != DISK_ACCESS_WRITE)
		r = take_back(folder_fd, name, DISK_ACCESS_WRITE);
	if (r == 0 && access != DISK_ACCESS_MEDIUM)
		r = take_back(folder_fd, name, DISK_ACCESS_MEDIUM);
	if (r == 0 && access != DISK_ACCESS_READ_ONLY)
		r = take_back(folder_fd, name, DISK_ACCESS_READ_ONLY);
	if (r < 0 || access == DISK_ACCESS_NONE)
		return r;
	file_name(name, access, file);
	fd = openat(folder_fd, file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

/* What stands before the ending. */
static void name_of_file(const char *file, char ret[DISK_ACCESS_NAME_SIZE])
{
	size_t length = strcspn(file, ".");

	if (length >= DISK_ACCESS_NAME_SIZE)
		length = DISK_ACCESS_NAME_SIZE - 1;
	memcpy(ret, file, length);
	ret[length] = '\0';
}

int disk_access_sweep(
	int folder_fd, bool (*is_known)(void *userdata, const char *name), void *userdata)
{
	CLEANUP(cleanup_closedir) DIR *folder = open_directory(folder_fd, ".");
	const struct dirent *entry;
	int r = 0;

	if (!folder)
		return -errno;
	while ((entry = readdir(folder))) {
		char name[DISK_ACCESS_NAME_SIZE];

		name_of_file(entry->d_name, name);
		if (entry->d_name[0] == '.' || is_known(userdata, name))
			continue;
		if (unlinkat(folder_fd, entry->d_name, 0) < 0 && errno != ENOENT)
			r = -errno;
	}
	return r;
}
