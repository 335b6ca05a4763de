#include "pam/rules_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/checksum.h"

/* What sekishod and the package leave there. */
#define FILE_SEEN      "policy-seen"
#define FILE_FLOOR     "login-floor"
#define FOLDER_RECORDS "second-factor"

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
	return is_missing(folder_fd, FILE_SEEN) && is_missing(folder_fd, LOGIN_RULES_FILE) &&
	       is_missing(folder_fd, LOGIN_RULES_LAST_FILE) &&
	       !is_missing(folder_fd, FOLDER_RECORDS);
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

/* "1766361600\n0a1b2c3d\n" */
int64_t rules_file_floor_s(int folder_fd)
{
	char text[64], expected[64], *end;
	ssize_t n = read_file(folder_fd, FILE_FLOOR, text, sizeof(text) - 1);
	long long floor;
	int size;

	if (n <= 0)
		return 0;
	text[n] = '\0';
	errno = 0;
	floor = strtoll(text, &end, 10);
	if (errno != 0 || end == text || *end != '\n' || floor < 0)
		return 0;
	size = snprintf(expected, sizeof(expected), "%lld\n", floor);
	snprintf(expected + size, sizeof(expected) - (size_t)size, "%08" PRIx32 "\n",
		checksum((const uint8_t *)expected, (size_t)size));
	return strcmp(text, expected) == 0 ? floor : 0;
}
