/*
 * Many terminals against one web server: so many processes as descriptors need, each with its share
 * of terminals, who look by the agent's own pace. Prints one line "KEY VALUE" for each figure.
 *
 * usage: load --server PORT --ca FILE --site PATH [--terminals N] [--scenario NAME] [--warm S]
 *             [--seconds S] [--keep] [--news NAME] QUESTION...
 *        load --curve [--terminals N] [--scenario NAME] [--seconds S]
 *
 * QUESTION is a document's name, "%s" in it the terminal. --keep: connections stay open between
 * looks. --news: each terminal lacks that document once, after the warm-up. Counted is what ends
 * after the first --warm seconds.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "agent/fetch_pace.h"
#include "tests/bench/server/load_look.h"
#include "tests/bench/server/load_pace.h"

#define PER_PROCESS   16000 /* terminals */
#define PROCESSES_MAX 16
#define SECONDS_MAX   3600
#define BUCKETS       64 /* of waits: each a quarter more than the one before, from 100 us */
#define EVENTS_MAX    256
#define US            1000000ull

struct result {
	struct load_counts counts;
	uint64_t looks, failures, waits[BUCKETS], cpu_us;
	uint32_t per_second[SECONDS_MAX];
};

struct load {
	struct load_target target;
	const char *ca, *news;
	enum load_scenario scenario;
	unsigned n_terminals, seconds, warm;
	bool draws_curve;
};

/* The terminals of one process; heap: who looks next. */
struct crowd {
	const struct load *load;
	struct result *result;
	struct load_terminal *terminals;
	uint64_t *due_us;
	unsigned *heap, n_heap, n;
	uint64_t start_us, seed;
	int epoll_fd;
	bool is_warm;
};

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * US + (uint64_t)now.tv_nsec / 1000;
}

/* --- who looks next --- */

static void swap(struct crowd *crowd, unsigned a, unsigned b)
{
	unsigned other = crowd->heap[a];

	crowd->heap[a] = crowd->heap[b];
	crowd->heap[b] = other;
}

static bool is_sooner(const struct crowd *crowd, unsigned a, unsigned b)
{
	return crowd->due_us[crowd->heap[a]] < crowd->due_us[crowd->heap[b]];
}

static void push(struct crowd *crowd, unsigned terminal)
{
	unsigned at = crowd->n_heap++;

	crowd->heap[at] = terminal;
	for (; at > 0 && is_sooner(crowd, at, (at - 1) / 2); at = (at - 1) / 2)
		swap(crowd, at, (at - 1) / 2);
}

static unsigned pop(struct crowd *crowd)
{
	unsigned first = crowd->heap[0], at = 0, child;

	crowd->heap[0] = crowd->heap[--crowd->n_heap];
	while ((child = 2 * at + 1) < crowd->n_heap) {
		if (child + 1 < crowd->n_heap && is_sooner(crowd, child + 1, child))
			child++;
		if (!is_sooner(crowd, child, at))
			break;
		swap(crowd, at, child);
		at = child;
	}
	return first;
}

/* --- looks --- */

static void count_wait(struct result *result, uint64_t us)
{
	unsigned bucket = 0;

	for (uint64_t bound = 100; us > bound && bucket < BUCKETS - 1; bound += bound / 4)
		bucket++;
	result->waits[bucket]++;
}

static void end_look(struct crowd *crowd, unsigned i, bool has_failed)
{
	struct load_terminal *terminal = &crowd->terminals[i];
	uint64_t now = now_us(), second = (now - crowd->start_us) / US;

	if (has_failed || !crowd->load->target.keeps_connection)
		load_hang_up(terminal);
	if (crowd->is_warm) {
		crowd->result->failures += has_failed;
		crowd->result->looks += !has_failed;
		if (!has_failed)
			count_wait(crowd->result, now - terminal->begun_us);
	}
	if (second < SECONDS_MAX)
		crowd->result->per_second[second]++;
	crowd->due_us[i] = now + 1000 * fetch_pace_wait_ms(FETCH_IDLE, load_random(&crowd->seed));
	push(crowd, i);
}

static void watch(struct crowd *crowd, unsigned i, bool is_new, uint32_t events)
{
	struct epoll_event event = {.events = events | EPOLLONESHOT, .data.u32 = i};
	int fd = crowd->terminals[i].fd;

	if (epoll_ctl(crowd->epoll_fd, is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event) < 0)
		(void)epoll_ctl(crowd->epoll_fd, EPOLL_CTL_MOD, fd, &event);
}

