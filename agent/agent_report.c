/*
 * Reports: how this terminal is, signed by its key and handed up, and the records where no syslog
 * carries them on. At a start, a moment after a change, and each hour. Nobody ever waits for one:
 * what cannot be written is tried again at the next look.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <systemd/sd-daemon.h>

#include "agent/agent_internal.h"
#include "agent/report_batch.h"
#include "agent/store.h"
#include "agent/terminal_identity.h"
#include "agent/up_folder.h"
#include "policy/cleanup.h"

#define STATE_FILE "report"
/* After a change: by then what was recorded is on the disk, and what follows from it has happened.
 */
#define SOON_MS  5000u
#define LEAST_MS 60000u /* between two reports */
#define HOUR_MS  3600000u
/* An hour, give or take a fifth: that a thousand terminals were switched on at once is forgotten.
 */
#define SPREAD_MS (HOUR_MS / 5)

static int on_time(sd_event_source *source, uint64_t usec, void *userdata);

static int arm(struct agent *agent, uint64_t due_ms)
{
	struct agent_reports *own = &agent->report;

	if (own->is_armed && own->due_ms <= due_ms)
		return 0;
	record_log_head(agent->log, &own->head_sequence, own->head_sha256);
	own->is_armed = true;
	own->due_ms = due_ms;
	return agent_arm(agent, &own->timer, CLOCK_BOOTTIME, due_ms * 1000, on_time);
}

/* Without it all is as good, but for a server of very many. */
static uint32_t any_number(void)
{
	uint32_t random = 0;

	(void)!getrandom(&random, sizeof(random), GRND_NONBLOCK);
	return random;
}

static uint64_t next_hour_ms(void)
{
	return agent_boottime_ms() + HOUR_MS - SPREAD_MS + any_number() % (2 * SPREAD_MS);
}

/* --- signing and writing --- */

int agent_report_sign(const struct agent *agent, const char *text, size_t size, char **ret)
{
	char armour[SSHSIG_ARMOUR_SIZE], *file;
	int r = agent->identity ? terminal_identity_sign(
					  agent->identity, REPORT_NAMESPACE, text, size, armour)
				: -ENOKEY;

	if (r < 0)
		return r;
	file = malloc(size + strlen(armour) + 1);
	if (!file)
		return -ENOMEM;
	memcpy(file, text, size);
	memcpy(file + size, armour, strlen(armour) + 1);
	*ret = file;
	return 0;
}

static int store_state(struct agent *agent, const struct report_state *state)
{
	char text[REPORT_STATE_SIZE];
	size_t size;
	int r = report_state_encode(state, text, &size);

	return r < 0 ? r : store_write(agent->state_fd, STATE_FILE, text, size);
}

/* --- records --- */

/* Each batch is there before the cursor moves: after a power cut one may go up twice, none never.
 */
static int hand_up_batch(struct agent *agent, const struct report_batch *batch)
{
	CLEANUP(cleanup_free) char *file = NULL;
	struct report_state state = agent->report.state;
	uint64_t number = batch->first > 0 ? batch->first : state.cursor.sequence + 1;
	char name[UP_NAME_SIZE];
	int r = agent_report_sign(agent, batch->lines, batch->size, &file);

	if (r == 0)
		r = up_folder_write(
			agent->exemption.up_fd, UP_RECORDS, number, file, strlen(file), name);
	if (r < 0)
		return r;
	state.cursor = batch->cursor;
	r = store_state(agent, &state);
	if (r == 0)
		agent->report.state = state;
	return r;
}

/* One batch: what else happens has its turn before the next. 1: there may be more; 0, or a negative
 * errno. */
static int hand_up_records(struct agent *agent)
{
	struct report_batch batch = {};
	int r, written;

	if (up_folder_count(agent->exemption.up_fd, UP_RECORDS) >= UP_RECORDS_MAX)
		return 0;
	r = report_batch_read(
		agent->logs_fd, &agent->report.state.cursor, agent->report.head_sequence, &batch);
	if (r <= 0)
		return r;
	written = hand_up_batch(agent, &batch);
	free(batch.lines);
	return written < 0 ? written : 1;
}

/* --- the report --- */

