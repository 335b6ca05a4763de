#include "tests/usb/trace.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static bool is_one_of(const char *name, size_t length, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(names[i]) == length && strncmp(names[i], name, length) == 0)
			return true;
	return false;
}

#define ONE_OF(name, length, list) is_one_of(name, length, list, sizeof(list) / sizeof((list)[0]))

/* Where umockdev puts the sockets that stand for netlink. */
static bool is_for_netlink(const char *arguments, const char *fake)
{
	char path[256];

	snprintf(path, sizeof(path), "\"%s/event", fake);
	return strstr(arguments, "AF_NETLINK") || strstr(arguments, path);
}

static bool is_change(const char *line, const char *fake)
{
	static const char *const opens[] = {"open", "openat", "openat2"};
	static const char *const writes[] = {
		"write", "writev", "pwrite64", "pwritev", "pwritev2", "sendfile", "splice"};
	static const char *const sockets[] = {"bind", "connect"};
	static const char *const changes[] = {"creat", "mkdir", "mkdirat", "mknod", "mknodat",
		"rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "link", "linkat",
		"symlink", "symlinkat", "chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown",
		"fchownat", "truncate", "ftruncate", "fallocate", "utimensat", "setxattr",
		"fsetxattr", "removexattr", "mount", "umount2", "sendto", "sendmsg", "sendmmsg",
		"copy_file_range", "kill", "finit_module", "init_module", "delete_module"};
	const char *call = line + strspn(line, "0123456789 ");
	size_t length = strcspn(call, "(");
	const char *arguments = call + length;

	if (*arguments != '(')
		return false;
	if (ONE_OF(call, length, opens))
		return strstr(arguments, "O_WRONLY") || strstr(arguments, "O_RDWR") ||
		       strstr(arguments, "O_CREAT") || strstr(arguments, "O_TRUNC");
	if (ONE_OF(call, length, writes))
		return strncmp(arguments, "(1,", 3) != 0 && strncmp(arguments, "(2,", 3) != 0;
	if (ONE_OF(call, length, sockets))
		return !is_for_netlink(arguments, fake);
	if (strncmp(call, "ioctl(", 6) == 0)
		return !strstr(arguments, "TCGETS") && !strstr(arguments, "FIONREAD");
	return ONE_OF(call, length, changes) && !is_for_netlink(arguments, fake);
}

bool trace_shows_a_change(const char *trace, const char *fake, char *why, size_t size)
{
	while (*trace) {
		char line[4096];
		size_t length = strcspn(trace, "\n");

		snprintf(line, sizeof(line), "%.*s", (int)length, trace);
		/* make coverage: its counts are written when the program is over. */
		if (strstr(line, ".gcda\""))
			return false;
		if (is_change(line, fake)) {
			snprintf(why, size, "%s", line);
			return true;
		}
		trace += length + (trace[length] == '\n');
	}
	return false;
}

int system_has_strace(void)
{
	extern char **environ;
	char name[] = "strace", option[] = "-o/dev/null", program[] = "true";
	char *const arguments[] = {name, option, program, NULL};
	pid_t child;
	int status;

	if (posix_spawnp(&child, name, NULL, NULL, arguments, environ) != 0 ||
		waitpid(child, &status, 0) != child)
		return -1;
	return status;
}
