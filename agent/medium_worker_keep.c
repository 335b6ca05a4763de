/* The state file of a worker. On a tmpfs: it is to outlive the worker, not the machine. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/medium_worker_internal.h"
#include "policy/cleanup.h"

static void path_of(const struct medium_worker *worker, const char *ending, char ret[128])
{
	snprintf(ret, 128, "%s/%s%s", worker->places->folder, worker->name, ending);
}

int worker_keep(void *userdata, const struct medium_state *state)
{
	const struct medium_worker *worker = userdata;
	CLEANUP(cleanup_close) int fd = -1;
	char text[MEDIUM_STATE_SIZE], made[128], path[128];
	int size = medium_state_encode(state, text), r;

	if (size < 0)
		return size;
	path_of(worker, ".state.new", made);
	path_of(worker, ".state", path);
	fd = open(made, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	r = write_whole(fd, text, (size_t)size);
	if (r == 0 && rename(made, path) < 0)
		r = -errno;
	return r;
}

/* 0; -ENOENT: nothing was begun; or another negative errno. */
int worker_load(struct medium_worker *worker)
{
	CLEANUP(cleanup_close) int fd = -1;
	char text[MEDIUM_STATE_SIZE], path[128];
	ssize_t size;

	path_of(worker, ".state", path);
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	size = read_whole(fd, text, sizeof(text) - 1);
	if (size < 0)
		return (int)size;
	text[size] = '\0';
	return medium_state_decode(text, (size_t)size, &worker->state);
}

void worker_forget(struct medium_worker *worker)
{
	char path[128];

	path_of(worker, ".state", path);
	(void)unlink(path);
	path_of(worker, ".sock", path);
	(void)unlink(path);
}
