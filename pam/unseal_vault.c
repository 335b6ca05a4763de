#include "pam/unseal_vault.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WORDS_MAX       9
#define VAULT_PLAIN_MAX 64
/*
 * Without any register systemd-creds 252 seals and cannot open again ("TPM2 PCR bank invalid").
 * 21 is of those for a measured late launch (Intel TXT): all ones from the start of the machine to
 * its end, whatever the firmware and the kernel are, and whoever has no locality 2, which is all
 * software but that launch, cannot change it. 16 and 23 any program may extend.
 */
#define CONSTANT_PCR "21"

struct child {
	pid_t pid;
	int in_fd, out_fd;
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static _Noreturn void become(const char *const words[], const int in[2], const int out[2])
{
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", locale[] = "LC_ALL=C";
	static char *const environment[] = {path, locale, NULL};

	umask(077);
	if (dup2(in[0], STDIN_FILENO) >= 0 && dup2(out[1], STDOUT_FILENO) >= 0)
		execve(words[0], (char *const *)(uintptr_t)words, environment);
	_exit(127);
}

static void close_both(const int fds[2])
{
	close(fds[0]);
	close(fds[1]);
}

static int start(const char *const words[], struct child *ret)
{
	int in[2], out[2];
	pid_t pid;

	/* A socket: writing to who has gone is an error, and no signal. */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) < 0)
		return -errno;
	if (pipe2(out, O_CLOEXEC) < 0) {
		int r = -errno;

		close_both(in);
		return r;
	}
	pid = fork();
	if (pid == 0)
		become(words, in, out);
	if (pid < 0) {
		int r = -errno;

		close_both(in);
		close_both(out);
		return r;
	}
	close(in[0]);
	close(out[1]);
	*ret = (struct child){.pid = pid, .in_fd = in[1], .out_fd = out[0]};
	return 0;
}

/* What it says, to the end: 0 or a negative errno. */
static int listen_to(const struct child *child, int64_t until_ms, uint8_t *ret, size_t size_max,
	size_t *ret_size)
{
	size_t size = 0;

	for (;;) {
		struct pollfd wait = {.fd = child->out_fd, .events = POLLIN};
		int64_t left_ms = until_ms - now_ms();
		uint8_t more;
		ssize_t n;

		if (left_ms <= 0 || poll(&wait, 1, (int)left_ms) == 0)
			return -ETIMEDOUT;
		n = size < size_max ? read(child->out_fd, ret + size, size_max - size)
				    : read(child->out_fd, &more, 1);
		if (n == 0) {
			*ret_size = size;
			return 0;
		}
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0 && size == size_max)
			return -EFBIG;
		size += n > 0 ? (size_t)n : 0;
	}
}

/* Whoever closed its output may still be there: it is not waited for beyond the time. */
static int end(const struct child *child, int r, int64_t until_ms)
{
	static const struct timespec pause = {.tv_nsec = 2000000};
	int status = -1;
	pid_t pid = 0;

	while (r == 0 && (pid = waitpid(child->pid, &status, WNOHANG)) == 0) {
		if (now_ms() >= until_ms)
			r = -ETIMEDOUT;
		(void)nanosleep(&pause, NULL);
	}
	if (r == 0)
		return pid == child->pid && WIFEXITED(status) && WEXITSTATUS(status) == 0
			       ? 0
			       : -EKEYREJECTED;
	(void)kill(child->pid, SIGKILL);
	(void)waitpid(child->pid, &status, 0);
	return r;
}

static int run(const struct vault *vault, const char *const words[], const uint8_t *bytes,
	size_t size, uint8_t *ret, size_t size_max, size_t *ret_size)
{
	int64_t until_ms = now_ms() + vault->wait_ms;
	struct child child = {};
	size_t said = 0;
	ssize_t n;
	int r = start(words, &child);

	if (r < 0)
		return r;
	/* Less than a socket holds: this waits for nobody. */
	n = send(child.in_fd, bytes, size, MSG_NOSIGNAL);
	close(child.in_fd);
	r = listen_to(&child, until_ms, ret, size_max, &said);
	close(child.out_fd);
	r = end(&child, r, until_ms);
	if (r == 0 && (n < 0 || (size_t)n != size))
		r = -EIO;
	if (r < 0)
		explicit_bzero(ret, size_max);
	else
		*ret_size = said;
	return r;
}

static int seal_with(const struct vault *vault, const char *key, const uint8_t *bytes, size_t size,
	uint8_t *ret, size_t size_max, size_t *ret_size)
{
	const char *const words[WORDS_MAX] = {vault->program, "encrypt", "--name=terminal-key", key,
		"--tpm2-pcrs=" CONSTANT_PCR, "--tpm2-public-key-pcrs=", "-", "-", NULL};

	return run(vault, words, bytes, size, ret, size_max, ret_size);
}

static int open_sealed(const struct vault *vault, const uint8_t *bytes, size_t size, uint8_t *ret,
	size_t size_max, size_t *ret_size)
{
	const char *const words[WORDS_MAX] = {
		vault->program, "decrypt", "--name=terminal-key", "--newline=no", "-", "-", NULL};

	return run(vault, words, bytes, size, ret, size_max, ret_size);
}

/* What a TPM has sealed and does not open is no use. */
static int seal_by_tpm(const struct vault *vault, const uint8_t *bytes, size_t size, uint8_t *ret,
	size_t size_max, size_t *ret_size)
{
	uint8_t again[VAULT_PLAIN_MAX];
	size_t sealed_size = 0, again_size = 0;
	int r = seal_with(vault, "--with-key=host+tpm2", bytes, size, ret, size_max, &sealed_size);

	if (r == 0)
		r = open_sealed(vault, ret, sealed_size, again, sizeof(again), &again_size);
	if (r == 0 && (again_size != size || memcmp(again, bytes, size) != 0))
		r = -EKEYREJECTED;
	explicit_bzero(again, sizeof(again));
	if (r == 0)
		*ret_size = sealed_size;
	return r;
}

/* "auto" would take a TPM that does not open, where the system was started by UEFI. */
static int seal(const struct vault *vault, const uint8_t *bytes, size_t size, uint8_t *ret,
	size_t size_max, size_t *ret_size)
{
	if (access(vault->tpm, F_OK) == 0 &&
		seal_by_tpm(vault, bytes, size, ret, size_max, ret_size) == 0)
		return 0;
	return seal_with(vault, "--with-key=host", bytes, size, ret, size_max, ret_size);
}

const struct vault vault_of_systemd = {
	.seal = seal,
	.open = open_sealed,
	.program = "/usr/bin/systemd-creds",
	.tpm = "/dev/tpmrm0",
	.wait_ms = 20000,
};
