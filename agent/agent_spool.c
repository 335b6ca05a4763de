/*
 * What sekisho-fetch brings: its spool is watched, and what changed there is taken as what root
 * hands in is. Nobody waits for it, and whoever fills it with rubbish costs a bounded share of the
 * time and of the records.
 */
#include "agent/agent_spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "agent/agent_internal.h"
#include "agent/descriptor.h"
#include "agent/spool_reader.h"
#include "agent/store.h"
#include "agent/timer.h"
#include "policy/cleanup.h"

/* Below the folder of sekishod, which goes when it ends; that of sekisho-fetch stays. */
#define PARENT      "../sekisho-fetch"
#define FOLDER      PARENT "/spool"
#define UP          "up"
#define USEC_PER_MS 1000ull
#define SILENT_S    86400

static int on_time(sd_event_source *source, uint64_t usec, void *userdata);

static int arm(struct agent *agent, uint64_t due_ms)
{
	struct agent_spool *spool = &agent->spool;

	if (due_ms < spool->earliest_ms)
		due_ms = spool->earliest_ms;
	if (spool->is_armed && spool->due_ms <= due_ms)
		return 0;
	spool->is_armed = true;
	spool->due_ms = due_ms;
	return agent_arm(agent, &spool->timer, CLOCK_BOOTTIME, due_ms * USEC_PER_MS, on_time);
}

/* --- watching --- */

/* What happened does not matter: it is looked at, and until then nothing more is heard. */
static int on_change(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	int r = sd_event_source_set_enabled(source, SD_EVENT_OFF);

	return r < 0 ? r : arm(userdata, agent_boottime_ms() + SPOOL_SOON_MS);
}

