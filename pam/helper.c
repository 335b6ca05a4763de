#include "pam/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DEADLINE_MS 25000 /* it ends itself earlier */

struct pipes {
	int in[2], out[2]; /* of the helper */
};

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void pipes_close(struct pipes *pipes)
{
	close_end(&pipes->in[0]);
	close_end(&pipes->in[1]);
	close_end(&pipes->out[0]);
	close_end(&pipes->out[1]);
}

/* Nothing but system calls: another thread may have held any lock when this process was copied. */
static void become_helper(const struct helper_call *call, const struct pipes *pipes)
{
	char *const arguments[] = {(char *)(uintptr_t)call->program, (char *)(uintptr_t)call->verb,
		(char *)(uintptr_t)call->service, (char *)(uintptr_t)call->user, NULL};
	char *const environment[] = {NULL};

	if (syscall(SYS_geteuid) == 0 && syscall(SYS_setresuid, 0, 0, 0) < 0)
		return;
	/* An end may be 0 or 1 itself, where the login program has closed these. */
	int in = fcntl(pipes->in[0], F_DUPFD, 3), out = fcntl(pipes->out[1], F_DUPFD, 3);
	int null = open("/dev/null", O_RDWR);

	if (in < 0 || out < 0 || null < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 ||
		dup2(null, 2) < 0)
		return;
	(void)syscall(SYS_close_range, 3, ~0u, 0);
	execve(call->program, arguments, environment);
}

/*
 * Without SIGCHLD: the login program's handler does not learn of this child, nor takes its status,
 * and what it does with that signal changes nothing here.
 */
static pid_t start(const struct helper_call *call, const struct pipes *pipes)
{
	long pid = syscall(SYS_clone, 0ul, NULL, NULL, NULL, 0ul);

	if (pid == 0) {
		become_helper(call, pipes);
		_exit(127);
	}
	return pid < 0 ? -errno : (pid_t)pid;
}

static int64_t now_ms(void)
{
	struct timespec now = {};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A helper that is gone must not kill the login program by SIGPIPE. */
static int give(int fd, const void *bytes, size_t size)
{
	sigset_t pipe_signal, before, pending;
	static const struct timespec none;
	ssize_t n;
	bool was_pending;

	sigemptyset(&pipe_signal);
	sigaddset(&pipe_signal, SIGPIPE);
	sigpending(&pending);
	was_pending = sigismember(&pending, SIGPIPE) == 1;
	if (pthread_sigmask(SIG_BLOCK, &pipe_signal, &before) != 0)
		return -EINVAL;
	n = write(fd, bytes, size);
	if (n < 0 && errno == EPIPE && !was_pending)
		(void)sigtimedwait(&pipe_signal, NULL, &none);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return n == (ssize_t)size ? 0 : -EPIPE;
}

static int take(int fd, char ret[ANSWER_SIZE], size_t *ret_size)
{
	int64_t end_ms = now_ms() + DEADLINE_MS;
	size_t size = 0;

	for (;;) {
		struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
		int64_t left_ms = end_ms - now_ms();
		ssize_t n;

		if (left_ms <= 0)
			return -ETIMEDOUT;
		if (poll(&poll_fd, 1, (int)left_ms) <= 0)
			continue;
		n = read(fd, ret + size, ANSWER_SIZE - size);
		if (n == 0)
			break;
		if (n < 0 && errno != EINTR)
			return -errno;
		size += n > 0 ? (size_t)n : 0;
		if (size == ANSWER_SIZE)
			return -E2BIG;
	}
	*ret_size = size;
	return 0;
}

int helper_run(const struct helper_call *call, char ret[ANSWER_SIZE], size_t *ret_size)
{
	struct pipes pipes = {.in = {-1, -1}, .out = {-1, -1}};
	pid_t pid;
	int r;

	if (pipe2(pipes.in, O_CLOEXEC) < 0 || pipe2(pipes.out, O_CLOEXEC) < 0) {
		r = -errno;
		pipes_close(&pipes);
		return r;
	}
	pid = start(call, &pipes);
	close_end(&pipes.in[0]);
	close_end(&pipes.out[1]);
	r = pid < 0 ? (int)pid : 0;
	if (r == 0 && call->input_size > 0)
		r = give(pipes.in[1], call->input, call->input_size);
	close_end(&pipes.in[1]);
	if (r == 0)
		r = take(pipes.out[0], ret, ret_size);
	pipes_close(&pipes);
	/* It has closed its end, so it is gone, or stuck: then nobody waits for it. */
	if (pid > 0)
		(void)waitpid(pid, NULL, __WALL | (r == 0 ? 0 : WNOHANG));
	return r;
}
