#include "tests/unit/fake_uevent.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

/* What stands before the properties in a message of libudev. */
struct header {
	char prefix[8];
	uint32_t magic, header_size, properties_offset, properties_length;
	uint32_t subsystem_hash, devtype_hash, tag_bloom_high, tag_bloom_low;
};

/* Whoever listened may have ended. */
static void send_to(int fd, const char *path, const void *bytes, size_t size)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (sendto(fd, bytes, size, 0, (struct sockaddr *)&address, sizeof(address)) < 0)
		assert_int_equal(errno, ECONNREFUSED);
}

/* Sends to the sockets that umockdev put in the place of netlink. */
void fake_uevent_bytes(const void *bytes, size_t size)
{
	int fd = socket(AF_UNIX, SOCK_RAW | SOCK_CLOEXEC, 0);
	glob_t sockets;
	char pattern[128];

	assert_true(fd >= 0);
	snprintf(pattern, sizeof(pattern), "%s/event*", getenv("UMOCKDEV_DIR"));
	if (glob(pattern, 0, NULL, &sockets) == 0) {
		for (size_t i = 0; i < sockets.gl_pathc; i++)
			send_to(fd, sockets.gl_pathv[i], bytes, size);
		globfree(&sockets);
	}
	close(fd);
}

void fake_uevent(const char *action, const char *path, const char *subsystem)
{
	struct header header = {.prefix = "libudev", .magic = htonl(0xfeedcafe)};
	char bytes[2048];
	int n;

	n = snprintf(bytes + sizeof(header), sizeof(bytes) - sizeof(header),
		"ACTION=%s\nDEVPATH=/%s\nSUBSYSTEM=%s\nSEQNUM=1\n", action, path, subsystem);
	header.header_size = sizeof(header);
	header.properties_offset = sizeof(header);
	header.properties_length = (uint32_t)n;
	memcpy(bytes, &header, sizeof(header));
	for (int i = 0; i < n; i++)
		if (bytes[sizeof(header) + (size_t)i] == '\n')
			bytes[sizeof(header) + (size_t)i] = '\0';
	fake_uevent_bytes(bytes, sizeof(header) + (size_t)n);
}
