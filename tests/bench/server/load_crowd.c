#include "tests/bench/server/load_crowd.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>

#include "agent/report_due.h"
#include "tests/bench/server/load_heap.h"

#define EVENTS_MAX 256
#define US         1000000ull
/* As sekisho-fetch: for a connection, and for all else. */
#define CONNECT_US (15 * US)
#define WHOLE_US   (60 * US)

struct crowd {
	const struct load *load;
	struct load_result *result; /* of this phase; NULL: of none */
	struct load_terminal *terminals;
	struct load_heap due, late; /* whose look is next; who is to be given up */
	bool *is_looking, *is_timed, *is_served;
	uint64_t *login_us; /* somebody logs in: a look at once; 0: nobody will */
	uint64_t start_us, seed;
	unsigned n;
	int epoll_fd;
};

uint64_t load_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * US + (uint64_t)now.tv_nsec / 1000;
}

/* --- when --- */

static uint64_t next_us(struct crowd *crowd, unsigned i, uint64_t now)
{
	const struct load_terminal *terminal = &crowd->terminals[i];
	uint64_t wait_us = 1000 * fetch_pace_wait_ms(FETCH_IDLE, load_random(&crowd->seed)) /
			   crowd->load->hasten;
	uint64_t due_us = terminal->failed.n_failures > 0 ? 1000 * terminal->failed.not_before_ms
							  : now + wait_us;

	if (crowd->login_us[i] >= now && crowd->login_us[i] < due_us)
		due_us = crowd->login_us[i];
	return due_us;
}

static uint64_t given_up_us(const struct load_terminal *terminal)
{
	const struct load_connection *connection =
		terminal->is_sending ? &terminal->up : &terminal->down;

	return terminal->started_us + (connection->is_handshaken ? WHOLE_US : CONNECT_US);
}

static void watch_time(struct crowd *crowd, unsigned i)
{
	if (crowd->is_timed[i])
		return;
	crowd->is_timed[i] = true;
	crowd->late.due_us[i] = given_up_us(&crowd->terminals[i]);
	load_heap_push(&crowd->late, i);
}

/* --- the end of a look --- */

static void judge_report(struct crowd *crowd, struct load_terminal *terminal, uint64_t now)
{
	uint64_t *seed = &crowd->seed;

	if (crowd->load->target.report_size == 0)
		return;
	/* It was refused. */
	if (terminal->has_report && now >= terminal->calm_us)
		terminal->calm_us = now + 1000 * fetch_pace_up_ms(load_random(seed));
	if (terminal->has_news)
		terminal->calm_us = now + 1000 * (load_random(seed) % REPORT_SPREAD_MS);
	if (terminal->has_news || load_random(seed) % crowd->load->every == 0)
		terminal->has_report = true;
}

static void count_look(struct crowd *crowd, unsigned i, uint64_t now)
{
	struct load_result *result = crowd->result;

	result->looks++;
	load_result_wait(result, now - crowd->terminals[i].begun_us);
	if (crowd->is_served[i])
		return;
	crowd->is_served[i] = true;
	result->served++;
	result->last_served_us = now - crowd->start_us;
}

static void end_look(struct crowd *crowd, unsigned i, bool has_failed)
{
	struct load_terminal *terminal = &crowd->terminals[i];
	uint64_t now = load_now_us(), second = (now - crowd->start_us) / US;

	crowd->is_looking[i] = false;
	if (has_failed || !crowd->load->target.keeps_connection)
		load_hang_up(&terminal->down);
	if (has_failed)
		fetch_retry_failed(
			&terminal->failed, FETCH_IDLE, 0, now / 1000, load_random(&crowd->seed));
	else
		terminal->failed = (struct fetch_retry){};
	if (crowd->result && has_failed)
		crowd->result->failures++;
	else if (crowd->result)
		count_look(crowd, i, now);
	if (crowd->result && second < LOAD_SECONDS_MAX)
		crowd->result->per_second[second]++;
	judge_report(crowd, terminal, now);
	terminal->has_news &= has_failed;
	crowd->due.due_us[i] = next_us(crowd, i, now);
	load_heap_push(&crowd->due, i);
}

/* --- looks --- */

