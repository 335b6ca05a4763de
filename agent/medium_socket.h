/* The socket of a worker: one client at a time, and root alone. Both ends send whole packets. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "agent/medium_line.h"

/* Listens at FOLDER/NAME.sock, which appears when somebody listens. A descriptor that does not
 * block, or a negative errno. */
int medium_socket_listen(const char *folder, const char *name);

/* Takes who connects: a descriptor that does not block; -EPERM: not root; -EAGAIN: nobody; or
 * another negative errno. */
int medium_socket_accept(int listen_fd);

/* For sekishod: connects without waiting. A descriptor; -EPERM: not root listens; -ENOENT,
 * -ECONNREFUSED: nobody listens yet; -EAGAIN: try later; or another negative errno. */
int medium_socket_connect(const char *folder, const char *name);

/* One packet, NUL behind it. Its size; 0: the other end is gone; -EAGAIN; or a negative errno. */
ssize_t medium_socket_receive(int fd, char line[MEDIUM_LINE_SIZE]);
/* 0 or a negative errno. */
int medium_socket_send(int fd, const char *line, size_t size);
