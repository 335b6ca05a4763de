/* What sekishod writes down of itself, and when it reaches the disk. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "agent/agent_internal.h"
#include "agent/run_marker.h"

#define RECORDS_FILE_MAX (16 * 1024 * 1024)

static int on_sync(sd_event_source *source, uint64_t usec, void *userdata);

static int sync_soon(struct agent *agent)
{
	uint64_t now;
	int r = sd_event_now(agent->event, CLOCK_MONOTONIC, &now);

	return r < 0 ? r
		     : agent_arm(agent, &agent->sync_source, CLOCK_MONOTONIC, now + SYNC_USEC,
			       on_sync);
}

static int on_sync(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct agent *agent = userdata;
	int r = record_log_begin_sync(agent->log, agent->syncer);

	if (r == -EBUSY)
		return sync_soon(agent);
	if (r < 0)
		fprintf(stderr, SD_ERR "records cannot be synced: %s\n", strerror(-r));
	return 0;
}

/* People name the record of a verdict by its number when they ask about it. */
static void note_verdict(struct agent *agent, const struct record *record, uint64_t sequence)
{
	struct registered *entry;

	if (!record_event_is_judgement(record->event))
		return;
	entry = agent->registry ? registry_find(agent->registry, record->device.name) : NULL;
	if (entry)
		entry->record = sequence;
}

int agent_records_sync_soon(struct agent *agent)
{
	int enabled = SD_EVENT_OFF;

	if (agent->sync_source)
		sd_event_source_get_enabled(agent->sync_source, &enabled);
	return enabled == SD_EVENT_OFF && record_log_is_dirty(agent->log) ? sync_soon(agent) : 0;
}

static struct record stamped(struct agent *agent, const struct record *record)
{
	struct record copy = *record;

	copy.operator= agent_operator_of(agent, record);
	return copy;
}

int agent_record(struct agent *agent, const struct record *record)
{
	const struct record whole = stamped(agent, record);
	uint8_t head[SHA256_SIZE];
	uint64_t sequence = 0;
	int r;

	/* A full disk must not stop decisions: record_log counts what it could not write. */
	if (record_log_append(agent->log, &whole) == 0)
		record_log_head(agent->log, &sequence, head);
	note_verdict(agent, record, sequence);
	agent_exemption_recorded(agent, record, sequence);
	bus_announce_record(agent->bus, record, sequence);
	r = agent_report_recorded(agent, record);
	return r < 0 ? r : agent_records_sync_soon(agent);
}

int agent_record_if_possible(struct agent *agent, const struct record *record, bool *ret_is_written)
{
	const struct record whole = stamped(agent, record);
	uint8_t head[SHA256_SIZE];
	uint64_t sequence;
	int r;

	*ret_is_written = record_log_try_append(agent->log, &whole) == 0;
	if (!*ret_is_written)
		return 0;
	record_log_head(agent->log, &sequence, head);
	agent_exemption_recorded(agent, record, sequence);
	bus_announce_record(agent->bus, record, sequence);
	r = agent_report_recorded(agent, record);
	return r < 0 ? r : agent_records_sync_soon(agent);
}

int agent_records_start(struct agent *agent)
{
	struct record_log_config config = {
		.directory_fd = agent->logs_fd,
		.boot_id = agent->boot_id,
		.file_size_max = RECORDS_FILE_MAX,
		.to_journal = true,
	};
	struct record record = {
		.realtime_ms = agent_realtime_ms(),
		.boottime_ms = agent_boottime_ms(),
	};
	bool torn = false;
	int r = syncer_new(&agent->syncer);

	if (r == 0)
		r = record_log_open(&config, &agent->log, &torn);
	if (r < 0)
		return r;
	if (torn) {
		record.event = RECORD_TORN;
		r = agent_record(agent, &record);
	}
	record.event = RECORD_STARTED;
	snprintf(record.text, sizeof(record.text), "%s",
		run_end_words(run_marker_begin(agent->state_fd, agent->boot_id)));
	return r < 0 ? r : agent_record(agent, &record);
}
