#include "policy/admin/pskc_process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/descriptor.h"
#include "policy/cleanup.h"

#define NAME            "sekisho-pskc"
#define INSTALLED       "/usr/libexec/sekisho/" NAME
#define ANSWER_MAX      (8 * 1024 * 1024)
#define EXIT_NO_PROGRAM 127

/* Beside this program, as it was built; or where the package puts it. For free(). */
static char *find_program(void)
{
	char own[PATH_MAX];
	ssize_t size = readlink("/proc/self/exe", own, sizeof(own) - 1);
	CLEANUP(cleanup_free) char *beside = NULL;

	if (size > 0) {
		own[size] = '\0';
		beside = admin_beside(own, NAME);
	}
	return beside && access(beside, X_OK) == 0 ? TAKE(beside) : strdup(INSTALLED);
}

static void run_child(const char *program, int in, int out)
{
	char *const environment[] = {NULL};
	char name[] = NAME;
	char *const arguments[] = {name, NULL};

	if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0)
		_exit(EXIT_NO_PROGRAM);
	execve(program, arguments, environment);
	_exit(EXIT_NO_PROGRAM);
}

struct request {
	const char *pieces[2];
	size_t sizes[2];
	unsigned at;
};

/* Writes what the pipe takes. False: nothing more is to be written. */
static bool feed(int descriptor, struct request *request)
{
	ssize_t n;

	while (request->at < 2 && request->sizes[request->at] == 0)
		request->at++;
	if (request->at == 2)
		return false;
	n = write(descriptor, request->pieces[request->at], request->sizes[request->at]);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	request->pieces[request->at] += n;
	request->sizes[request->at] -= (size_t)n;
	return true;
}

/* 0 at the end of the answer. */
static int talk(int *to, int from, struct request *request, char *answer, size_t *size)
{
	for (;;) {
		struct pollfd ready[2] = {
			{.fd = from, .events = POLLIN}, {.fd = *to, .events = POLLOUT}};
		ssize_t n;

		if (poll(ready, 2, -1) < 0 && errno != EINTR)
			return -errno;
		if (ready[1].revents != 0 && !feed(*to, request)) {
			admin_close(to);
			*to = -1;
		}
		if (ready[0].revents == 0)
			continue;
		n = read(from, answer + *size, ANSWER_MAX + 1 - *size);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0)
			return 0;
		*size += n > 0 ? (size_t)n : 0;
		if (*size > ANSWER_MAX)
			return -EFBIG;
	}
}

/* 0: it has answered. */
static int wait_for(pid_t child, const char *program)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (WIFEXITED(status) && WEXITSTATUS(status) <= EXIT_NO)
		return 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NO_PROGRAM)
		admin_complain("%s cannot be run: is all of the package sekisho-admin installed?",
			program);
	else if (WIFSIGNALED(status))
		admin_complain("the process that read the file was ended by signal %d: the file is "
			       "not to be trusted",
			WTERMSIG(status));
	return -ECHILD;
}

static int start(const char *program, int *ret_to, int *ret_from, pid_t *ret)
{
	CLEANUP(admin_close) int in = -1;
	CLEANUP(admin_close) int out = -1;
	int ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	in = ends[0];
	*ret_to = ends[1];
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	out = ends[1];
	*ret_from = ends[0];
	child = fork();
	if (child < 0)
		return -errno;
	if (child == 0)
		run_child(program, in, out);
	*ret = child;
	return fcntl(*ret_to, F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
}

static int run(const char *program, struct request *request, char *answer, size_t *size)
{
	CLEANUP(admin_close) int to = -1;
	CLEANUP(admin_close) int from = -1;
	pid_t child = -1;
	int r = start(program, &to, &from, &child), waited;

	if (r == 0)
		r = talk(&to, from, request, answer, size);
	admin_close(&to);
	admin_close(&from);
	to = from = -1;
	if (r < 0)
		admin_complain("the file could not be read by %s: %s", program, strerror(-r));
	waited = child >= 0 ? wait_for(child, program) : 0;
	return r < 0 ? r : waited;
}

int pskc_process_run(const char *head, size_t head_size, const char *body, size_t body_size,
	char **ret, size_t *ret_size)
{
	struct request request = {.pieces = {head, body}, .sizes = {head_size, body_size}};
	CLEANUP(cleanup_free) char *program = find_program();
	char *answer = program ? malloc(ANSWER_MAX + 2) : NULL;
	void (*before)(int) = signal(SIGPIPE, SIG_IGN);
	size_t size = 0;
	int r = -ENOMEM;

	if (answer)
		r = run(program, &request, answer, &size);
	else
		(void)admin_no_memory();
	(void)signal(SIGPIPE, before);
	if (r == 0) {
		answer[size] = '\0';
		*ret = answer;
		*ret_size = size;
		return 0;
	}
	if (answer)
		explicit_bzero(answer, size);
	free(answer);
	return r;
}
