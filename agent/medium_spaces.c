#include "agent/medium_spaces.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/medium_holders.h"
#include "agent/medium_mounts.h"
#include "policy/characters.h"
#include "policy/cleanup.h"

/* Mounts over mounts: more than this at once is somebody's joke. */
#define UNMOUNTS_MAX 256

static bool is_one(const struct held_device *devices, size_t n, const struct mount_line *line)
{
	for (size_t i = 0; i < n; i++)
		if (devices[i].major == line->major && devices[i].minor == line->minor)
			return true;
	return false;
}

/* The last of them in the list, which is the uppermost. 1 and *ret, 0: none, or a negative errno.
 */
static int last_mount(
	int proc_fd, const char *path, const struct held_device *devices, size_t n, char *ret)
{
	int fd = openat(proc_fd, path, O_RDONLY | O_CLOEXEC);
	FILE *lines = fd < 0 ? NULL : fdopen(fd, "re");
	CLEANUP(cleanup_free) char *line = NULL;
	struct mount_line mount;
	size_t size = 0;
	int found = 0;

	if (!lines) {
		int r = -errno;

		cleanup_close(&fd);
		return r;
	}
	while (getline(&line, &size, lines) > 0)
		if (mount_line_read(line, &mount) == 0 && is_one(devices, n, &mount)) {
			if (ret)
				memcpy(ret, mount.point, strlen(mount.point) + 1);
			found = 1;
		}
	fclose(lines);
	return found;
}

static int unmount(int proc_fd, const struct held_device *devices, size_t n, int flags)
{
	char point[PATH_MAX];
	int r = 0;

	for (unsigned i = 0; i < UNMOUNTS_MAX; i++) {
		r = last_mount(proc_fd, "self/mountinfo", devices, n, point);
		if (r <= 0)
			return r;
		if (umount2(point, flags | UMOUNT_NOFOLLOW) < 0)
			return -errno;
	}
	return -EBUSY;
}

int unmount_here(const struct held_device *devices, size_t n, int flags)
{
	CLEANUP(cleanup_close) int proc_fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return proc_fd < 0 ? -errno : unmount(proc_fd, devices, n, flags);
}

static bool is_known(const struct spaces *spaces, ino_t inode)
{
	for (size_t i = 0; i < spaces->n; i++)
		if (spaces->items[i].inode == inode)
			return true;
	return false;
}

/* Remembers the namespace of a task, with or without one of the devices. */
static void take_task(
	int task_fd, const struct held_device *devices, size_t n, struct spaces *spaces)
{
	struct space *space = &spaces->items[spaces->n];
	struct stat found;

	if (spaces->n == SPACES_MAX || fstatat(task_fd, "ns/mnt", &found, 0) < 0 ||
		is_known(spaces, found.st_ino))
		return;
	space->fd = openat(task_fd, "ns/mnt", O_RDONLY | O_CLOEXEC);
	if (space->fd < 0)
		return;
	space->inode = found.st_ino;
	space->has_device = last_mount(task_fd, "mountinfo", devices, n, NULL) == 1;
	spaces->n++;
}

static void take_process(int proc_fd, const char *number, const struct held_device *devices,
	size_t n, struct spaces *spaces)
{
	CLEANUP(cleanup_close)
	int process_fd = openat(proc_fd, number, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CLEANUP(cleanup_closedir)
	DIR *tasks = process_fd < 0 ? NULL : open_directory(process_fd, "task");
	const struct dirent *entry;

	while (tasks && (entry = readdir(tasks))) {
		CLEANUP(cleanup_close) int fd = -1;

		if (entry->d_name[0] == '.')
			continue;
		fd = openat(dirfd(tasks), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd >= 0)
			take_task(fd, devices, n, spaces);
	}
}

void spaces_find(int proc_fd, const struct held_device *devices, size_t n, struct spaces *ret)
{
	CLEANUP(cleanup_closedir) DIR *proc = open_directory(proc_fd, ".");
	struct stat own = {0};
	const struct dirent *entry;

	ret->n = 0;
	if (!proc || fstatat(proc_fd, "self/ns/mnt", &own, 0) < 0)
		return;
	while ((entry = readdir(proc)))
		if (is_digit(entry->d_name[0]))
			take_process(proc_fd, entry->d_name, devices, n, ret);
	for (size_t i = 0; i < ret->n; i++)
		if (ret->items[i].inode == own.st_ino)
			ret->items[i].has_device = false;
}

void spaces_clear(struct spaces *spaces)
{
	for (size_t i = 0; i < spaces->n; i++)
		close(spaces->items[i].fd);
	spaces->n = 0;
}

bool spaces_has_task(const struct spaces *spaces, int task_fd)
{
	struct stat found;

	if (fstatat(task_fd, "ns/mnt", &found, 0) < 0)
		return false;
	for (size_t i = 0; i < spaces->n; i++)
		if (spaces->items[i].inode == found.st_ino)
			return spaces->items[i].has_device;
	return false;
}

void unmount_elsewhere(const struct held_device *devices, size_t n, int flags)
{
	/* /proc as we know it: in there may be anything at its place. */
	CLEANUP(cleanup_close) int proc_fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	pid_t children[SPACES_MAX];
	struct spaces spaces;

	if (proc_fd < 0)
		return;
	spaces_find(proc_fd, devices, n, &spaces);
	/* All at once: one that hangs keeps the device in no other. */
	for (size_t i = 0; i < spaces.n; i++) {
		children[i] = spaces.items[i].has_device ? fork() : -1;
		if (children[i] != 0)
			continue;
		if (setns(spaces.items[i].fd, CLONE_NEWNS) < 0)
			_exit(1);
		_exit(unmount(proc_fd, devices, n, flags) < 0);
	}
	for (size_t i = 0; i < spaces.n; i++)
		if (children[i] > 0)
			(void)waitpid(children[i], NULL, 0);
	spaces_clear(&spaces);
}
