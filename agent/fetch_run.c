#include "agent/fetch_run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/fetch_sandbox.h"
#include "agent/store.h"
#include "agent/terminal_name.h"
#include "agent/timer.h"
#include "policy/cleanup.h"

#define USEC_PER_MS 1000ull
/* Something happened here; more of it may come at once. */
#define SOON_MS   20
#define PATH_SIZE 512
#define OWN       "sekisho-fetch"

struct run {
	const struct fetch_run_folders *folders;
	char beside_run[PATH_SIZE]; /* what the folder of sekishod lies in */
	sd_event *event;
	sd_event_source *timer;
	sd_event_source *etc_watch, *up_watch, *word_watch, *run_watch;
	struct fetch_spool spool;
	int own_fd;
	struct fetch_turn turn;
	struct site site;
	uint64_t due_ms;
	int site_error; /* said already */
};

static uint64_t now_ms(void)
{
	return clock_ms(CLOCK_BOOTTIME);
}

static int open_folder(const char *path)
{
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* --- what it is told --- */

/* 0 and *ret; -ENOENT where no source is named; -EBADMSG, or another negative errno. */
static int read_site(const char *etc, struct site *ret)
{
	CLEANUP(cleanup_close) int fd = open_folder(etc);
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
	terminal_name_settle(HOST_NAME_FILE, &site);
	*ret = site;
	return 0;
}

/* A mistake in the file changes nothing: what it said before counts. 0; -ENOENT: the end. */
static int reread_site(struct run *run)
{
	int r = read_site(run->folders->etc, &run->site);

	if (r == -ENOENT)
		return r;
	if (r < 0 && r != run->site_error)
		fprintf(stderr, SD_WARNING "%s/site.ini: %s\n", run->folders->etc,
			r == -EBADMSG ? "it has a mistake; sekisho-admin lint shows it"
				      : strerror(-r));
	run->site_error = r;
	return r < 0 && !run->site.source[0] ? r : 0;
}

/* --- looking --- */

static int arm(struct run *run, uint64_t due_ms)
{
	int r;

	run->due_ms = due_ms;
	r = sd_event_source_set_time(run->timer, due_ms * USEC_PER_MS);
	return r < 0 ? r : sd_event_source_set_enabled(run->timer, SD_EVENT_ONESHOT);
}

static void watch_all(struct run *run);

static int on_time(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct run *run = userdata;
	int r = reread_site(run);
	bool is_remote = site_source_kind(run->site.source) == SITE_SOURCE_HTTPS;

	if (r == -ENOENT)
		return sd_event_exit(run->event, 0);
	if (r == 0 && is_remote != (run->turn.remote != NULL))
		return sd_event_exit(run->event, FETCH_RUN_ANOTHER_KIND);
	watch_all(run);
	return arm(run, now_ms() + fetch_turn_take(&run->turn, &run->site));
}

/* --- what happens here --- */

/* Watched again where it is, if it is anywhere. */
static void lose(struct run *run, sd_event_source *source)
{
	sd_event_source **const mine[] = {&run->etc_watch, &run->up_watch, &run->word_watch};

	for (size_t i = 0; i < sizeof(mine) / sizeof(mine[0]); i++)
		if (*mine[i] == source)
			*mine[i] = sd_event_source_disable_unref(source);
	watch_all(run);
}

static int on_news(sd_event_source *source, const struct inotify_event *event, void *userdata)
{
	struct run *run = userdata;
	const char *name = event->len > 0 ? event->name : "";
	uint64_t soon_ms = now_ms() + SOON_MS, due_ms;

	if (event->mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF)) {
		lose(run, source);
		due_ms = fetch_turn_on_change_ms(&run->turn);
	} else if (source == run->up_watch) {
		due_ms = fetch_turn_on_waiting_ms(&run->turn, name);
	} else if (source == run->word_watch) {
		due_ms = fetch_turn_on_word_ms(&run->turn, name);
	} else {
		due_ms = fetch_turn_on_change_ms(&run->turn);
	}
	if (due_ms < soon_ms)
		due_ms = soon_ms;
	return due_ms < run->due_ms ? arm(run, due_ms) : 0;
}

static void watch(struct run *run, sd_event_source **source, const char *folder, const char *name,
	uint32_t events)
{
	char path[PATH_SIZE + 16];

	snprintf(path, sizeof(path), "%s%s", folder, name);
	if (!*source &&
		sd_event_add_inotify(run->event, source, path,
			events | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR, on_news, run) < 0)
		*source = NULL;
}

