#include "agent/cli_enrol_helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAIT_MS 30000 /* it ends itself earlier */

enum { EXIT_NOT_STARTED = 127 };

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void become_helper(const char *root, const char *verb, int in, int out)
{
	char path[512];
	char *const plain[] = {path, (char *)(uintptr_t)verb, NULL};
	char option[] = "--root";
	char *const below[] = {
		path, option, (char *)(uintptr_t)root, (char *)(uintptr_t)verb, NULL};
	char *const environment[] = {NULL};
	int size = snprintf(path, sizeof(path), "%s%s", root, SEKISHO_ENROL);

	if (size < 0 || (size_t)size >= sizeof(path) || dup2(in, STDIN_FILENO) < 0 ||
		dup2(out, STDOUT_FILENO) < 0)
		_exit(EXIT_NOT_STARTED);
	execve(path, root[0] ? below : plain, environment);
	_exit(EXIT_NOT_STARTED);
}

int enrol_helper_start(const char *root, const char *verb, struct enrol_helper *ret)
{
	int in[2] = {-1, -1}, out[2] = {-1, -1}, r = 0;
	pid_t pid = -1;

	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0)
		r = -errno;
	if (r == 0) {
		pid = fork();
		if (pid == 0)
			become_helper(root, verb, in[0], out[1]);
		r = pid < 0 ? -errno : 0;
	}
	close_end(&in[0]);
	close_end(&out[1]);
	if (r < 0) {
		close_end(&in[1]);
		close_end(&out[0]);
		return r;
	}
	ret->pid = pid;
	ret->in = in[1];
	ret->out = out[0];
	return 0;
}

int enrol_helper_read(struct enrol_helper *helper, struct enrol_line *ret)
{
	struct pollfd state = {.fd = helper->out, .events = POLLIN};
	size_t size = 0;
	int r = 1;

	while (r > 0 && size < sizeof(helper->buffer)) {
		ssize_t n;

		r = poll(&state, 1, WAIT_MS);
		if (r == 0)
			r = -ETIMEDOUT;
		if (r < 0) {
			r = errno == EINTR && r == -1 ? 1 : r;
			continue;
		}
		n = read(helper->out, helper->buffer + size, 1);
		if (n <= 0)
			r = n < 0 && errno == EINTR ? 1 : -EPIPE;
		else if (helper->buffer[size] == '\n')
			r = 0;
		else
			size++;
	}
	if (r == 0)
		r = enrol_line_read(helper->buffer, size, ret);
	else if (r > 0)
		r = -EBADMSG;
	explicit_bzero(helper->buffer, sizeof(helper->buffer));
	return r;
}

int enrol_helper_write(const struct enrol_helper *helper, const char *typed)
{
	size_t size = strlen(typed);

	/* Up to PIPE_BUF bytes go whole. */
	if (write(helper->in, typed, size) != (ssize_t)size || write(helper->in, "\n", 1) != 1)
		return -EPIPE;
	return 0;
}

void enrol_helper_end(struct enrol_helper *helper)
{
	close_end(&helper->in);
	close_end(&helper->out);
	if (helper->pid > 0)
		(void)waitpid(helper->pid, NULL, 0);
	explicit_bzero(helper->buffer, sizeof(helper->buffer));
}