static void go_on(struct crowd *crowd, unsigned i)
{
	struct load_terminal *terminal = &crowd->terminals[i];
	bool was_connected = terminal->ssl != NULL;
	struct load_counts counts = {};
	uint32_t events = 0;
	enum load_step step = load_look(&crowd->load->target, terminal, &events, &counts);

	if (crowd->is_warm) {
		struct load_counts *all = &crowd->result->counts;

		all->questions += counts.questions;
		all->bytes += counts.bytes;
		all->handshakes += counts.handshakes;
		all->full_answers += counts.full_answers;
	}
	if (step == LOAD_AGAIN)
		watch(crowd, i, !was_connected, events);
	else
		end_look(crowd, i, step == LOAD_FAILED);
}

static void begin_looks(struct crowd *crowd, uint64_t now)
{
	while (crowd->n_heap > 0 && crowd->due_us[crowd->heap[0]] <= now) {
		unsigned i = pop(crowd);

		crowd->terminals[i].begun_us = crowd->due_us[i];
		crowd->terminals[i].question = 0;
		crowd->terminals[i].has_asked = false;
		go_on(crowd, i);
	}
}

static void warm_up(struct crowd *crowd)
{
	crowd->is_warm = true;
	for (unsigned i = 0; crowd->load->news && i < crowd->n; i++)
		crowd->terminals[i].has_news = true;
}

static void run_until(struct crowd *crowd, uint64_t end_us)
{
	struct epoll_event events[EVENTS_MAX];
	uint64_t now;

	while ((now = now_us()) < end_us) {
		uint64_t next = end_us;
		int n;

		if (!crowd->is_warm && now >= crowd->start_us + crowd->load->warm * US)
			warm_up(crowd);
		begin_looks(crowd, now);
		if (crowd->n_heap > 0 && crowd->due_us[crowd->heap[0]] < next)
			next = crowd->due_us[crowd->heap[0]];
		now = now_us();
		n = epoll_wait(crowd->epoll_fd, events, EVENTS_MAX,
			next > now ? (int)((next - now) / 1000 + 1) : 0);
		for (int i = 0; i < n; i++)
			go_on(crowd, events[i].data.u32);
	}
}

