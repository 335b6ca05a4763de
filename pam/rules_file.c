#include "pam/rules_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/login_floor.h"
#include "policy/login_places.h"

static ssize_t read_file(int folder_fd, const char *name, void *bytes, size_t size)
{
	int fd = openat(folder_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, bytes, size);
	if (n < 0)
		n = -errno;
	close(fd);
	return n;
}

/* One byte more than there may be tells a longer file. */
static int read_rules(int folder_fd, const char *name, struct login_rules *ret)
{
	uint8_t bytes[LOGIN_RULES_SIZE + 1];
	ssize_t n = read_file(folder_fd, name, bytes, sizeof(bytes));

	return n < 0 ? (int)n : login_rules_decode(bytes, (size_t)n, ret);
}

static bool is_missing(int folder_fd, const char *name)
{
	struct stat facts;

	return fstatat(folder_fd, name, &facts, AT_SYMLINK_NOFOLLOW) < 0 && errno == ENOENT;
}

/* What the package made must be there: else this may be a folder on which nothing is mounted. */
static bool was_never_seen(int folder_fd)
{
	return is_missing(folder_fd, POLICY_SEEN_FILE) && is_missing(folder_fd, LOGIN_RULES_FILE) &&
	       is_missing(folder_fd, LOGIN_RULES_LAST_FILE) &&
	       !is_missing(folder_fd, RECORDS_FOLDER);
}

enum rules_found rules_file_read(int folder_fd, struct login_rules *ret)
{
	if (folder_fd >= 0 && read_rules(folder_fd, LOGIN_RULES_FILE, ret) == 0)
		return RULES_OF_POLICY;
	if (folder_fd >= 0 && read_rules(folder_fd, LOGIN_RULES_LAST_FILE, ret) == 0)
		return RULES_LAST_GOOD;
	login_rules_strict(ret);
	return folder_fd >= 0 && was_never_seen(folder_fd) ? RULES_NONE : RULES_STRICT;
}

int rules_file_run(int folder_fd, struct login_run *ret)
{
	char text[LOGIN_RUN_SIZE];
	ssize_t n = read_file(folder_fd, LOGIN_RUN_FILE, text, sizeof(text));

	if (n == -ENOENT) {
		*ret = (struct login_run){};
		return 0;
	}
	return n < 0 ? (int)n : login_run_decode(text, (size_t)n, ret);
}

int64_t rules_file_floor_s(int folder_fd)
{
	char text[LOGIN_FLOOR_SIZE];
	ssize_t n = read_file(folder_fd, LOGIN_FLOOR_FILE, text, sizeof(text));
	int64_t floor_s = 0;

	return n > 0 && login_floor_decode(text, (size_t)n, &floor_s) == 0 ? floor_s : 0;
}