/* Folders that are not there are looked for at each look, and that of sekishod, which comes and
 * goes with it, as soon as it comes. */
static void watch_all(struct run *run)
{
	uint32_t files = IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE;

	watch(run, &run->etc_watch, run->folders->etc, "", files);
	watch(run, &run->up_watch, run->folders->state, "/up", IN_CLOSE_WRITE | IN_MOVED_TO);
	watch(run, &run->word_watch, run->folders->run, "", files);
	if (run->word_watch)
		run->run_watch = sd_event_source_disable_unref(run->run_watch);
	else
		watch(run, &run->run_watch, run->beside_run, "", IN_CREATE | IN_MOVED_TO);
}

/* --- the program --- */

static int start_loop(struct run *run)
{
	sigset_t signals;
	int r = sd_event_default(&run->event);

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	if (r >= 0)
		r = sd_event_add_signal(run->event, NULL, SIGTERM, NULL, NULL);
	if (r >= 0)
		r = sd_event_add_signal(run->event, NULL, SIGINT, NULL, NULL);
	if (r >= 0)
		r = sd_event_add_time(
			run->event, &run->timer, CLOCK_BOOTTIME, 0, USEC_PER_MS, on_time, run);
	if (r >= 0)
		r = sd_event_source_set_exit_on_failure(run->timer, true);
	return r < 0 ? r : arm(run, fetch_turn_first_ms(&run->turn));
}

static void stop(struct run *run)
{
	sd_event_source_disable_unref(run->timer);
	sd_event_source_disable_unref(run->etc_watch);
	sd_event_source_disable_unref(run->up_watch);
	sd_event_source_disable_unref(run->word_watch);
	sd_event_source_disable_unref(run->run_watch);
	sd_event_unref(run->event);
	fetch_turn_end(&run->turn);
	fetch_spool_close(&run->spool);
	cleanup_close(&run->own_fd);
}

/* "/var/lib/sekisho-fetch" of "/var/lib/sekisho". */
static void name_beside(const char *folder, char ret[PATH_SIZE])
{
	const char *slash = strrchr(folder, '/');

	snprintf(ret, PATH_SIZE, "%.*s/" OWN, slash ? (int)(slash - folder) : 0, folder);
}

/* Where nothing can be kept, nothing goes up, and all is asked for again at the next start. */
static int open_own(const struct run *run)
{
	char path[PATH_SIZE];
	int fd;

	name_beside(run->folders->state, path);
	(void)mkdir(path, 0700);
	fd = open_folder(path);
	if (fd < 0)
		fprintf(stderr, SD_WARNING "%s: %s\n", path, strerror(errno));
	return fd;
}

static int open_spool(struct run *run)
{
	char path[PATH_SIZE];
	int r;

	/* So that what is written for others can be read by their group. */
	umask(0007);
	name_beside(run->folders->run, path);
	r = fetch_spool_open(path, &run->spool);
	if (r < 0)
		fprintf(stderr, SD_ERR "%s/spool: %s\n", path, strerror(-r));
	return r;
}

static int begin(struct run *run)
{
	bool is_remote = site_source_kind(run->site.source) == SITE_SOURCE_HTTPS;
	const char *slash = strrchr(run->folders->run, '/');
	int r = open_spool(run);

	/* It is not there while sekishod is not. */
	snprintf(run->beside_run, PATH_SIZE, "%.*s", slash ? (int)(slash - run->folders->run) : 0,
		run->folders->run);
	if (r == 0 && is_remote)
		run->own_fd = open_own(run);
	if (r == 0)
		r = fetch_sandbox_enter(is_remote);
	if (r == 0)
		r = fetch_turn_begin(run->folders, &run->spool, run->own_fd, is_remote, &run->turn);
	return r == 0 ? start_loop(run) : r;
}

int fetch_run_is_wanted(const struct fetch_run_folders *folders)
{
	struct site site;

	return read_site(folders->etc, &site);
}

int fetch_run(const struct fetch_run_folders *folders)
{
	struct run run = {.folders = folders, .own_fd = -1};
	int r = reread_site(&run);

	if (r == -ENOENT)
		return 0;
	if (r == 0)
		r = begin(&run);
	if (r >= 0) {
		watch_all(&run);
		(void)sd_notify(0, "READY=1");
		r = sd_event_loop(run.event);
	}
	stop(&run);
	if (r < 0)
		fprintf(stderr, SD_ERR "sekisho-fetch ends: %s\n", strerror(-r));
	return r;
}
