#include "agent/medium_socket.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "policy/cleanup.h"

static int address_of(
	const char *folder, const char *name, const char *ending, struct sockaddr_un *ret)
{
	ret->sun_family = AF_UNIX;
	return (size_t)snprintf(ret->sun_path, sizeof(ret->sun_path), "%s/%s%s", folder, name,
		       ending) < sizeof(ret->sun_path)
		       ? 0
		       : -ENAMETOOLONG;
}

int medium_socket_listen(const char *folder, const char *name)
{
	CLEANUP(cleanup_close)
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un made = {0}, shown = {0};
	int r = address_of(folder, name, ".new", &made);

	if (r == 0)
		r = address_of(folder, name, ".sock", &shown);
	if (fd < 0 || r < 0)
		return fd < 0 ? -errno : r;
	(void)unlink(made.sun_path);
	if (bind(fd, (struct sockaddr *)&made, sizeof(made)) < 0 ||
		chmod(made.sun_path, 0600) < 0 || listen(fd, 4) < 0 ||
		rename(made.sun_path, shown.sun_path) < 0)
		return -errno;
	return take_fd(&fd);
}

static int check_root(int fd)
{
	struct ucred other;
	socklen_t size = sizeof(other);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &other, &size) < 0)
		return -errno;
	return other.uid == 0 ? 0 : -EPERM;
}

int medium_socket_accept(int listen_fd)
{
	CLEANUP(cleanup_close)
	int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	int r = fd < 0 ? -errno : check_root(fd);

	return r < 0 ? r : take_fd(&fd);
}

int medium_socket_connect(const char *folder, const char *name)
{
	CLEANUP(cleanup_close)
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un address = {0};
	int r = fd < 0 ? -errno : address_of(folder, name, ".sock", &address);

	if (r == 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		r = -errno;
	if (r == 0)
		r = check_root(fd);
	return r < 0 ? r : take_fd(&fd);
}

ssize_t medium_socket_receive(int fd, char line[MEDIUM_LINE_SIZE])
{
	ssize_t n;

	do
		n = recv(fd, line, MEDIUM_LINE_SIZE - 1, 0);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == ECONNRESET ? 0 : -errno;
	line[n] = '\0';
	return n;
}

int medium_socket_send(int fd, const char *line, size_t size)
{
	return send(fd, line, size, MSG_NOSIGNAL | MSG_EOR) < 0 ? -errno : 0;
}