/* The number is used up before anybody sees it. */
static int hand_up(struct agent *agent, struct report *report)
{
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(cleanup_free) char *text = NULL, *file = NULL;
	struct report_state state = agent->report.state;
	char name[UP_NAME_SIZE];
	int r;

	report->number = ++state.number;
	r = report_write(report, &problems, &text);
	if (r == 0)
		r = agent_report_sign(agent, text, strlen(text), &file);
	if (r == 0)
		r = store_state(agent, &state);
	if (r < 0)
		return r;
	agent->report.state = state;
	r = up_folder_write(
		agent->exemption.up_fd, UP_STATUS, state.number, file, strlen(file), name);
	/* One waits at most. */
	if (r == 0)
		up_folder_keep_only(agent->exemption.up_fd, UP_STATUS, name);
	return r;
}

static int report(struct agent *agent)
{
	CLEANUP(report_cleanup) struct report *now = calloc(1, sizeof(*now));
	struct agent_reports *own = &agent->report;
	uint64_t now_ms = agent_boottime_ms();
	struct report_digest digest;
	int r;

	if (!now)
		return -ENOMEM;
	report_state_day(&own->state, agent_realtime_ms() / 1000);
	own->reason = !own->said.is_said              ? REPORT_START
		      : now_ms >= own->said.hourly_ms ? REPORT_HOURLY
						      : REPORT_CHANGE;
	agent_report_fill(agent, now);
	r = report_digest(now, &digest);
	if (r < 0 || !report_is_due(&own->said, &digest, now_ms, any_number()))
		return r;
	r = hand_up(agent, now);
	if (r == 0)
		report_note_said(&own->said, &digest, agent_boottime_ms(), next_hour_ms());
	return r;
}

/* A terminal that has no key yet, or no name, says nothing and is asked again each hour. 1: look
 * again in a moment; 0, or a negative errno. */
static int look(struct agent *agent)
{
	int r = 0, more = 0;

	if (!agent->identity || !terminal_identity_key(agent->identity) ||
		!policies_terminal(agent->policies)[0]) {
		agent->report.said.hourly_ms = next_hour_ms();
		return 0;
	}
	if (policies_sends_records(agent->policies))
		more = hand_up_records(agent);
	r = more < 0 ? more : report(agent);
	return r < 0 ? r : more;
}

/* Whether there are records that this look left out. */
static bool has_more_records(const struct agent *agent)
{
	uint8_t head[SHA256_SIZE];
	uint64_t sequence;

	record_log_head(agent->log, &sequence, head);
	return sequence > agent->report.head_sequence;
}

static int on_time(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct agent *agent = userdata;
	struct agent_reports *own = &agent->report;
	uint64_t due_ms;
	int r;

	own->is_armed = false;
	r = look(agent);
	if (r == -ENOMEM)
		return r;
	if (r < 0 && r != own->error)
		fprintf(stderr, SD_WARNING "the report of this terminal: %s\n", strerror(-r));
	own->error = r < 0 ? r : 0;
	due_ms = report_next_ms(&own->said);
	if (r > 0)
		due_ms = agent_boottime_ms() + SOON_MS;
	else if (r < 0 || has_more_records(agent))
		due_ms = agent_boottime_ms() + LEAST_MS;
	return arm(agent, due_ms);
}

/* --- what leads to one --- */

int agent_report_touch(struct agent *agent)
{
	struct agent_reports *own = &agent->report;
	uint64_t due_ms = agent_boottime_ms() + SOON_MS;

	if (!own->is_started)
		return 0;
	if (own->said.is_said && due_ms < own->said.last_ms + LEAST_MS)
		due_ms = own->said.last_ms + LEAST_MS;
	return arm(agent, due_ms);
}

int agent_report_recorded(struct agent *agent, const struct record *record)
{
	struct agent_reports *own = &agent->report;

	(void)report_state_count(&own->state, record, agent_realtime_ms() / 1000);
	return agent_report_touch(agent);
}

int agent_report_load(struct agent *agent)
{
	CLEANUP(cleanup_free) char *text = NULL;
	size_t size;
	int r = store_read(agent->state_fd, STATE_FILE, REPORT_STATE_SIZE, &text, &size);

	if (r == 0)
		r = report_state_decode(text, size, &agent->report.state);
	if (r < 0 && r != -ENOENT)
		fprintf(stderr,
			SD_WARNING
			"the numbers of reports are lost, which administrators see: %s\n",
			strerror(-r));
	return r == -ENOMEM ? r : 0;
}

int agent_report_start(struct agent *agent)
{
	agent->report.is_started = true;
	return agent_report_touch(agent);
}

void agent_report_free(struct agent *agent)
{
	sd_event_source_unref(agent->report.timer);
}
