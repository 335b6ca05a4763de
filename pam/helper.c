#include "pam/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "policy/cleanup.h"

#define DEADLINE_MS  25000 /* it ends itself earlier */
#define LAST_WAIT_MS 1000
#define STACK_SIZE   (64 * 1024)

enum { EXIT_NOT_STARTED = 127 };

struct pipes {
	int in[2], out[2]; /* of the helper */
};

struct helper {
	pid_t pid;
	int in, out; /* our ends, or -1 */
	/* A login program may close descriptors that are not its own, and open others by these
	 * numbers: a code must not get there. */
	struct stat in_facts;
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

struct beginning {
	const struct helper_call *call;
	const struct pipes *pipes;
};

/* In the memory of the login program, which waits meanwhile: nothing but system calls. */
static int become_helper(void *argument)
{
	const struct beginning *beginning = argument;
	const struct helper_call *call = beginning->call;
	const struct pipes *pipes = beginning->pipes;
	char *const arguments[] = {(char *)(uintptr_t)call->program, (char *)(uintptr_t)call->verb,
		(char *)(uintptr_t)call->service, (char *)(uintptr_t)call->user, NULL};
	char *const environment[] = {NULL};

	if (syscall(SYS_geteuid) == 0 && syscall(SYS_setresuid, 0, 0, 0) < 0)
		_exit(EXIT_NOT_STARTED);
	/* An end may be 0 or 1 itself, where the login program has closed these. */
	int in = fcntl(pipes->in[0], F_DUPFD, 3), out = fcntl(pipes->out[1], F_DUPFD, 3);
	int null = open("/dev/null", O_RDWR);

	if (in < 0 || out < 0 || null < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 ||
		dup2(null, 2) < 0)
		_exit(EXIT_NOT_STARTED);
	(void)syscall(SYS_close_range, 3, ~0u, 0);
	execve(call->program, arguments, environment);
	_exit(EXIT_NOT_STARTED);
}

/*
 * Without SIGCHLD: the login program's handler does not learn of this child, nor takes its status,
 * and what it does with that signal changes nothing here. Its memory is lent, not copied, which is
 * quicker for large programs; so no handler of it may run in the child.
 */
static pid_t start(const struct helper_call *call, const struct pipes *pipes)
{
	struct beginning beginning = {.call = call, .pipes = pipes};
	char *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	sigset_t all, before;
	pid_t pid = -1;

	if (stack == MAP_FAILED)
		return -errno;
	sigfillset(&all);
	errno = pthread_sigmask(SIG_BLOCK, &all, &before);
	if (errno == 0) {
		pid = clone(become_helper, stack + STACK_SIZE, CLONE_VM | CLONE_VFORK, &beginning);
		if (pid < 0)
			pid = -errno;
		(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	} else {
		pid = -errno;
	}
	(void)munmap(stack, STACK_SIZE);
	return pid;
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

static bool is_still_ours(const struct helper *helper)
{
	struct stat now;

	return helper->in >= 0 && fstat(helper->in, &now) == 0 &&
	       now.st_dev == helper->in_facts.st_dev && now.st_ino == helper->in_facts.st_ino;
}

int helper_give(struct helper *helper, const void *input, size_t size)
{
	struct pollfd state = {.fd = helper->in};
	int r;

	if (!is_still_ours(helper)) {
		helper->in = helper->out = -1;
		return -ESRCH;
	}
	/* The other end is closed with the helper. */
	if (poll(&state, 1, 0) > 0 && state.revents & POLLERR)
		return -ESRCH;
	r = give(helper->in, input, size);
	close_end(&helper->in);
	return r;
}

enum until { UNTIL_LINE_END, UNTIL_END };

/* *size counts what was read so far. 0 at the end, 1: go on, or a negative errno. */
static int take_some(int fd, int64_t end_ms, char ret[ANSWER_SIZE], size_t *size, enum until until)
{
	struct pollfd state = {.fd = fd, .events = POLLIN};
	int64_t left_ms = end_ms - now_ms();
	ssize_t n;

	if (left_ms <= 0)
		return -ETIMEDOUT;
	if (poll(&state, 1, (int)left_ms) <= 0)
		return 1;
	n = read(fd, ret + *size, ANSWER_SIZE - *size);
	if (n < 0)
		return errno == EINTR ? 1 : -errno;
	if (n == 0)
		return until == UNTIL_LINE_END ? -EPIPE : 0;
	*size += (size_t)n;
	if (until == UNTIL_LINE_END && ret[*size - 1] == '\n')
		return 0;
	return *size == ANSWER_SIZE ? -E2BIG : 1;
}

static int take(const struct helper *helper, int wait_ms, enum until until, char ret[ANSWER_SIZE],
	size_t *ret_size)
{
	int64_t end_ms = now_ms() + wait_ms;
	size_t size = 0;
	int r = 1;

	if (helper->out < 0)
		return -EPIPE;
	while (r > 0)
		r = take_some(helper->out, end_ms, ret, &size, until);
	if (r == 0)
		*ret_size = size;
	return r;
}

int helper_read_line(struct helper *helper, char ret[ANSWER_SIZE], size_t *ret_size)
{
	return take(helper, DEADLINE_MS, UNTIL_LINE_END, ret, ret_size);
}

/* It has closed its end, so it is gone or about to be. */
static void bury(struct helper *helper)
{
	if (waitpid(helper->pid, NULL, __WALL) == helper->pid)
		helper->pid = -1;
}

int helper_read_rest(struct helper *helper, char ret[ANSWER_SIZE], size_t *ret_size)
{
	int r = take(helper, DEADLINE_MS, UNTIL_END, ret, ret_size);

	if (r == 0)
		bury(helper);
	return r;
}

int helper_start(const struct helper_call *call, struct helper **ret)
{
	CLEANUP(cleanup_free) struct helper *helper = calloc(1, sizeof(*helper));
	struct pipes pipes = {.in = {-1, -1}, .out = {-1, -1}};
	int r = 0;

	if (!helper)
		return -ENOMEM;
	if (pipe2(pipes.in, O_CLOEXEC) < 0 || pipe2(pipes.out, O_CLOEXEC) < 0 ||
		fstat(pipes.in[1], &helper->in_facts) < 0)
		r = -errno;
	if (r == 0) {
		helper->pid = start(call, &pipes);
		r = helper->pid < 0 ? (int)helper->pid : 0;
	}
	close_end(&pipes.in[0]);
	close_end(&pipes.out[1]);
	if (r < 0) {
		pipes_close(&pipes);
		return r;
	}
	helper->in = pipes.in[1];
	helper->out = pipes.out[0];
	*ret = TAKE(helper);
	return 0;
}

void helper_end(struct helper *helper)
{
	char ignored[ANSWER_SIZE];
	size_t size;

	if (!helper)
		return;
	if (is_still_ours(helper))
		close_end(&helper->in);
	if (helper->in < 0) {
		if (helper->pid > 0 && take(helper, LAST_WAIT_MS, UNTIL_END, ignored, &size) == 0)
			bury(helper);
		close_end(&helper->out);
	}
	free(helper);
}
