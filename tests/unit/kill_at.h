/*
 * Kills a process at one of its writes: before it, in the middle of it, or at what follows.
 * Included by one file of a program that is linked with --wrap for these calls.
 */
#pragma once

#include <assert.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static int calls_left = -1; /* -1: nobody is killed */
static bool is_torn;        /* its first bytes are written before */

ssize_t __real_pwrite(int fd, const void *bytes, size_t size, off_t at);
ssize_t __wrap_pwrite(int fd, const void *bytes, size_t size, off_t at);
int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);
int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __real_renameat(int from_fd, const char *from, int to_fd, const char *to);
int __wrap_renameat(int from_fd, const char *from, int to_fd, const char *to);

static bool is_last_call(void)
{
	return calls_left >= 0 && calls_left-- == 0;
}

ssize_t __wrap_pwrite(int fd, const void *bytes, size_t size, off_t at)
{
	if (is_last_call()) {
		if (is_torn)
			(void)!__real_pwrite(fd, bytes, size / 64, at);
		raise(SIGKILL);
	}
	return __real_pwrite(fd, bytes, size, at);
}

int __wrap_fdatasync(int fd)
{
	if (is_last_call())
		raise(SIGKILL);
	return __real_fdatasync(fd);
}

int __wrap_fsync(int fd)
{
	if (is_last_call())
		raise(SIGKILL);
	return __real_fsync(fd);
}

int __wrap_renameat(int from_fd, const char *from, int to_fd, const char *to)
{
	if (is_last_call())
		raise(SIGKILL);
	return __real_renameat(from_fd, from, to_fd, to);
}

/* Runs act in a process that is killed at its call; true when there was one. */
static inline bool killed_at(int call, bool torn, int (*act)(void *), void *data)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		calls_left = call;
		is_torn = torn;
		_exit(act(data) == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status))
		assert_int_equal(WEXITSTATUS(status), 0);
	return WIFSIGNALED(status);
}
