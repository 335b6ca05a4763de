#include "policy/admin/ssh_keygen.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/descriptor.h"
#include "policy/cleanup.h"

#define EXIT_NO_PROGRAM 127

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
	int descriptor = memfd_create("sekisho-admin", MFD_CLOEXEC), r;

	if (descriptor < 0)
		return -errno;
	r = admin_write_whole(descriptor, bytes, size);
	if (r < 0) {
		admin_close(&descriptor);
		return r;
	}
	lseek(descriptor, 0, SEEK_SET);
	return descriptor;
}

static int read_output(int descriptor, char **ret)
{
	CLEANUP(cleanup_free) char *bytes = calloc(1, SSH_KEYGEN_OUTPUT_MAX + 1);
	ssize_t size;

	if (!bytes)
		return -ENOMEM;
	lseek(descriptor, 0, SEEK_SET);
	size = admin_read_whole(descriptor, bytes, SSH_KEYGEN_OUTPUT_MAX);
	if (size < 0)
		return (int)size;
	*ret = TAKE(bytes);
	return 0;
}

int ssh_keygen_sign(const struct ssh_signer *signer, const char *text, size_t size, char **ret)
{
	CLEANUP(admin_close) int input = memory_file(text, size);
	CLEANUP(admin_close) int output = memory_file("", 0);
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
