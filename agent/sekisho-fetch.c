/*
 * sekisho-fetch: brings the documents of a site from the folder that site.ini names into a spool,
 * and what waits to go up to that folder. Runs as a user of its own who may do nothing else; what
 * it brings are bytes that nobody believes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/fetch_look.h"
#include "agent/fetch_names.h"
#include "agent/fetch_pace.h"
#include "agent/store.h"
#include "agent/timer.h"
#include "policy/cleanup.h"
#include "policy/option.h"

#define USEC_PER_MS 1000ull
/* A file that was different in two looks is looked at again, so often in a row: what still changes
 * then, somebody writes and writes. */
#define SETTLE_MS   250
#define SETTLES_MAX 3
/* Something happened here; more of it may come at once, and never more often than the second. */
#define SOON_MS     20
#define AT_LEAST_MS 200
/* An exemption that is to end in silence has a lease of minutes. */
#define HEARD_MS  20000
#define PACE_MAX  64 /* bytes of the file */
#define PATH_SIZE 512
/* Nothing is to be fetched: systemd takes a 1 of ExecCondition= for that. */
#define EXIT_NOT_WANTED 1

static const char usage[] =
	"sekisho-fetch [--is-wanted] [--help] [--version]\n"
	"\n"
	"Copies a site's documents from the folder that \"source\" in /etc/sekisho/site.ini names "
	"to\n"
	"/run/sekisho-fetch/spool, where sekishod finds and judges them, and what waits in\n"
	"/var/lib/sekisho/up to that folder. Runs as the user _sekisho (sekisho-fetch.service).\n"
	"\n"
	"  --is-wanted  only says by its exit status whether site.ini names a source\n"
	"\n"
	"Exit status: 0 ended by SIGTERM, or site.ini names no source any more; 1 could not go on, "
	"or "
	"not wanted; 2 wrong usage.\n";

struct fetch {
	char etc[PATH_SIZE], state[PATH_SIZE];
	char run[PATH_SIZE], beside_run[PATH_SIZE]; /* of sekishod, and what that lies in */
	char own[PATH_SIZE];
	sd_event *event;
	sd_event_source *timer;
	sd_event_source *etc_watch, *up_watch, *pace_watch, *run_watch;
	struct fetch_spool spool;
	struct fetch_looker *looker;
	struct site site;
	uint64_t last_ms, full_ms; /* when the last look, and the last full one, ended; 0: never */
	uint64_t due_ms;
	uint64_t heard_ms;
	unsigned settles; /* in a row */
	int site_error;   /* said already */
};

static uint64_t now_ms(void)
{
	return clock_ms(CLOCK_BOOTTIME);
}

/* --- what it is told --- */

