/*
 * Preloaded into sekishod: a write to a file below $UMOCKDEV_DIR/sys first asks the fake kernel of
 * the test, which reacts, and returns only then, as a write to a real sysfs does. Nothing goes to
 * the journal of the machine that runs the tests.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/usb/kernel_protocol.h"

#define EXPORT __attribute__((visibility("default")))

typedef ssize_t write_function(int fd, const void *bytes, size_t size);

ssize_t write(int fd, const void *bytes, size_t size);
int sd_journal_sendv(const struct iovec *fields, int n);

static write_function *next_write(void)
{
	static write_function *found;

	if (!found)
		found = (write_function *)dlsym(RTLD_NEXT, "write");
	return found;
}

/* Whether fd is a file of the fake sysfs; its path below it goes to ret. */
static int is_fake(int fd, char *ret, size_t size)
{
	const char *root = getenv("UMOCKDEV_DIR");
	char link[64], path[512], prefix[256];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n <= 0 || !root)
		return 0;
	path[n] = '\0';
	snprintf(prefix, sizeof(prefix), "%s/sys/", root);
	if (strncmp(path, prefix, strlen(prefix)) != 0)
		return 0;
	snprintf(ret, size, "%s", path + strlen(prefix));
	return 1;
}

/* The kernel's answer; without a kernel, an error. */
static struct kernel_answer ask(const struct kernel_request *request)
{
	struct kernel_answer answer = {.error = ENODEV};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", getenv("FAKE_KERNEL"));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
		send(fd, request, sizeof(*request), MSG_NOSIGNAL) < 0 ||
		recv(fd, &answer, sizeof(answer), 0) != sizeof(answer))
		answer = (struct kernel_answer){.error = ENODEV};
	close(fd);
	return answer;
}

/* A plain file keeps what is longer than the new text; nobody may find it empty meanwhile. */
static void store(int fd, const void *bytes, size_t size)
{
	if (next_write()(fd, bytes, size) != (ssize_t)size || ftruncate(fd, (off_t)size) < 0)
		abort();
}

EXPORT ssize_t write(int fd, const void *bytes, size_t size)
{
	struct kernel_request request = {.value = ""};
	struct kernel_answer answer;

	if (!getenv("FAKE_KERNEL") || !is_fake(fd, request.path, sizeof(request.path)))
		return next_write()(fd, bytes, size);
	memcpy(request.value, bytes,
		size < sizeof(request.value) ? size : sizeof(request.value) - 1);
	answer = ask(&request);
	/* A plain file keeps what is longer than the new text; nobody may find it empty meanwhile.
	 */
	if (answer.error == 0 || answer.is_stored)
		store(fd, bytes, size);
	if (answer.error == 0)
		return (ssize_t)size;
	errno = answer.error;
	return -1;
}

EXPORT int sd_journal_sendv(const struct iovec *fields, int n)
{
	return 0;
}
