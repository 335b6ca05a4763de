#include "agent/operator_ask.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "policy/cleanup.h"

/* Longer than sekisho-operator lives. */
#define ANSWER_S 30

static int connect_below(const char *root)
{
	const struct timeval wait = {.tv_sec = ANSWER_S};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	CLEANUP(cleanup_close) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) < 0)
		return -errno;
	if ((size_t)snprintf(address.sun_path, sizeof(address.sun_path), "%s%s", root,
		    OPERATOR_SOCKET) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	return take_fd(&fd);
}

static int send_request(int fd, const struct operator_request *request)
{
	char bytes[OPERATOR_REQUEST_SIZE];
	int size = operator_request_encode(request, bytes);
	ssize_t n = size < 0 ? 0 : send(fd, bytes, (size_t)size, MSG_NOSIGNAL);
	int error = errno;

	explicit_bzero(bytes, sizeof(bytes));
	if (size < 0)
		return size;
	if (n != size)
		return n < 0 ? -error : -EPIPE;
	return shutdown(fd, SHUT_WR) < 0 ? -errno : 0;
}

int operator_ask(
	const char *root, const struct operator_request *request, struct operator_answer *ret)
{
	char text[OPERATOR_ANSWER_SIZE];
	CLEANUP(cleanup_close) int fd = connect_below(root);
	ssize_t size;
	int r = fd < 0 ? fd : send_request(fd, request);

	if (r < 0)
		return r;
	size = read_whole(fd, text, sizeof(text));
	return size < 0 ? (int)size : operator_answer_decode(text, (size_t)size, ret);
}
