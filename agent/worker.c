#include "agent/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/sysfs.h"
#include "agent/thread.h"

struct queued_job {
	struct worker_job job;
	struct queued_job *next;
};

struct queued_result {
	struct worker_result result;
	struct queued_result *next;
};

struct worker {
	struct workers *workers;
	struct worker *next;
	unsigned bus;
	pthread_t thread;
	pthread_cond_t has_job;
	struct queued_job *first, **last;
	bool is_busy;
};

struct workers {
	pthread_mutex_t lock; /* guards everything below */
	struct worker *first;
	struct queued_result *results, **last_result;
	bool is_ending;
	int event_fd, disks_fd;
};

/* Not called under the lock. */
static void give(struct worker *worker, struct queued_result *result)
{
	struct workers *workers = worker->workers;
	uint64_t one = 1;

	pthread_mutex_lock(&workers->lock);
	worker->is_busy = result->result.is_followed;
	*workers->last_result = result;
	workers->last_result = &result->next;
	pthread_mutex_unlock(&workers->lock);
	/* Whom it wakes up would only wait for the lock. */
	while (write(workers->event_fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

static struct queued_result *new_result(const struct worker_job *job)
{
	struct queued_result *queued = calloc(1, sizeof(*queued));

	if (!queued)
		abort(); /* systemd starts us again, and the ports stay shut */
	queued->result.device_id = job->device_id;
	queued->result.because = job->because;
	memcpy(queued->result.name, job->name, sizeof(queued->result.name));
	return queued;
}

static struct queued_result *look(const struct worker_job *job, int disks_fd)
{
	struct queued_result *queued = new_result(job);
	struct worker_result *result = &queued->result;

	result->error = sysfs_observe(job->device_fd, job->name, &result->observation);
	if (result->observation && job->disks[0])
		result->observation->access = disk_access_get(disks_fd, job->disks);
	return queued;
}

/* What the kernel still has in its hands is looked at twice: it is judged in the meantime. */
static struct queued_result *look_until_probed(struct worker *worker, const struct worker_job *job)
{
	struct queued_result *queued = look(job, worker->workers->disks_fd);
	const struct observation *seen = queued->result.observation;

	if (!seen || seen->is_probed)
		return queued;
	queued->result.is_followed = true;
	give(worker, queued);
	sysfs_wait_probed(job->device_fd);
	return look(job, worker->workers->disks_fd);
}

static struct queued_result *carry_out(const struct worker_job *job, int disks_fd)
{
	const struct sysfs_disks disks = {disks_fd, job->disks};
	struct queued_result *queued = new_result(job);
	struct worker_result *result = &queued->result;

	result->error = sysfs_carry_out(
		job->device_fd, job->controller_fd, &disks, &job->plan, &result->observation);
	if (result->observation && job->disks[0])
		result->observation->access = disk_access_get(disks_fd, job->disks);
	return queued;
}

static void do_job(struct worker *worker, struct worker_job *job)
{
	struct queued_result *last;

	if (!job->disks[0])
		(void)disk_access_name(job->device_fd, job->disks);
	last = job->because == OBSERVED_RESULT ? carry_out(job, worker->workers->disks_fd)
					       : look_until_probed(worker, job);
	cleanup_close(&job->device_fd);
	cleanup_close(&job->controller_fd);
	give(worker, last);
}

static void *work(void *argument)
{
	struct worker *worker = argument;
	struct workers *workers = worker->workers;

	pthread_mutex_lock(&workers->lock);
	for (;;) {
		while (!worker->first && !workers->is_ending)
			pthread_cond_wait(&worker->has_job, &workers->lock);
		if (workers->is_ending)
			break;
		struct queued_job *queued = worker->first;

		worker->first = queued->next;
		if (!worker->first)
			worker->last = &worker->first;
		worker->is_busy = true;
		pthread_mutex_unlock(&workers->lock);

		do_job(worker, &queued->job);
		free(queued);
		pthread_mutex_lock(&workers->lock);
	}
	pthread_mutex_unlock(&workers->lock);
	return NULL;
}

int workers_new(int disks_fd, struct workers **ret)
{
	struct workers *workers = calloc(1, sizeof(*workers));

	if (!workers)
		return -ENOMEM;
	workers->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	workers->disks_fd = fcntl(disks_fd, F_DUPFD_CLOEXEC, 3);
	if (workers->event_fd < 0 || workers->disks_fd < 0) {
		int r = -errno;

		cleanup_close(&workers->event_fd);
		cleanup_close(&workers->disks_fd);
		free(workers);
		return r;
	}
	pthread_mutex_init(&workers->lock, NULL);
	workers->last_result = &workers->results;
	*ret = workers;
	return 0;
}

int workers_fd(const struct workers *workers)
{
	return workers->event_fd;
}

/* Called with the lock held. */
static int find_or_start(struct workers *workers, unsigned bus, struct worker **ret)
{
	struct worker *worker = workers->first;
	int r;

	while (worker && worker->bus != bus)
		worker = worker->next;
	if (!worker) {
		worker = calloc(1, sizeof(*worker));
		if (!worker)
			return -ENOMEM;
		worker->workers = workers;
		worker->bus = bus;
		worker->last = &worker->first;
		pthread_cond_init(&worker->has_job, NULL);
		r = thread_start(&worker->thread, work, worker);
		if (r < 0) {
			free(worker);
			return r;
		}
		worker->next = workers->first;
		workers->first = worker;
	}
	*ret = worker;
	return 0;
}

int workers_submit(struct workers *workers, const struct worker_job *job)
{
	struct queued_job *queued = calloc(1, sizeof(*queued));
	struct worker *worker = NULL;
	int r = queued ? 0 : -ENOMEM;

	pthread_mutex_lock(&workers->lock);
	if (r == 0)
		r = find_or_start(workers, job->bus, &worker);
	if (r == 0) {
		queued->job = *job;
		*worker->last = queued;
		worker->last = &queued->next;
	}
	pthread_mutex_unlock(&workers->lock);
	/* Only we start and end workers, so this one is still there. */
	if (r == 0)
		pthread_cond_signal(&worker->has_job);
	if (r < 0) {
		int device_fd = job->device_fd, controller_fd = job->controller_fd;

		free(queued);
		cleanup_close(&device_fd);
		cleanup_close(&controller_fd);
	}
	return r;
}

bool workers_take(struct workers *workers, struct worker_result *ret)
{
	struct queued_result *result;
	uint64_t count;

	pthread_mutex_lock(&workers->lock);
	result = workers->results;
	if (result) {
		workers->results = result->next;
		if (!workers->results)
			workers->last_result = &workers->results;
	} else if (read(workers->event_fd, &count, sizeof(count)) < 0) {
		/* nothing to clear: nothing was signalled since */
	}
	pthread_mutex_unlock(&workers->lock);
	if (!result)
		return false;
	*ret = result->result;
	free(result);
	return true;
}

static void free_queues(struct workers *workers)
{
	struct worker_result result;

	while (workers_take(workers, &result))
		observation_free(result.observation);
	while (workers->first) {
		struct worker *worker = workers->first;

		workers->first = worker->next;
		while (worker->first) {
			struct queued_job *queued = worker->first;

			worker->first = queued->next;
			cleanup_close(&queued->job.device_fd);
			cleanup_close(&queued->job.controller_fd);
			free(queued);
		}
		pthread_cond_destroy(&worker->has_job);
		free(worker);
	}
}

void workers_free(struct workers *workers)
{
	bool any_busy = false;

	if (!workers)
		return;
	pthread_mutex_lock(&workers->lock);
	workers->is_ending = true;
	for (struct worker *worker = workers->first; worker; worker = worker->next) {
		any_busy |= worker->is_busy;
		pthread_cond_signal(&worker->has_job);
	}
	pthread_mutex_unlock(&workers->lock);
	if (any_busy)
		return;
	for (struct worker *worker = workers->first; worker; worker = worker->next)
		pthread_join(worker->thread, NULL);
	free_queues(workers);
	close(workers->event_fd);
	close(workers->disks_fd);
	pthread_mutex_destroy(&workers->lock);
	free(workers);
}
