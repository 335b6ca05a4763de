/*
 * Many terminals against one web server: so many processes as descriptors need, at least two, each
 * with its share of terminals, who look by the agent's own pace. Prints one line "KEY VALUE" for
 * each figure of each phase.
 *
 * usage: load --server PORT --ca FILE --site PATH [--terminals N] [--scenario NAME] [--warm S]
 *             [--seconds S[,S...]] [--spread S] [--keep] [--news NAME] [--plain] [--hasten N]
 *             [--identities DIR --certificates N --report BYTES [--every N]] QUESTION...
 *        load --curve [--terminals N] [--scenario NAME] [--seconds S]
 *
 * QUESTION is a document's name, "%s" in it the terminal. --keep: connections stay open between
 * looks. --spread: in a scenario without a rush, so long all take to connect. --news: each terminal
 * lacks that document once, from the second phase on, and reports with the look behind it. --plain:
 * nobody says what he has. --hasten: looks are so many times closer together than the agent's.
 * --report: what goes up is so large; it does in one look of --every (60: reports are hourly), and
 * with the first one after a start or an outage. Counted is what ends in one of the phases, which
 * begin after --warm seconds.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/server/load_crowd.h"

#define PROCESSES_MIN 2
#define PROCESSES_MAX 16
#define DESCRIPTORS   100 /* that are no terminal's */
#define US            1000000ull

/* --- the processes --- */

/* Each terminal may have two connections. */
static unsigned count_processes(const struct load *load)
{
	struct rlimit files;
	unsigned n;

	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	n = (unsigned)(2 * load->n_terminals / (files.rlim_max - DESCRIPTORS)) + 1;
	return n < PROCESSES_MIN ? PROCESSES_MIN : n;
}

/* Of all processes. */
static void print_results(const struct load *load, const struct load_result *results, unsigned n)
{
	static struct load_result sum;
	unsigned begin = load->warm;

	for (unsigned phase = 0; phase < load->n_phases; phase++) {
		sum = (struct load_result){};
		for (unsigned i = 0; i < n; i++)
			load_result_add(&sum, &results[i * LOAD_PHASES_MAX + phase]);
		load_result_print(&sum, begin, load->phases[phase]);
		begin += load->phases[phase];
	}
}