/* inotify knows only paths. */
static bool watch(int watch_fd, int folder_fd, const char *name, uint32_t events)
{
	CLEANUP(cleanup_close)
	int fd = openat(folder_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return fd >= 0 && inotify_add_watch(watch_fd, path, events) >= 0;
}

/* A new queue each time: emptying the old one takes as long as somebody goes on filling it. */
static int watch_anew(struct agent *agent)
{
	static const char *const folders[] = {
		FOLDER, FOLDER "/root", FOLDER "/media", FOLDER "/sent"};
	struct agent_spool *spool = &agent->spool;
	bool is_there = false;

	spool->source = sd_event_source_disable_unref(spool->source);
	cleanup_close(&spool->watch_fd);
	spool->watch_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (spool->watch_fd < 0)
		return -errno;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		is_there |= watch(spool->watch_fd, agent->run_fd, folders[i],
			IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE_SELF | IN_MOVE_SELF);
	if (!is_there && !watch(spool->watch_fd, agent->run_fd, PARENT, IN_CREATE | IN_MOVED_TO))
		(void)watch(spool->watch_fd, agent->run_fd, "..", IN_CREATE | IN_MOVED_TO);
	return sd_event_add_io(
		agent->event, &spool->source, spool->watch_fd, EPOLLIN, on_change, agent);
}

/* --- taking --- */

/* What became of the documents of one part. */
struct outcome {
	unsigned n_refused;
	bool is_bad, is_taken;
};

static int tell(void *context, const struct agent_answer *answer)
{
	struct outcome *outcome = context;
	bool is_taken = strcmp(answer->outcome, policies_outcome_name(POLICIES_TAKEN)) == 0 ||
			strcmp(answer->outcome, policies_outcome_name(POLICIES_APPLIED)) == 0;

	outcome->n_refused += strcmp(answer->outcome, policies_outcome_name(POLICIES_REFUSED)) == 0;
	outcome->is_taken |= is_taken;
	outcome->is_bad |= !is_taken &&
			   strcmp(answer->outcome, policies_outcome_name(POLICIES_UNCHANGED)) != 0;
	return 0;
}

static uint64_t last_record(const struct agent *agent)
{
	uint8_t sha256[SHA256_SIZE];
	uint64_t sequence;

	record_log_head(agent->log, &sequence, sha256);
	return sequence;
}

static int judge(struct agent *agent, enum spool_part part, const struct spool_files *files)
{
	struct agent_spool *spool = &agent->spool;
	uint64_t before = last_record(agent);
	struct outcome outcome = {};
	int r = agent_documents_take(agent, files->items, files->n, tell, &outcome);

	if (r < 0)
		return r;
	spool_group_judged(&spool->groups[part], outcome.is_bad, agent_boottime_ms());
	/* What was recorded once is not recorded again, and costs nothing. */
	if (outcome.n_refused > 0)
		spool_budget_spend(&spool->budget, (unsigned)(last_record(agent) - before));
	if (part == SPOOL_ROOTS && outcome.is_taken)
		for (size_t i = 0; i < SPOOL_PARTS; i++)
			if (i != SPOOL_ROOTS)
				spool_group_forget(&spool->groups[i]);
	return 1;
}

/* 1 where something was judged, 0, or a negative errno. */
static int look_at(
	struct agent *agent, int spool_fd, enum spool_part part, struct spool_files *files)
{
	struct spool_group *group = &agent->spool.groups[part];
	uint8_t seen[SHA256_SIZE], bytes[SHA256_SIZE];
	int r = spool_list(spool_fd, part, files, seen);

	if (r == -ENOENT)
		return 0;
	if (r < 0 || !spool_group_is_due(group, seen, agent_boottime_ms()))
		return r;
	if (!spool_budget_allows(&agent->spool.budget, agent_boottime_ms()))
		return arm(agent, agent_boottime_ms() + SPOOL_REFUSAL_EVERY_MS);
	r = spool_read(spool_fd, files, bytes);
	if (r == 0 && spool_group_wants(group, seen, bytes, agent_boottime_ms()))
		r = judge(agent, part, files);
	spool_files_clear(files);
	return r;
}

/* The source answered: what ends in silence goes on. What was there when we began is no news. */
static int hear(struct agent *agent, int spool_fd)
{
	const struct spool_heard heard = spool_heard(spool_fd), before = agent->spool.heard;

	if (heard.inode == before.inode && heard.modified_ns == before.modified_ns)
		return 0;
	agent->spool.heard = heard;
	return before.inode == 0 ? 0 : agent_news_heard(agent);
}

/* How the server does; without that file there is none. */
static void read_server(struct agent *agent, int spool_fd)
{
	CLEANUP(cleanup_free) char *text = NULL;
	struct fetch_server server = {}, before = agent->spool.server;
	size_t size;

	if (store_read(spool_fd, FETCH_SERVER_FILE, FETCH_SERVER_SIZE, &text, &size) == 0)
		(void)fetch_server_parse(text, size, &server);
	agent->spool.server = server;
	if (server.state != before.state || server.status != before.status)
		bus_touch(agent->bus);
}

static int look(struct agent *agent, int spool_fd)
{
	CLEANUP(cleanup_close)
	int up_fd = openat(agent->state_fd, UP, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct spool_files *files = calloc(1, sizeof(*files));
	int r = files ? hear(agent, spool_fd) : -ENOMEM;

	read_server(agent, spool_fd);
	if (up_fd >= 0)
		spool_take_receipts(spool_fd, up_fd);
	if (r == 0)
		r = agent_join_look(agent);
	/* One part at a time: what else happens has its turn between them. */
	for (size_t i = 0; r == 0 && i < SPOOL_PARTS; i++)
		r = look_at(agent, spool_fd, (enum spool_part)i, files);
	free(files);
	return r;
}

static uint64_t next_ms(const struct agent_spool *spool)
{
	uint64_t next = UINT64_MAX;

	for (size_t i = 0; i < SPOOL_PARTS; i++)
		if (spool_group_next_ms(&spool->groups[i]) < next)
			next = spool_group_next_ms(&spool->groups[i]);
	return next;
}

/* Of this thread: that a disk is slow is nobody's fault who fills the spool. */
static uint64_t used_ms(void)
{
	return clock_ms(CLOCK_THREAD_CPUTIME_ID);
}

static int on_time(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct agent *agent = userdata;
	struct agent_spool *spool = &agent->spool;
	uint64_t began_ms = agent_boottime_ms(), used_before_ms = used_ms(), next;
	CLEANUP(cleanup_close) int spool_fd = -1;
	int r;

	spool->is_armed = false;
	/* Watched first: what comes in between is seen. */
	r = watch_anew(agent);
	spool_fd = openat(agent->run_fd, FOLDER, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (r >= 0 && spool_fd >= 0)
		r = look(agent, spool_fd);
	if (r == -ENOMEM)
		return r;
	if (r < 0 && r != spool->error)
		fprintf(stderr, SD_WARNING "the spool of sekisho-fetch: %s\n", strerror(-r));
	spool->error = r < 0 ? r : 0;
	spool->earliest_ms = agent_boottime_ms() + (used_ms() - used_before_ms) * SPOOL_SHARE;
	next = r < 0 ? began_ms + SPOOL_RETRY_MS : r > 0 ? began_ms : next_ms(spool);
	return next == UINT64_MAX ? 0 : arm(agent, next);
}

/* --- the status --- */

void agent_spool_status(const struct agent *agent, struct agent_status *ret)
{
	const struct fetch_server *server = &agent->spool.server;

	if (server->state == FETCH_SERVER_UNKNOWN)
		return;
	ret->server = fetch_server_state_name(server->state);
	ret->server_heard = server->heard_s;
}

/* Silence is one after a day, by the clock or since the start of this PC: what a clock that was set
 * makes longer harms nobody. */
static bool is_silent(const struct fetch_server *server)
{
	int64_t since_s = server->heard_s ? agent_realtime_ms() / 1000 - server->heard_s
					  : (int64_t)(agent_boottime_ms() / 1000);

	return since_s > SILENT_S;
}

const char *agent_spool_problem(const struct agent *agent)
{
	const struct fetch_server *server = &agent->spool.server;

	switch (server->state) {
	case FETCH_SERVER_UNKNOWN:
	case FETCH_SERVER_OK:
	case FETCH_SERVER_PARTLY: /* that is another one */
	case FETCH_SERVER_STATE_COUNT: return NULL;
	case FETCH_SERVER_CERTIFICATE:
		return "the server that documents come from is another one than was named, or its "
		       "certificate has ended";
	case FETCH_SERVER_NOT_CONFIGURED:
		return "nobody named the server that documents come from: "
		       "/etc/sekisho/server-ca.pem is not there";
	case FETCH_SERVER_NO_ANSWER:
	case FETCH_SERVER_REFUSED:
	case FETCH_SERVER_PROXY: break;
	}
	return is_silent(server) ? "the server that documents come from has not answered for a day"
				 : NULL;
}

bool agent_spool_is_refused_one(const struct agent *agent)
{
	return agent->spool.server.state == FETCH_SERVER_PARTLY;
}

int agent_spool_start(struct agent *agent)
{
	struct agent_spool *spool = &agent->spool;

	spool->watch_fd = -1;
	spool_budget_begin(&spool->budget, agent_boottime_ms());
	return arm(agent, agent_boottime_ms());
}

void agent_spool_free(struct agent *agent)
{
	struct agent_spool *spool = &agent->spool;

	/* It was never started. */
	if (!spool->timer)
		return;
	sd_event_source_disable_unref(spool->timer);
	sd_event_source_disable_unref(spool->source);
	cleanup_close(&spool->watch_fd);
}