static void watch(const struct crowd *crowd, unsigned i, uint32_t events)
{
	struct epoll_event event = {.events = events | EPOLLONESHOT, .data.u32 = i};
	int fd = load_descriptor(&crowd->terminals[i]);

	if (epoll_ctl(crowd->epoll_fd, EPOLL_CTL_MOD, fd, &event) < 0)
		(void)epoll_ctl(crowd->epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

static void go_on(struct crowd *crowd, unsigned i)
{
	struct load_counts counts = {};
	uint32_t events = 0;
	enum load_step step =
		load_look(&crowd->load->target, &crowd->terminals[i], &events, &counts);

	if (crowd->result)
		load_result_count(crowd->result, &counts);
	if (step == LOAD_AGAIN)
		watch(crowd, i, events);
	else
		end_look(crowd, i, step != LOAD_DONE);
}

static void begin_looks(struct crowd *crowd, uint64_t now)
{
	while (load_heap_due_us(&crowd->due) <= now) {
		unsigned i = load_heap_pop(&crowd->due);

		if (crowd->login_us[i] <= crowd->due.due_us[i])
			crowd->login_us[i] = 0;
		load_begin(&crowd->terminals[i], crowd->due.due_us[i], now);
		crowd->is_looking[i] = true;
		watch_time(crowd, i);
		go_on(crowd, i);
	}
}

/* The look goes on without it. */
static void give_up_report(struct crowd *crowd, unsigned i, uint64_t now)
{
	struct load_terminal *terminal = &crowd->terminals[i];

	load_hang_up(&terminal->up);
	terminal->is_sending = terminal->has_asked = false;
	terminal->started_us = now;
	if (crowd->result)
		crowd->result->counts.refused++;
	watch_time(crowd, i);
	go_on(crowd, i);
}

static void give_up(struct crowd *crowd, uint64_t now)
{
	while (load_heap_due_us(&crowd->late) <= now) {
		unsigned i = load_heap_pop(&crowd->late);

		crowd->is_timed[i] = false;
		if (!crowd->is_looking[i])
			continue;
		if (given_up_us(&crowd->terminals[i]) > now) {
			watch_time(crowd, i);
			continue;
		}
		if (crowd->terminals[i].is_sending) {
			give_up_report(crowd, i, now);
			continue;
		}
		end_look(crowd, i, true);
	}
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static void run_until(struct crowd *crowd, uint64_t end_us)
{
	struct epoll_event events[EVENTS_MAX];
	uint64_t now;

	while ((now = load_now_us()) < end_us) {
		uint64_t next;
		int n;

		begin_looks(crowd, now);
		give_up(crowd, now);
		next = least(end_us,
			least(load_heap_due_us(&crowd->due), load_heap_due_us(&crowd->late)));
		now = load_now_us();
		n = epoll_wait(crowd->epoll_fd, events, EVENTS_MAX,
			next > now ? (int)((next - now) / 1000 + 1) : 0);
		for (int i = 0; i < n; i++)
			if (crowd->is_looking[events[i].data.u32])
				go_on(crowd, events[i].data.u32);
	}
}

/* --- from the begin to the end --- */

static uint64_t own_cpu_us(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * US +
	       (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void begin_terminal(struct crowd *crowd, unsigned i, unsigned number)
{
	const struct load *load = crowd->load;
	struct load_first first;

	load_first(load->scenario, &crowd->seed, &first);
	if (load->spread > 0)
		first.look_ms = load_random(&crowd->seed) % (1000ull * load->spread);
	crowd->terminals[i].number = number;
	crowd->terminals[i].has_report =
		load->target.report_size > 0 && load->scenario != LOAD_STEADY;
	crowd->due.due_us[i] = crowd->start_us + 1000 * first.look_ms;
	if (first.login_ms > 0)
		crowd->login_us[i] = crowd->start_us + 1000 * first.login_ms;
	if (crowd->login_us[i] > 0)
		crowd->due.due_us[i] = least(crowd->login_us[i], crowd->due.due_us[i]);
	load_heap_push(&crowd->due, i);
}

/* Everybody lacks the news from the second phase on. */
static void begin_phase(struct crowd *crowd, unsigned phase)
{
	for (unsigned i = 0; i < crowd->n && crowd->load->news; i++) {
		crowd->terminals[i].has_news = crowd->terminals[i].has_news || phase == 1;
		crowd->is_served[i] = false;
	}
}

int load_crowd_run(const struct load *load, unsigned first, unsigned n, uint64_t start_us,
	struct load_result *results)
{
	struct crowd crowd = {.load = load,
		.n = n,
		.start_us = start_us,
		.seed = 0x9e3779b97f4a7c15ull * (first + 1)};
	uint64_t end_us = start_us + load->warm * US;

	crowd.terminals = calloc(n, sizeof(*crowd.terminals));
	crowd.login_us = calloc(n, sizeof(*crowd.login_us));
	crowd.is_looking = calloc(n, sizeof(bool));
	crowd.is_timed = calloc(n, sizeof(bool));
	crowd.is_served = calloc(n, sizeof(bool));
	crowd.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (!crowd.terminals || !crowd.login_us || !crowd.is_looking || !crowd.is_timed ||
		!crowd.is_served || crowd.epoll_fd < 0 || load_heap_init(&crowd.due, n) < 0 ||
		load_heap_init(&crowd.late, n) < 0)
		return 1;
	for (unsigned i = 0; i < n; i++)
		begin_terminal(&crowd, i, first + i);
	run_until(&crowd, end_us);
	for (unsigned i = 0; i < load->n_phases; i++) {
		uint64_t cpu_us = own_cpu_us();

		crowd.result = &results[i];
		begin_phase(&crowd, i);
		end_us += load->phases[i] * US;
		run_until(&crowd, end_us);
		results[i].cpu_us = own_cpu_us() - cpu_us;
	}
	return 0;
}