static int run(const struct load *load)
{
	unsigned n_processes = count_processes(load), first = 0;
	struct load_result *results =
		mmap(NULL, (size_t)n_processes * LOAD_PHASES_MAX * sizeof(*results),
			PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint64_t start_us = load_now_us() + US / 2;
	int status, code = 0;

	if (results == MAP_FAILED || n_processes > PROCESSES_MAX)
		return 1;
	for (unsigned i = 0; i < n_processes; i++) {
		unsigned n = (load->n_terminals - first) / (n_processes - i);
		pid_t child = fork();

		if (child == 0)
			_exit(load_crowd_run(
				load, first, n, start_us, &results[(size_t)i * LOAD_PHASES_MAX]));
		code |= child < 0;
		first += n;
	}
	/* Who measures the server from outside reads this. */
	printf("warm-until %llu\n", (unsigned long long)(start_us + load->warm * US));
	fflush(stdout);
	while (wait(&status) > 0)
		code |= !WIFEXITED(status) || WEXITSTATUS(status) != 0;
	print_results(load, results, n_processes);
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
	SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	load->target.tls = tls;
	return 0;
}

static unsigned number(const char *text)
{
	return (unsigned)strtoul(text, NULL, 10);
}

static int take_phases(struct load *load)
{
	char *next = optarg, *word;

	load->n_phases = 0;
	while ((word = strsep(&next, ","))) {
		if (load->n_phases == LOAD_PHASES_MAX)
			return -EINVAL;
		load->phases[load->n_phases++] = number(word);
	}
	return 0;
}

static int take_option(int option, struct load *load)
{
	struct load_target *target = &load->target;

	switch (option) {
	case 'p': target->address.sin_port = htons((uint16_t)number(optarg)); return 0;
	case 'c': load->ca = optarg; return 0;
	case 's': target->site = optarg; return 0;
	case 'n': load->n_terminals = number(optarg); return 0;
	case 'w': load->warm = number(optarg); return 0;
	case 't': return take_phases(load);
	case 'a': load->spread = number(optarg); return 0;
	case 'k': target->keeps_connection = true; return 0;
	case 'N': load->news = optarg; return 0;
	case 'C': load->draws_curve = true; return 0;
	case 'P': load->is_plain = true; return 0;
	case 'h': load->hasten = number(optarg); return load->hasten > 0 ? 0 : -EINVAL;
	case 'e': load->every = number(optarg); return load->every > 0 ? 0 : -EINVAL;
	case 'i': load->identities = optarg; return 0;
	case 'I': load->n_certificates = number(optarg); return 0;
	case 'r': target->report_size = number(optarg); return 0;
	case 'S': return load_scenario_from_name(optarg, &load->scenario);
	default: return -EINVAL;
	}
}

static int parse(int argc, char **argv, struct load *load)
{
	static const struct option options[] = {{"server", 1, NULL, 'p'}, {"ca", 1, NULL, 'c'},
		{"site", 1, NULL, 's'}, {"terminals", 1, NULL, 'n'}, {"scenario", 1, NULL, 'S'},
		{"warm", 1, NULL, 'w'}, {"seconds", 1, NULL, 't'}, {"spread", 1, NULL, 'a'},
		{"keep", 0, NULL, 'k'}, {"news", 1, NULL, 'N'}, {"curve", 0, NULL, 'C'},
		{"plain", 0, NULL, 'P'}, {"hasten", 1, NULL, 'h'}, {"every", 1, NULL, 'e'},
		{"identities", 1, NULL, 'i'}, {"certificates", 1, NULL, 'I'},
		{"report", 1, NULL, 'r'}, {}};
	struct load_target *target = &load->target;
	int option, r = 0;

	while (r == 0 && (option = getopt_long(argc, argv, "", options, NULL)) != -1)
		r = take_option(option, load);
	for (; optind < argc && target->n_questions < LOAD_QUESTIONS_MAX; optind++) {
		struct load_question *question = &target->questions[target->n_questions++];

		snprintf(question->name, sizeof(question->name), "%s", argv[optind]);
		question->is_news = load->news && strcmp(load->news, question->name) == 0;
	}
	if (r < 0 || load->draws_curve)
		return r;
	return load->ca && target->site && target->n_questions > 0 &&
			       (target->report_size == 0 ||
				       (load->identities && load->n_certificates > 0))
		       ? 0
		       : -EINVAL;
}

static int prepare(struct load *load)
{
	int r = open_tls(load);

	if (r == 0 && load->target.report_size > 0)
		r = load_identities_open(
			load->identities, load->n_certificates, &load->target.identities);
	if (r == 0)
		r = load_learn(&load->target);
	for (unsigned i = 0; load->is_plain && i < load->target.n_questions; i++)
		load->target.questions[i].etag[0] = '\0';
	return r;
}

int main(int argc, char **argv)
{
	struct load load = {.n_terminals = 1000,
		.phases = {60},
		.n_phases = 1,
		.hasten = 1,
		.every = 60,
		.target.address = {
			.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}};
	int r;

	if (parse(argc, argv, &load) < 0) {
		fputs("usage: see the head of tests/bench/server/load.c\n", stderr);
		return 2;
	}
	if (load.draws_curve) {
		load_print_curve(load.scenario, load.n_terminals, load.phases[0]);
		return 0;
	}
	signal(SIGPIPE, SIG_IGN);
	r = prepare(&load);
	if (r < 0) {
		fprintf(stderr, "load: the server does not answer as it should: %s\n",
			strerror(-r));
		return 1;
	}
	return run(&load);
}
