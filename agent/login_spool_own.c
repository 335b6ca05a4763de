#include "agent/login_spool_own.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "policy/characters.h"
#include "policy/cleanup.h"
#include "policy/login_event.h"

static bool is_own_name(const char *name)
{
	size_t prefix = strlen(LOGIN_SPOOL_OWN), size = strlen(name);

	if (strncmp(name, LOGIN_SPOOL_OWN, prefix) != 0 || size == prefix ||
		size >= LOGIN_SPOOL_OWN_NAME_SIZE)
		return false;
	for (size_t i = prefix; i < size; i++)
		if (!is_digit(name[i]))
			return false;
	return true;
}

/* How long it has still to lie; 0: its time has come, or cannot be known. */
static uint64_t wait_of(int fd, uint64_t boottime_ms)
{
	char line[LOGIN_EVENT_SIZE];
	ssize_t n = pread(fd, line, sizeof(line), 0);
	const char *end = n > 0 ? memchr(line, '\n', (size_t)n) : NULL;
	struct login_event event;

	if (!end || login_event_decode(line, (size_t)(end - line), &event) < 0 ||
		event.boottime_ms > boottime_ms ||
		boottime_ms - event.boottime_ms >= LOGIN_SPOOL_OWN_WAIT_MS)
		return 0;
	return LOGIN_SPOOL_OWN_WAIT_MS - (boottime_ms - event.boottime_ms);
}

/* The fd, under its lock; -1: not now, *ret_wait_ms says how long not, 0: it is empty or gone. */
static int consider(int folder_fd, const char *name, uint64_t boottime_ms, uint64_t *ret_wait_ms)
{
	CLEANUP(cleanup_close)
	int fd = openat(folder_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct flock lock = {.l_type = F_RDLCK};
	struct stat facts;

	*ret_wait_ms = 0;
	if (fd < 0 || fstat(fd, &facts) < 0 || !S_ISREG(facts.st_mode) || facts.st_size == 0)
		return -1;
	*ret_wait_ms = wait_of(fd, boottime_ms);
	if (*ret_wait_ms > 0)
		return -1;
	*ret_wait_ms = LOGIN_SPOOL_OWN_WAIT_MS;
	return fcntl(fd, F_OFD_SETLK, &lock) == 0 ? take_fd(&fd) : -1;
}

static void close_folder(DIR **folder)
{
	if (*folder)
		closedir(*folder);
}

int login_spool_own_find(int folder_fd, uint64_t boottime_ms,
	char ret_name[LOGIN_SPOOL_OWN_NAME_SIZE], uint64_t *ret_wait_ms)
{
	int fd = openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CLEANUP(close_folder) DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	uint64_t soonest_ms = 0;

	if (!folder) {
		int r = -errno;

		cleanup_close(&fd);
		return r;
	}
	for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
		uint64_t wait_ms;
		int found;

		if (!is_own_name(entry->d_name))
			continue;
		found = consider(folder_fd, entry->d_name, boottime_ms, &wait_ms);
		if (found >= 0) {
			snprintf(ret_name, LOGIN_SPOOL_OWN_NAME_SIZE, "%.*s",
				LOGIN_SPOOL_OWN_NAME_SIZE - 1, entry->d_name);
			return found;
		}
		if (wait_ms > 0 && (soonest_ms == 0 || wait_ms < soonest_ms))
			soonest_ms = wait_ms;
	}
	*ret_wait_ms = soonest_ms;
	return -ENOENT;
}