/* 0 and *ret; -ENOENT where no source is named; -EBADMSG, or another negative errno. */
static int read_site(const char *etc, struct site *ret)
{
	CLEANUP(cleanup_close) int fd = open(etc, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CLEANUP(cleanup_free) char *bytes = NULL;
	struct problems problems = {};
	struct site site;
	size_t size;
	int r = fd < 0 ? -errno : store_read(fd, "site.ini", SITE_SIZE_MAX, &bytes, &size);

	if (r == 0)
		r = site_parse(bytes, size, &problems, &site);
	problems_clear(&problems);
	if (r < 0)
		return r;
	if (!site.source[0])
		return -ENOENT;
	*ret = site;
	return 0;
}

/* A mistake in the file changes nothing: what it said before counts. 0; -ENOENT: the end. */
static int reread_site(struct fetch *fetch)
{
	int r = read_site(fetch->etc, &fetch->site);

	if (r == -ENOENT)
		return r;
	if (r < 0 && r != fetch->site_error)
		fprintf(stderr, SD_WARNING "%s/site.ini: %s\n", fetch->etc,
			r == -EBADMSG ? "it has a mistake; sekisho-admin lint shows it"
				      : strerror(-r));
	fetch->site_error = r;
	return r < 0 && !fetch->site.source[0] ? r : 0;
}

static enum fetch_pace read_pace(const struct fetch *fetch)
{
	CLEANUP(cleanup_close) int fd = open(fetch->run, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CLEANUP(cleanup_free) char *text = NULL;
	size_t size;

	if (fd < 0 || store_read(fd, "pace", PACE_MAX, &text, &size) < 0)
		return FETCH_IDLE;
	return fetch_pace_parse(text, size);
}

/* --- looking --- */

static int arm(struct fetch *fetch, uint64_t due_ms)
{
	int r;

	fetch->due_ms = due_ms;
	r = sd_event_source_set_time(fetch->timer, due_ms * USEC_PER_MS);
	return r < 0 ? r : sd_event_source_set_enabled(fetch->timer, SD_EVENT_ONESHOT);
}

static uint64_t wait_ms(const struct fetch *fetch)
{
	uint32_t random = 0;

	(void)!getrandom(&random, sizeof(random), GRND_NONBLOCK);
	return fetch_pace_wait_ms(read_pace(fetch), random);
}

/* That the source answered, for who judges by silence. */
static void note_heard(struct fetch *fetch)
{
	char text[32];

	if (fetch->heard_ms != 0 && fetch->last_ms - fetch->heard_ms < HEARD_MS)
		return;
	fetch->heard_ms = fetch->last_ms;
	snprintf(text, sizeof(text), "%llu\n", (unsigned long long)fetch->heard_ms);
	(void)fetch_spool_put(&fetch->spool, FETCH_HEARD, text, strlen(text));
}

static void look(struct fetch *fetch, struct fetch_look_result *ret)
{
	char path[PATH_SIZE + 8];
	CLEANUP(cleanup_close) int up_fd = -1;
	uint64_t full_wait_ms = fetch_pace_wait_ms(FETCH_IDLE, 0);
	struct fetch_look look = {
		.site = &fetch->site,
		.is_full = fetch->settles > 0 || fetch->full_ms == 0 ||
			   now_ms() - fetch->full_ms >= full_wait_ms,
	};

	snprintf(path, sizeof(path), "%s/up", fetch->state);
	look.up_fd = up_fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	fetch_looker_look(fetch->looker, &look, ret);
	fetch->last_ms = now_ms();
	if (!ret->is_away)
		note_heard(fetch);
	if (look.is_full)
		fetch->full_ms = ret->is_away || ret->is_unsettled ? 0 : fetch->last_ms;
}

static void watch_all(struct fetch *fetch);

static int on_time(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct fetch *fetch = userdata;
	struct fetch_look_result result = {};
	int r = reread_site(fetch);

	if (r == -ENOENT)
		return sd_event_exit(fetch->event, 0);
	if (r == 0)
		look(fetch, &result);
	watch_all(fetch);
	fetch->settles =
		result.is_unsettled && fetch->settles < SETTLES_MAX ? fetch->settles + 1 : 0;
	return arm(fetch, now_ms() + (fetch->settles ? SETTLE_MS : wait_ms(fetch)));
}

/* --- what happens here --- */

/* The pace may be another, or something waits to go up: a look, soon. */
static int on_news(sd_event_source *source, const struct inotify_event *event, void *userdata)
{
	struct fetch *fetch = userdata;
	uint64_t due_ms = now_ms() + SOON_MS;

	if (event->mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF)) {
		sd_event_source **const mine[] = {
			&fetch->etc_watch, &fetch->up_watch, &fetch->pace_watch};

		for (size_t i = 0; i < sizeof(mine) / sizeof(mine[0]); i++)
			if (*mine[i] == source)
				*mine[i] = sd_event_source_disable_unref(source);
		watch_all(fetch);
	}
	if (fetch->settles > 0)
		return 0;
	if (due_ms < fetch->last_ms + AT_LEAST_MS)
		due_ms = fetch->last_ms + AT_LEAST_MS;
	return due_ms < fetch->due_ms ? arm(fetch, due_ms) : 0;
}

static void watch(struct fetch *fetch, sd_event_source **source, const char *folder,
	const char *name, uint32_t events)
{
	char path[PATH_SIZE + 16];

	snprintf(path, sizeof(path), "%s%s", folder, name);
	if (!*source &&
		sd_event_add_inotify(fetch->event, source, path,
			events | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR, on_news, fetch) < 0)
		*source = NULL;
}

/* Folders that are not there are looked for at each look, and that of sekishod, which comes and
 * goes with it, as soon as it comes. */
static void watch_all(struct fetch *fetch)
{
	uint32_t files = IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE;

	watch(fetch, &fetch->etc_watch, fetch->etc, "", files);
	watch(fetch, &fetch->up_watch, fetch->state, "/up", IN_CLOSE_WRITE | IN_MOVED_TO);
	watch(fetch, &fetch->pace_watch, fetch->run, "", files);
	if (fetch->pace_watch)
		fetch->run_watch = sd_event_source_disable_unref(fetch->run_watch);
	else
		watch(fetch, &fetch->run_watch, fetch->beside_run, "", IN_CREATE | IN_MOVED_TO);
}

/* --- the program --- */

static int start_loop(struct fetch *fetch)
{
	sigset_t signals;
	int r = sd_event_default(&fetch->event);

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	if (r >= 0)
		r = sd_event_add_signal(fetch->event, NULL, SIGTERM, NULL, NULL);
	if (r >= 0)
		r = sd_event_add_signal(fetch->event, NULL, SIGINT, NULL, NULL);
	if (r >= 0)
		r = sd_event_add_time(fetch->event, &fetch->timer, CLOCK_BOOTTIME,
			now_ms() * USEC_PER_MS, USEC_PER_MS, on_time, fetch);
	if (r >= 0)
		r = sd_event_source_set_exit_on_failure(fetch->timer, true);
	return r < 0 ? r : 0;
}

static void stop(struct fetch *fetch)
{
	sd_event_source_disable_unref(fetch->timer);
	sd_event_source_disable_unref(fetch->etc_watch);
	sd_event_source_disable_unref(fetch->up_watch);
	sd_event_source_disable_unref(fetch->pace_watch);
	sd_event_source_disable_unref(fetch->run_watch);
	sd_event_unref(fetch->event);
	fetch_looker_free(fetch->looker);
	fetch_spool_close(&fetch->spool);
}

static int run(struct fetch *fetch)
{
	int r = reread_site(fetch);

	if (r == -ENOENT)
		return 0;
	/* So that what is written for others can be read by their group. */
	umask(0007);
	r = fetch_spool_open(fetch->own, &fetch->spool);
	if (r < 0) {
		fprintf(stderr, SD_ERR "%s/spool: %s\n", fetch->own, strerror(-r));
		return r;
	}
	r = fetch_looker_new(&fetch->spool, &fetch->looker);
	if (r == 0)
		r = start_loop(fetch);
	if (r == 0) {
		watch_all(fetch);
		(void)sd_notify(0, "READY=1");
		r = sd_event_loop(fetch->event);
	}
	if (r < 0)
		fprintf(stderr, SD_ERR "sekisho-fetch ends: %s\n", strerror(-r));
	return r;
}

static void name_folder(char ret[PATH_SIZE], const char *variable, const char *otherwise)
{
	const char *value = getenv(variable);

	snprintf(ret, PATH_SIZE, "%s", value && *value ? value : otherwise);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'v'},
		{"is-wanted", no_argument, NULL, 'w'},
		{},
	};
	struct fetch fetch = {};
	const char *slash;
	bool only_asks = false;
	int option, r;

	while ((option = option_next(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'h': fputs(usage, stdout); return 0;
		case 'v': puts("sekisho-fetch " SEKISHO_VERSION); return 0;
		case 'w': only_asks = true; break;
		default: fputs(usage, stderr); return 2;
		}
	}
	if (optind < argc) {
		fputs(usage, stderr);
		return 2;
	}
	name_folder(fetch.etc, "CONFIGURATION_DIRECTORY", "/etc/sekisho");
	name_folder(fetch.state, "STATE_DIRECTORY", "/var/lib/sekisho");
	name_folder(fetch.run, "RUNTIME_DIRECTORY", "/run/sekisho");
	/* Beside that of sekishod, which is not there while sekishod is not. */
	slash = strrchr(fetch.run, '/');
	snprintf(fetch.beside_run, PATH_SIZE, "%.*s", slash ? (int)(slash - fetch.run) : 0,
		fetch.run);
	snprintf(fetch.own, PATH_SIZE, "%.*s/sekisho-fetch", PATH_SIZE - 16, fetch.beside_run);
	if (only_asks)
		return read_site(fetch.etc, &fetch.site) < 0 ? EXIT_NOT_WANTED : 0;
	r = run(&fetch);
	stop(&fetch);
	return r < 0 ? 1 : 0;
}
