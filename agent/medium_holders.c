#include "agent/medium_holders.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <systemd/sd-login.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/medium_spaces.h"
#include "agent/medium_mounts.h"
#include "agent/sysfs_file.h"
#include "policy/characters.h"
#include "policy/cleanup.h"
#include "policy/printable.h"

struct search {
	const struct held_device *devices;
	size_t n;
	uid_t uid;            /* of the person */
	struct spaces spaces; /* of mounts that have one of them */
	bool thoroughly;
};

static bool is_one(const struct search *search, unsigned major, unsigned minor)
{
	for (size_t i = 0; i < search->n; i++)
		if (search->devices[i].major == major && search->devices[i].minor == minor)
			return true;
	return false;
}

static bool leads_there(const struct search *search, int folder_fd, const char *name)
{
	struct statx found;

	return statx(folder_fd, name, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_TYPE, &found) ==
		       0 &&
	       is_one(search, found.stx_dev_major, found.stx_dev_minor);
}

static bool has_open(const struct search *search, int task_fd)
{
	CLEANUP(cleanup_closedir) DIR *files = open_directory(task_fd, "fd");
	const struct dirent *entry;

	while (files && (entry = readdir(files)))
		if (entry->d_name[0] != '.' && leads_there(search, dirfd(files), entry->d_name))
			return true;
	return false;
}

static bool has_mapped(const struct search *search, int task_fd)
{
	int fd = openat(task_fd, "maps", O_RDONLY | O_CLOEXEC);
	FILE *maps = fd < 0 ? NULL : fdopen(fd, "re");
	CLEANUP(cleanup_free) char *line = NULL;
	size_t size = 0;
	unsigned major, minor;
	bool found = false;

	if (!maps) {
		cleanup_close(&fd);
		return false;
	}
	while (!found && getline(&line, &size, maps) > 0)
		found = map_line_read(line, &major, &minor) && is_one(search, major, minor);
	fclose(maps);
	return found;
}

/* A program or one thread of it has gone there. */
static bool is_inside(const struct search *search, int task_fd)
{
	return leads_there(search, task_fd, "cwd") || leads_there(search, task_fd, "root") ||
	       leads_there(search, task_fd, "exe");
}

static bool task_holds(const struct search *search, int task_fd, bool is_theirs)
{
	return is_inside(search, task_fd) || has_open(search, task_fd) ||
	       (is_theirs && spaces_has_task(&search->spaces, task_fd));
}

static bool a_thread_holds(const struct search *search, int process_fd, bool is_theirs)
{
	CLEANUP(cleanup_closedir) DIR *tasks = open_directory(process_fd, "task");
	const struct dirent *entry;

	while (tasks && (entry = readdir(tasks))) {
		CLEANUP(cleanup_close) int fd = -1;

		if (entry->d_name[0] == '.')
			continue;
		fd = openat(dirfd(tasks), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd >= 0 && task_holds(search, fd, is_theirs))
			return true;
	}
	return false;
}

static void name_of(int process_fd, pid_t pid, char ret[HOLDER_NAME_SIZE])
{
	char name[64];

	if (sysfs_read(process_fd, "comm", name, sizeof(name)) <= 0)
		snprintf(name, sizeof(name), "process %d", pid);
	(void)printable_copy(ret, HOLDER_NAME_SIZE, name);
}

/* "Uid:", a TAB and the real one first: who runs a program of root's is still who it is. */
static bool is_run_by(int process_fd, uid_t uid)
{
	char status[16384], *line;

	if (sysfs_read(process_fd, "status", status, sizeof(status)) <= 0)
		return false;
	line = strstr(status, "\nUid:\t");
	return line && strtoul(line + strlen("\nUid:\t"), NULL, 10) == uid;
}

/* A program of the person, or whatever became of one: sudo leaves nobody's session. */
static bool belongs_to(int process_fd, pid_t pid, uid_t uid)
{
	uid_t owner;

	return is_run_by(process_fd, uid) ||
	       (sd_pid_get_owner_uid(pid, &owner) >= 0 && owner == uid);
}

/* Its number cannot become another's between the look and the signal: the descriptor comes first.
 */
static void look_at(
	const struct search *search, int proc_fd, const char *number, struct holders *holders)
{
	CLEANUP(cleanup_close) int process_fd = -1, pidfd = -1;
	pid_t pid = (pid_t)strtol(number, NULL, 10);
	struct holder *holder = &holders->items[holders->n];
	bool is_theirs, went_there;

	/* Nor who belongs to us: a process that is closing the medium has it open. */
	if (pid <= 1 || getpgid(pid) == getpgrp())
		return;
	pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	process_fd = openat(proc_fd, number, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (pidfd < 0 || process_fd < 0)
		return;
	is_theirs = belongs_to(process_fd, pid, search->uid);
	went_there = is_inside(search, process_fd) || has_mapped(search, process_fd);
	if (!went_there && !has_open(search, process_fd) &&
		!(search->thoroughly && a_thread_holds(search, process_fd, is_theirs)))
		return;
	if (holders->n == HOLDERS_MAX) {
		holders->is_more = true;
		return;
	}
	name_of(process_fd, pid, holder->name);
	holder->pid = pid;
	holder->may_be_ended = is_theirs || went_there;
	holder->fd = take_fd(&pidfd);
	holders->n++;
}

int holders_find(const char *proc, const struct held_device *devices, size_t n, uint32_t uid,
	bool thoroughly, struct holders *ret)
{
	CLEANUP(cleanup_closedir) DIR *folder = opendir(proc);
	struct search search = {.devices = devices, .n = n, .uid = uid, .thoroughly = thoroughly};
	struct holders found = {0};
	const struct dirent *entry;

	if (!folder)
		return -errno;
	if (thoroughly)
		spaces_find(dirfd(folder), devices, n, &search.spaces);
	while ((entry = readdir(folder)))
		if (is_digit(entry->d_name[0]))
			look_at(&search, dirfd(folder), entry->d_name, &found);
	spaces_clear(&search.spaces);
	*ret = found;
	return 0;
}

bool holders_any_may_be_ended(const struct holders *holders)
{
	for (size_t i = 0; i < holders->n; i++)
		if (holders->items[i].may_be_ended)
			return true;
	return false;
}

void holders_signal(const struct holders *holders, int signal)
{
	for (size_t i = 0; i < holders->n; i++)
		if (holders->items[i].may_be_ended)
			(void)syscall(SYS_pidfd_send_signal, holders->items[i].fd, signal, NULL, 0);
}

void holders_text(const struct holders *holders, char *ret, size_t size)
{
	size_t length = 0;

	ret[0] = '\0';
	for (size_t i = 0; i < holders->n; i++) {
		char one[HOLDER_NAME_SIZE + 20];
		int n = snprintf(one, sizeof(one), "%s%s (%d)", i ? ", " : "",
			holders->items[i].name, holders->items[i].pid);

		if (length + (size_t)n + sizeof(", …") > size) {
			snprintf(ret + length, size - length, ", …");
			return;
		}
		memcpy(ret + length, one, (size_t)n + 1);
		length += (size_t)n;
	}
}

void holders_clear(struct holders *holders)
{
	for (size_t i = 0; i < holders->n; i++)
		close(holders->items[i].fd);
	holders->n = 0;
	holders->is_more = false;
}
