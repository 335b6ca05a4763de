#include "agent/report_state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/checked_lines.h"
#include "policy/document_header.h"
#include "policy/timestamp.h"
#include "policy/value.h"

#define SEVERITY_ALERT 4

int64_t report_day_start(int64_t now_s)
{
	int64_t local_s = now_s + JAPAN_MINUTES * MINUTE_S, into_s = local_s % DAY_S;

	return now_s - (into_s < 0 ? into_s + DAY_S : into_s);
}

void report_state_day(struct report_state *state, int64_t now_s)
{
	int64_t start = report_day_start(now_s);

	if (state->since == start)
		return;
	state->since = start;
	state->blocked = 0;
	state->n_alerts = 0;
}

/* One more of that event; of more kinds than there is room for only the first are named. */
static void count_alert(struct report_state *state, const char *event)
{
	size_t i = 0;

	while (i < state->n_alerts && strcmp(state->alerts[i].event, event) != 0)
		i++;
	if (i == REPORT_ALERTS_MAX)
		return;
	if (i == state->n_alerts) {
		state->alerts[i] = (struct report_alert){.n = 0};
		snprintf(state->alerts[i].event, sizeof(state->alerts[i].event), "%s", event);
		state->n_alerts++;
	}
	state->alerts[i].n++;
}

bool report_state_count(struct report_state *state, const struct record *record, int64_t now_s)
{
	const char *event = record_event_name(record->event);

	report_state_day(state, now_s);
	state->blocked += record->event == RECORD_DEVICE_BLOCKED;
	if (!event || record_severity(record->event) < SEVERITY_ALERT)
		return false;
	count_alert(state, event);
	return true;
}

/* --- the file --- */

int report_state_encode(
	const struct report_state *state, char buffer[REPORT_STATE_SIZE], size_t *ret_size)
{
	int used = snprintf(buffer, REPORT_STATE_SIZE,
		"report 1\nnumber %" PRIu64 "\nsince %" PRIu64 "\nblocked %" PRIu64
		"\nfile %" PRIu64 "\noffset %" PRIu64 "\nsequence %" PRIu64 "\n",
		state->number, (uint64_t)(state->since < 0 ? 0 : state->since), state->blocked,
		state->cursor.file, state->cursor.offset, state->cursor.sequence);

	for (size_t i = 0; i < state->n_alerts && i < REPORT_ALERTS_MAX; i++)
		used += snprintf(buffer + used, REPORT_STATE_SIZE - (size_t)used,
			"alert %s %" PRIu64 "\n", state->alerts[i].event, state->alerts[i].n);
	return checked_lines_close(buffer, (size_t)used, ret_size);
}

static bool skip(const char **text, const char *word)
{
	size_t size = strlen(word);

	if (strncmp(*text, word, size) != 0)
		return false;
	*text += size;
	return true;
}

static bool take_number(const char **text, const char *word, uint64_t max, uint64_t *ret)
{
	return skip(text, word) && read_number(text, max, '\n', ret);
}

static bool take_alert(const char **text, struct report_alert *ret)
{
	size_t size;

	if (!skip(text, "alert "))
		return false;
	size = strcspn(*text, " \n");
	if (size == 0 || size > REPORT_WORD_MAX || (*text)[size] != ' ')
		return false;
	memcpy(ret->event, *text, size);
	ret->event[size] = '\0';
	*text += size + 1;
	return word_is_valid(ret->event) && read_number(text, SERIAL_MAX, '\n', &ret->n) &&
	       ret->n > 0;
}

int report_state_decode(const char *text, size_t size, struct report_state *ret)
{
	struct report_state state = {.number = 0};
	const char *end;
	uint64_t since;
	int r = memchr(text, '\0', size) ? -EBADMSG : checked_lines_open(text, size, &end);

	if (r < 0)
		return r;
	if (!skip(&text, "report 1\n") ||
		!take_number(&text, "number ", REPORT_NUMBER_MAX, &state.number) ||
		!take_number(&text, "since ", INT64_MAX, &since) ||
		!take_number(&text, "blocked ", SERIAL_MAX, &state.blocked) ||
		!take_number(&text, "file ", INT64_MAX, &state.cursor.file) ||
		!take_number(&text, "offset ", INT64_MAX, &state.cursor.offset) ||
		!take_number(&text, "sequence ", INT64_MAX, &state.cursor.sequence))
		return -EBADMSG;
	while (text < end) {
		if (state.n_alerts == REPORT_ALERTS_MAX ||
			!take_alert(&text, &state.alerts[state.n_alerts]))
			return -EBADMSG;
		state.n_alerts++;
	}
	state.since = (int64_t)since;
	*ret = state;
	return 0;
}
