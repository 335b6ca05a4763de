#include "agent/medium_probe.h"

#include <blkid/blkid.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/medium_sandbox.h"
#include "policy/characters.h"
#include "policy/cleanup.h"

#define PROBE_TIMEOUT_MS 20000
#define PROBE_MEMORY     (256ul << 20)

struct reply {
	int error;
	struct medium_found found;
};

static void copy_value(blkid_probe probe, const char *name, char *ret, size_t size)
{
	const char *value;

	if (blkid_probe_lookup_value(probe, name, &value, NULL) == 0)
		snprintf(ret, size, "%s", value);
}

static int look(int fd, struct medium_found *ret)
{
	blkid_probe probe = blkid_new_probe();
	int r;

	if (!probe || blkid_probe_set_device(probe, fd, 0, 0) < 0)
		return -EIO;
	blkid_probe_enable_superblocks(probe, 1);
	blkid_probe_set_superblocks_flags(probe,
		BLKID_SUBLKS_TYPE | BLKID_SUBLKS_UUID | BLKID_SUBLKS_LABEL | BLKID_SUBLKS_USAGE);
	r = blkid_do_safeprobe(probe);
	if (r != 0)
		return r == 1 ? -ENODATA : r == -2 ? -ENOTUNIQ : -EIO;
	copy_value(probe, "TYPE", ret->type, sizeof(ret->type));
	copy_value(probe, "UUID", ret->uuid, sizeof(ret->uuid));
	copy_value(probe, "LABEL", ret->label, sizeof(ret->label));
	return 0;
}

_Noreturn static void be_child(int device_fd, int out)
{
	const struct rlimit memory = {PROBE_MEMORY, PROBE_MEMORY};
	struct reply reply = {0};

	(void)setrlimit(RLIMIT_AS, &memory);
	reply.error = medium_only_read();
	if (reply.error == 0)
		reply.error = look(device_fd, &reply.found);
	(void)write_whole(out, &reply, sizeof(reply));
	_exit(0);
}

/* That process may have been taken over by what it read. */
static bool is_word(const char *text, size_t size)
{
	size_t length = strnlen(text, size);

	if (length == size)
		return false;
	for (size_t i = 0; i < length; i++)
		if (!is_word_character(to_lower(text[i])) && text[i] != '_')
			return false;
	return true;
}

static int take_reply(int in, struct reply *reply)
{
	struct pollfd ready = {.fd = in, .events = POLLIN};
	int n;

	do
		n = poll(&ready, 1, PROBE_TIMEOUT_MS);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return n < 0 ? -errno : -ETIMEDOUT;
	if (read_whole(in, reply, sizeof(*reply)) != (ssize_t)sizeof(*reply))
		return -EIO;
	if (reply->error != 0)
		return reply->error > 0 ? -EIO : reply->error;
	if (!is_word(reply->found.type, sizeof(reply->found.type)) || !reply->found.type[0] ||
		!is_word(reply->found.uuid, sizeof(reply->found.uuid)) ||
		!memchr(reply->found.label, '\0', sizeof(reply->found.label)))
		return -EIO;
	return 0;
}

int medium_probe(int device_fd, struct medium_found *ret)
{
	CLEANUP(cleanup_close) int in = -1;
	struct reply reply = {0};
	int ends[2], r;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	in = ends[0];
	child = fork();
	if (child == 0)
		be_child(device_fd, ends[1]);
	r = child < 0 ? -errno : 0;
	close(ends[1]);
	if (r < 0)
		return r;
	r = take_reply(in, &reply);
	if (r == -ETIMEDOUT)
		(void)kill(child, SIGKILL); /* it may be in the kernel: nobody waits for it */
	else
		(void)waitpid(child, NULL, 0);
	if (r == 0)
		*ret = reply.found;
	return r;
}
