#include "policy/admin/ssh_keygen.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/cleanup.h"

#define EXIT_NO_PROGRAM 127

static void close_descriptor(int *descriptor)
{
	if (*descriptor >= 0)
		close(*descriptor);
}

/* In the child: text in, signature out, everything else as it is. Who may not be asked has no
 * terminal to be asked on. */
static void run_child(int input, int output, const char *key, const char *name_space, bool may_ask)
{
	char program[] = "ssh-keygen", y[] = "-Y", sign[] = "sign", q[] = "-q", n[] = "-n",
	     f[] = "-f";
	char *name_space_copy = strdup(name_space), *key_copy = strdup(key);
	char *arguments[] = {program, y, sign, q, n, name_space_copy, f, key_copy, NULL};

	if (!name_space_copy || !key_copy || dup2(input, STDIN_FILENO) < 0 ||
		dup2(output, STDOUT_FILENO) < 0)
		_exit(EXIT_NO_PROGRAM);
	if (!may_ask && (setsid() < 0 || setenv("SSH_ASKPASS_REQUIRE", "never", 1) < 0))
		_exit(EXIT_NO_PROGRAM);
	execvp(program, arguments);
	_exit(EXIT_NO_PROGRAM);
}

static int wait_for(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NO_PROGRAM)
		return -ENOENT;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EPERM;
}

/* A file in memory with these bytes, at its beginning. */
static int memory_file(const char *bytes, size_t size)
{
	int descriptor = memfd_create("sekisho-admin", MFD_CLOEXEC);

	while (descriptor >= 0 && size > 0) {
		ssize_t n = write(descriptor, bytes, size);

		if (n < 0) {
			close(descriptor);
			return -errno;
		}
		bytes += n;
		size -= (size_t)n;
	}
	if (descriptor >= 0)
		lseek(descriptor, 0, SEEK_SET);
	return descriptor < 0 ? -errno : descriptor;
}

static int read_output(int descriptor, char **ret)
{
	CLEANUP(cleanup_free) char *bytes = calloc(1, SSH_KEYGEN_OUTPUT_MAX + 1);
	size_t used = 0;

	if (!bytes)
		return -ENOMEM;
	while (used < SSH_KEYGEN_OUTPUT_MAX) {
		ssize_t n =
			pread(descriptor, bytes + used, SSH_KEYGEN_OUTPUT_MAX - used, (off_t)used);

		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		used += (size_t)n;
	}
	*ret = TAKE(bytes);
	return 0;
}

int ssh_keygen_sign(const struct ssh_signer *signer, const char *text, size_t size, char **ret)
{
	CLEANUP(close_descriptor) int input = memory_file(text, size);
	CLEANUP(close_descriptor) int output = memory_file("", 0);
	pid_t child;
	int r;

	if (input < 0 || output < 0)
		return input < 0 ? input : output;
	child = fork();
	if (child < 0)
		return -errno;
	if (child == 0)
		run_child(input, output, signer->key, signer->name_space, signer->may_ask);
	r = wait_for(child);
	if (r == -ENOENT)
		admin_complain("ssh-keygen is not installed (package openssh-client)");
	else if (r == -EPERM)
		admin_complain("ssh-keygen did not sign with %s", signer->key);
	return r < 0 ? r : read_output(output, ret);
}
