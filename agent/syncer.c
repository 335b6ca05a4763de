#include "agent/syncer.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "agent/thread.h"

struct syncer {
	pthread_t thread;
	pthread_mutex_t lock; /* guards everything below */
	pthread_cond_t has_file;
	int fd; /* being synced, or -1 */
	bool is_ending;
	uint64_t begun;
	struct syncer_end end;
	int event_fd; /* not guarded: it never changes */
};

/* Under the lock. */
static void note_end(struct syncer *syncer, int error)
{
	close(syncer->fd);
	syncer->fd = -1;
	syncer->end.number = syncer->begun;
	if (syncer->end.error == 0)
		syncer->end.error = error;
	(void)eventfd_write(syncer->event_fd, 1);
}

static void *sync_files(void *argument)
{
	struct syncer *syncer = argument;

	pthread_mutex_lock(&syncer->lock);
	for (;;) {
		int error;

		while (syncer->fd < 0 && !syncer->is_ending)
			pthread_cond_wait(&syncer->has_file, &syncer->lock);
		if (syncer->fd < 0)
			break;
		pthread_mutex_unlock(&syncer->lock);
		error = fdatasync(syncer->fd) < 0 ? -errno : 0;
		if (error < 0)
			fprintf(stderr, SD_ERR "records cannot be synced: %s\n", strerror(-error));
		pthread_mutex_lock(&syncer->lock);
		note_end(syncer, error);
	}
	pthread_mutex_unlock(&syncer->lock);
	return NULL;
}

int syncer_new(struct syncer **ret)
{
	struct syncer *syncer = calloc(1, sizeof(*syncer));
	int r;

	if (!syncer)
		return -ENOMEM;
	syncer->fd = -1;
	syncer->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (syncer->event_fd < 0) {
		r = -errno;
		free(syncer);
		return r;
	}
	pthread_mutex_init(&syncer->lock, NULL);
	pthread_cond_init(&syncer->has_file, NULL);
	r = thread_start(&syncer->thread, sync_files, syncer);
	if (r < 0) {
		pthread_cond_destroy(&syncer->has_file);
		pthread_mutex_destroy(&syncer->lock);
		close(syncer->event_fd);
		free(syncer);
		return r;
	}
	*ret = syncer;
	return 0;
}

int syncer_begin(struct syncer *syncer, int fd)
{
	int r = 0;

	pthread_mutex_lock(&syncer->lock);
	if (syncer->fd >= 0) {
		r = -EBUSY;
	} else {
		syncer->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
		r = syncer->fd < 0 ? -errno : 0;
		syncer->begun += r == 0;
	}
	pthread_mutex_unlock(&syncer->lock);
	if (r == 0)
		pthread_cond_signal(&syncer->has_file);
	return r;
}

uint64_t syncer_begun(struct syncer *syncer)
{
	uint64_t begun;

	pthread_mutex_lock(&syncer->lock);
	begun = syncer->begun;
	pthread_mutex_unlock(&syncer->lock);
	return begun;
}

int syncer_fd(const struct syncer *syncer)
{
	return syncer->event_fd;
}

struct syncer_end syncer_take_end(struct syncer *syncer)
{
	struct syncer_end end;
	eventfd_t count;

	(void)eventfd_read(syncer->event_fd, &count);
	pthread_mutex_lock(&syncer->lock);
	end = syncer->end;
	syncer->end.error = 0;
	pthread_mutex_unlock(&syncer->lock);
	return end;
}

void syncer_free(struct syncer *syncer)
{
	if (!syncer)
		return;
	pthread_mutex_lock(&syncer->lock);
	syncer->is_ending = true;
	pthread_cond_signal(&syncer->has_file);
	pthread_mutex_unlock(&syncer->lock);
	pthread_join(syncer->thread, NULL);
	pthread_cond_destroy(&syncer->has_file);
	pthread_mutex_destroy(&syncer->lock);
	close(syncer->event_fd);
	free(syncer);
}
