/*
 * The agent's side of logins, which never wait for it: it leaves rules and time where
 * sekisho-verify reads them, and takes what became of logins into the records.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "agent/agent_internal.h"
#include "agent/login_rules_file.h"
#include "agent/record_login.h"
#include "agent/store.h"
#include "agent/terminal_key_file.h"
#include "policy/login_floor.h"

/* A flood of logins must not keep devices and the watchdog waiting. */
#define LINES_AT_ONCE 64
/* While a writer holds the spool. */
#define HELD_USEC (50 * 1000ull)
/* The floor that sekisho-verify sees is never older. */
#define FLOOR_EVERY_MS (10 * 60 * 1000ull)
/* Both clocks run on; what goes beyond that, a document did. */
#define FLOOR_MAY_DIFFER_S 60

/* --- rules --- */

/*
 * False: no policy was ever seen. Of a policy that is lost the rules that were compiled stay: they
 * are the last good ones.
 */
static bool find_rules(const struct agent *agent, struct login_rules *ret)
{
	uint8_t sha256[SHA256_SIZE];
	const struct policy *policy = policies_current(agent->policies, sha256);

	if (!policy->is_builtin)
		login_rules_from_policy(policy, ret);
	else if (policies_is_lost(agent->policies) &&
		 login_rules_file_read(agent->state_fd, ret) < 0)
		login_rules_strict(ret);
	else
		return policies_is_lost(agent->policies);
	return true;
}

int agent_login_rules(struct agent *agent)
{
	struct agent_login *login = &agent->login;
	struct record record = {
		.event = RECORD_LOGIN_RULES_NOT_STORED,
		.realtime_ms = agent_realtime_ms(),
		.boottime_ms = agent_boottime_ms(),
	};
	struct login_rules rules;
	bool has_rules = find_rules(agent, &rules);
	int r = has_rules ? login_rules_file_write(agent->state_fd, &rules)
			  : login_rules_file_remove(agent->state_fd);

	if (r >= 0) {
		login->has_rules = has_rules;
		if (has_rules)
			login->rules = rules;
		login->rules_error = 0;
		return 0;
	}
	/* Tried again each minute, and said once. */
	if (r == login->rules_error)
		return 0;
	login->rules_error = r;
	record.error = -r;
	return agent_record(agent, &record);
}

/* --- time --- */

static bool is_floor_known(const struct agent_login *login, int64_t floor_s, uint64_t now_ms)
{
	int64_t expected;

	if (!login->has_floor || now_ms - login->floor_at_ms >= FLOOR_EVERY_MS)
		return false;
	expected = login->floor_s + (int64_t)((now_ms - login->floor_at_ms) / 1000);
	return llabs(floor_s - expected) <= FLOOR_MAY_DIFFER_S;
}

void agent_login_floor(struct agent *agent)
{
	struct agent_login *login = &agent->login;
	const struct policies_clock clock = agent_clock();
	int64_t floor_s = policies_floor(agent->policies, &clock);
	char text[LOGIN_FLOOR_SIZE];
	int r;

	/* Nothing is proven; what was proven before stays there. */
	if (!policies_root(agent->policies) || is_floor_known(login, floor_s, clock.boottime_ms))
		return;
	r = store_write_public(
		agent->state_fd, LOGIN_FLOOR_FILE, text, login_floor_encode(floor_s, text));
	if (r < 0 && r != login->floor_error)
		fprintf(stderr, SD_ERR "the time of logins cannot be stored: %s\n", strerror(-r));
	login->floor_error = r;
	login->has_floor = r == 0;
	login->floor_s = floor_s;
	login->floor_at_ms = clock.boottime_ms;
}

/* --- the key --- */

static void read_key(struct agent *agent)
{
	if (terminal_key_file_read(agent->state_fd, agent->login.key) < 0)
		agent->login.key[0] = '\0';
}

/* --- the spool --- */

static void note_spool_error(struct agent *agent, int error)
{
	if (error < 0 && error != agent->login.spool_error)
		fprintf(stderr, SD_ERR "what became of logins cannot be recorded: %s\n",
			strerror(-error));
	agent->login.spool_error = error;
}

static int on_look(sd_event_source *source, uint64_t usec, void *userdata)
{
	return agent_login_look(userdata);
}

static int look_later(struct agent *agent, uint64_t usec)
{
	uint64_t now;
	int r = sd_event_now(agent->event, CLOCK_MONOTONIC, &now);

	return r < 0 ? r
		     : agent_arm(agent, &agent->login.look_source, CLOCK_MONOTONIC, now + usec,
			       on_look);
}

/* All of it is in the records, and those are on the disk. */
static int end_taken(struct agent *agent)
{
	struct agent_login *login = &agent->login;
	int r = login_spool_done(login->spool);

	note_spool_error(agent, r);
	if (r < 0)
		return 0;
	login->n_recorded = 0;
	login->safe_at_sync = 0;
	login->is_safe = false;
	return look_later(agent, 0);
}

