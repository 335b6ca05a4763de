#include "policy/admin/crew.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#define THREADS_MAX 16
/* Of less a thread is not worth its start. */
#define SHARE 64

struct crew {
	void (*work)(void *context, size_t i);
	void *context;
	size_t n;
	atomic_size_t next;
};

static void *work_on(void *argument)
{
	struct crew *crew = argument;

	for (size_t i; (i = atomic_fetch_add(&crew->next, 1)) < crew->n;)
		crew->work(crew->context, i);
	return NULL;
}

static size_t count_threads(size_t n)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t most = processors > 1 ? (size_t)processors : 1;

	if (most > THREADS_MAX)
		most = THREADS_MAX;
	return n / SHARE + 1 < most ? n / SHARE + 1 : most;
}

void crew_run(size_t n, void (*work)(void *context, size_t i), void *context)
{
	struct crew crew = {.work = work, .context = context, .n = n};
	pthread_t threads[THREADS_MAX];
	size_t wanted = count_threads(n) - 1, n_threads = 0;

	while (n_threads < wanted && pthread_create(&threads[n_threads], NULL, work_on, &crew) == 0)
		n_threads++;
	work_on(&crew);
	for (size_t i = 0; i < n_threads; i++)
		pthread_join(threads[i], NULL);
}
