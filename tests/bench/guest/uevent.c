#include "uevent.h"

#include <err.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>

#define KERNEL_GROUP 1

int uevent_open(void)
{
	struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = KERNEL_GROUP};
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		err(1, "uevents");
	return fd;
}

size_t uevent_receive(int fd, char event[UEVENT_SIZE])
{
	ssize_t size = recv(fd, event, UEVENT_SIZE - 1, 0);

	if (size < 0)
		err(1, "uevents");
	event[size] = '\0';
	return (size_t)size;
}

const char *uevent_value(const char *event, size_t size, const char *name)
{
	size_t length = strlen(name);

	for (size_t at = 0; at < size; at += strlen(event + at) + 1)
		if (strncmp(event + at, name, length) == 0 && event[at + length] == '=')
			return event + at + length + 1;
	return "";
}