/* Time and boottime are those of the login, which may have been in an earlier boot. */
static struct record record_of(const struct login_spool_line *line)
{
	struct record record = {
		.event = RECORD_LOGIN_LINE_DAMAGED,
		.realtime_ms = agent_realtime_ms(),
		.boottime_ms = agent_boottime_ms(),
	};

	if (line->is_damaged)
		return record;
	record.event = record_login_event(line->event.reason);
	record.realtime_ms = line->event.realtime_ms;
	record.error = line->event.error;
	record.login = &line->event;
	return record;
}

/* 1: recorded; 0: it could not be written, and is kept; or a negative errno. */
static int record_line(struct agent *agent, const struct login_spool_line *line)
{
	const struct record record = record_of(line);
	bool is_written;
	int r = agent_record_if_possible(agent, &record, &is_written);

	if (!is_written) {
		login_spool_unread(agent->login.spool);
		note_spool_error(agent, -EIO);
		return r < 0 ? r : 0;
	}
	agent->login.n_recorded++;
	if (record.event == RECORD_LOGIN_KEY_MADE)
		read_key(agent);
	return r < 0 ? r : 1;
}

static int read_lines(struct agent *agent)
{
	struct agent_login *login = &agent->login;

	for (unsigned i = 0; i < LINES_AT_ONCE; i++) {
		struct login_spool_line line;
		int r = login_spool_next(login->spool, &line);

		if (r < 0) {
			note_spool_error(agent, r);
			return 0;
		}
		if (r == 0 && login->n_recorded == 0)
			return end_taken(agent);
		if (r == 0) {
			login->safe_at_sync = syncer_begun(agent->syncer) + 1;
			return 0;
		}
		r = record_line(agent, &line);
		if (r <= 0)
			return r;
	}
	return look_later(agent, 0);
}

static int on_news(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	return agent_login_look(userdata);
}

static int open_spool(struct agent *agent)
{
	int r = login_spool_new(agent->state_fd, &agent->login.spool);

	return r < 0 ? r : agent_watch(agent, login_spool_fd(agent->login.spool), on_news);
}

int agent_login_look(struct agent *agent)
{
	struct agent_login *login = &agent->login;
	uint64_t wait_ms = 0;
	int r = login->spool ? 0 : open_spool(agent);

	if (r >= 0)
		r = login_spool_look(login->spool, agent_boottime_ms(), &wait_ms);
	if (r == -EAGAIN)
		return look_later(agent, HELD_USEC);
	if (r <= 0) {
		note_spool_error(agent, r);
		return wait_ms > 0 ? look_later(agent, wait_ms * 1000) : 0;
	}
	return login->safe_at_sync ? 0 : read_lines(agent);
}

/* A disk that failed may have lost what it said it had: it is recorded once more. */
static void record_anew(struct agent *agent, int error)
{
	note_spool_error(agent, error);
	login_spool_rewind(agent->login.spool);
	agent->login.n_recorded = 0;
	agent->login.safe_at_sync = 0;
}

static int on_synced(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct agent *agent = userdata;
	struct agent_login *login = &agent->login;
	struct syncer_end end = syncer_take_end(agent->syncer);

	if (end.error < 0 && login->n_recorded > 0 && !login->is_safe)
		record_anew(agent, end.error);
	else if (login->safe_at_sync && end.number >= login->safe_at_sync)
		login->is_safe = true;
	return login->is_safe ? end_taken(agent) : 0;
}

/* --- all of it --- */

int agent_login_start(struct agent *agent)
{
	int r = agent_watch(agent, syncer_fd(agent->syncer), on_synced);

	if (r < 0)
		return r;
	agent_login_floor(agent);
	agent_login_run(agent);
	read_key(agent);
	r = agent_login_rules(agent);
	return r < 0 ? r : agent_login_look(agent);
}

int agent_login_minute(struct agent *agent)
{
	struct agent_login *login = &agent->login;
	int r = login->rules_error ? agent_login_rules(agent) : 0;

	agent_login_floor(agent);
	agent_login_run(agent);
	read_key(agent);
	if (r < 0)
		return r;
	if (login->is_safe) /* and could not be removed */
		return end_taken(agent);
	r = agent_records_sync_soon(agent);
	return r < 0 ? r : agent_login_look(agent);
}

void agent_login_stop(struct agent *agent)
{
	agent->login.run_at_ms = 0;
	agent_login_run(agent);
	if (agent->login.safe_at_sync)
		(void)login_spool_done(agent->login.spool);
}

void agent_login_free(struct agent *agent)
{
	sd_event_source_unref(agent->login.look_source);
	login_spool_free(agent->login.spool);
}
