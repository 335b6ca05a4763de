#include "policy/admin/publish_process.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/descriptor.h"
#include "policy/cleanup.h"

#define OUTPUT_MAX      (16 * 1024 * 1024)
#define EXIT_NO_PROGRAM 127

static int memory_file(const char *bytes, size_t size)
{
	CLEANUP(admin_close) int descriptor = memfd_create("sekisho-admin", MFD_CLOEXEC);
	int r = descriptor < 0 ? -errno : admin_write_whole(descriptor, bytes, size), given;

	if (r < 0)
		return r;
	lseek(descriptor, 0, SEEK_SET);
	given = descriptor;
	descriptor = -1;
	return given;
}

/* exec takes words that may be written to, and writes to none. */
static char *const *words_of(const char *const argv[])
{
	union {
		const char *const *given;
		char *const *taken;
	} words = {.given = argv};

	return words.taken;
}

static int wait_for(pid_t child, const char *program)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (WIFEXITED(status) && WEXITSTATUS(status) != EXIT_NO_PROGRAM)
		return WEXITSTATUS(status);
	if (WIFEXITED(status))
		admin_complain("%s cannot be run: is the package %s installed?", program, program);
	else
		admin_complain("%s was ended by signal %d", program, WTERMSIG(status));
	return -ECHILD;
}

static char *read_output(int descriptor)
{
	char *bytes = calloc(1, OUTPUT_MAX + 1);
	ssize_t size;

	if (!bytes)
		return NULL;
	lseek(descriptor, 0, SEEK_SET);
	size = admin_read_whole(descriptor, bytes, OUTPUT_MAX);
	bytes[size > 0 ? size : 0] = '\0';
	return bytes;
}

int publish_process_run(
	const char *const argv[], const char *input, size_t input_size, char **ret_output)
{
	CLEANUP(admin_close) int in = memory_file(input ? input : "", input_size);
	CLEANUP(admin_close) int out = memory_file("", 0);
	pid_t child = in < 0 || out < 0 ? -1 : fork();
	char *output;
	int status;

	if (child < 0) {
		admin_complain("%s cannot be run: %s", argv[0], strerror(errno));
		return -ECHILD;
	}
	if (child == 0) {
		if (dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0)
			execvp(argv[0], words_of(argv));
		_exit(EXIT_NO_PROGRAM);
	}
	status = wait_for(child, argv[0]);
	if (status < 0)
		return status;
	output = read_output(out);
	if (!output) {
		(void)admin_no_memory();
		return -ENOMEM;
	}
	*ret_output = output;
	return status;
}