static uint64_t own_cpu_us(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * US +
	       (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static int run_crowd(const struct load *load, unsigned first, unsigned n, uint64_t start_us,
	struct result *result)
{
	struct crowd crowd = {.load = load,
		.result = result,
		.n = n,
		.start_us = start_us,
		.seed = 0x9e3779b97f4a7c15ull * (first + 1)};

	crowd.terminals = calloc(n, sizeof(*crowd.terminals));
	crowd.due_us = calloc(n, sizeof(*crowd.due_us));
	crowd.heap = calloc(n, sizeof(*crowd.heap));
	crowd.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (!crowd.terminals || !crowd.due_us || !crowd.heap || crowd.epoll_fd < 0)
		return 1;
	for (unsigned i = 0; i < n; i++) {
		crowd.terminals[i].number = first + i;
		crowd.due_us[i] = start_us + 1000 * load_first_ms(load->scenario, &crowd.seed);
		push(&crowd, i);
	}
	run_until(&crowd, start_us + (load->warm + load->seconds) * US);
	result->cpu_us = own_cpu_us();
	return 0;
}

/* --- the processes --- */

static double wait_ms(const struct result *result, unsigned percent)
{
	uint64_t wanted = result->looks * percent / 100, seen = 0;
	double bound_us = 100;

	for (unsigned i = 0; i < BUCKETS; i++, bound_us += bound_us / 4) {
		seen += result->waits[i];
		if (seen > wanted)
			break;
	}
	return bound_us / 1000;
}

static void add(struct result *sum, const struct result *one)
{
	sum->looks += one->looks;
	sum->failures += one->failures;
	sum->cpu_us += one->cpu_us;
	sum->counts.questions += one->counts.questions;
	sum->counts.bytes += one->counts.bytes;
	sum->counts.handshakes += one->counts.handshakes;
	sum->counts.full_answers += one->counts.full_answers;
	for (unsigned i = 0; i < BUCKETS; i++)
		sum->waits[i] += one->waits[i];
	for (unsigned i = 0; i < SECONDS_MAX; i++)
		sum->per_second[i] += one->per_second[i];
}

static void print(const struct load *load, const struct result *sum)
{
	uint32_t peak = 0;

	for (unsigned i = load->warm; i < load->warm + load->seconds && i < SECONDS_MAX; i++)
		peak = sum->per_second[i] > peak ? sum->per_second[i] : peak;
	printf("seconds %u\nlooks %llu\nfailures %llu\nquestions %llu\nbytes %llu\nhandshakes "
	       "%llu\n"
	       "full-answers %llu\npeak-looks %u\nmedian-ms %.2f\np99-ms %.2f\nclient-cpu-s %.2f\n",
		load->seconds, (unsigned long long)sum->looks, (unsigned long long)sum->failures,
		(unsigned long long)sum->counts.questions, (unsigned long long)sum->counts.bytes,
		(unsigned long long)sum->counts.handshakes,
		(unsigned long long)sum->counts.full_answers, peak, wait_ms(sum, 50),
		wait_ms(sum, 99), (double)sum->cpu_us / US);
}

static int run(const struct load *load)
{
	unsigned n_processes = (load->n_terminals + PER_PROCESS - 1) / PER_PROCESS, first = 0;
	struct result *results = mmap(NULL, (n_processes + 1) * sizeof(*results),
		PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint64_t start_us = now_us() + US / 2;
	int status, code = 0;

	if (results == MAP_FAILED || n_processes > PROCESSES_MAX)
		return 1;
	for (unsigned i = 0; i < n_processes; i++) {
		unsigned n = (load->n_terminals - first) / (n_processes - i);
		pid_t child = fork();

		if (child == 0)
			_exit(run_crowd(load, first, n, start_us, &results[i]));
		code |= child < 0;
		first += n;
	}
	/* Who measures the server from outside reads this. */
	printf("warm-until %llu\n", (unsigned long long)(start_us + load->warm * US));
	fflush(stdout);
	while (wait(&status) > 0)
		code |= !WIFEXITED(status) || WEXITSTATUS(status) != 0;
	for (unsigned i = 0; i < n_processes; i++)
		add(&results[n_processes], &results[i]);
	print(load, &results[n_processes]);
	return code;
}

/* --- the command line --- */

static int open_tls(struct load *load)
{
	SSL_CTX *tls = SSL_CTX_new(TLS_client_method());

	if (!tls || SSL_CTX_set_min_proto_version(tls, TLS1_3_VERSION) != 1 ||
		SSL_CTX_load_verify_locations(tls, load->ca, NULL) != 1)
		return -EINVAL;
	SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS);
	load->target.tls = tls;
	return 0;
}

static unsigned number(const char *text)
{
	return (unsigned)strtoul(text, NULL, 10);
}

static int parse(int argc, char **argv, struct load *load)
{
	static const struct option options[] = {{"server", 1, NULL, 'p'}, {"ca", 1, NULL, 'c'},
		{"site", 1, NULL, 's'}, {"terminals", 1, NULL, 'n'}, {"scenario", 1, NULL, 'S'},
		{"warm", 1, NULL, 'w'}, {"seconds", 1, NULL, 't'}, {"keep", 0, NULL, 'k'},
		{"news", 1, NULL, 'N'}, {"curve", 0, NULL, 'C'}, {}};
	struct load_target *target = &load->target;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'p': target->address.sin_port = htons((uint16_t)number(optarg)); break;
		case 'c': load->ca = optarg; break;
		case 's': target->site = optarg; break;
		case 'n': load->n_terminals = number(optarg); break;
		case 'w': load->warm = number(optarg); break;
		case 't': load->seconds = number(optarg); break;
		case 'k': target->keeps_connection = true; break;
		case 'N': load->news = optarg; break;
		case 'C': load->draws_curve = true; break;
		case 'S':
			if (load_scenario_from_name(optarg, &load->scenario) == 0)
				break;
			return -EINVAL;
		default: return -EINVAL;
		}
	}
	for (; optind < argc && target->n_questions < LOAD_QUESTIONS_MAX; optind++) {
		struct load_question *question = &target->questions[target->n_questions++];

		snprintf(question->name, sizeof(question->name), "%s", argv[optind]);
		question->is_news = load->news && strcmp(load->news, question->name) == 0;
	}
	return load->draws_curve || (load->ca && target->site && target->n_questions > 0) ? 0
											  : -EINVAL;
}

int main(int argc, char **argv)
{
	struct load load = {.n_terminals = 1000,
		.seconds = 60,
		.target.address = {
			.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}};
	struct rlimit files;

	if (parse(argc, argv, &load) < 0) {
		fputs("usage: see the head of tests/bench/server/load.c\n", stderr);
		return 2;
	}
	if (load.draws_curve) {
		load_print_curve(load.scenario, load.n_terminals, load.seconds);
		return 0;
	}
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	signal(SIGPIPE, SIG_IGN);
	if (open_tls(&load) < 0 || load_learn(&load.target) < 0) {
		fputs("the server does not answer as it should\n", stderr);
		return 1;
	}
	return run(&load);
}
