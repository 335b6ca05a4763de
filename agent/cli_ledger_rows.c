#include "agent/cli_ledger_rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/exemption.h"
#include "policy/json/json_line.h"

#define SECOND_MS 1000

/* As record_exemption.h has them; the last ones have no member. */
static const char *const members[LEDGER_TEXT_COUNT] = {
	[LEDGER_ID] = "id",
	[LEDGER_SECTION] = "section",
	[LEDGER_NUMBER] = "number",
	[LEDGER_NAME] = "name",
	[LEDGER_USER] = "user",
	[LEDGER_REQUESTER] = "requester",
	[LEDGER_PURPOSE] = "purpose",
	[LEDGER_TERMINAL] = "terminal",
	[LEDGER_MEDIUM] = "medium",
	[LEDGER_DEVICE] = "device",
	[LEDGER_DIRECTION] = "direction",
	[LEDGER_INFORMATION] = "information",
	[LEDGER_CLASSIFICATION] = "classification",
	[LEDGER_PERSONAL_DATA] = "personal_data",
	[LEDGER_SPECIFIC_PERSONAL_DATA] = "specific_personal_data",
	[LEDGER_ITEMS] = "items",
	[LEDGER_ENCRYPTED] = "encrypted",
	[LEDGER_DESTINATION] = "destination",
	[LEDGER_APPROVERS] = "approvers",
	[LEDGER_APPROVER_NAMES] = "approver_names",
	[LEDGER_METHOD] = "method",
	[LEDGER_WITNESS] = "witness",
	[LEDGER_EXTENDS] = "extends",
	[LEDGER_HOLDERS] = "holders",
	[LEDGER_PLACE] = "place",
};

static const struct {
	const char *member;
	enum ledger_time time;
} times[] = {
	{"requested", LEDGER_REQUESTED_AT},
	{"approved", LEDGER_APPROVED_AT},
	{"from", LEDGER_FROM},
	{"until", LEDGER_UNTIL},
};

/* What a record adds to what its members say. */
static const struct event {
	const char *name;
	enum ledger_time time;
	enum ledger_text text; /* LEDGER_ID: none */
	bool is_first;         /* the first such time stays */
} events[] = {
	{"exemption-requested", LEDGER_REQUESTED_AT, LEDGER_ID, true},
	{"exemption-received", LEDGER_APPROVED_AT, LEDGER_ID, true},
	{"exemption-refused", LEDGER_REFUSED_AT, LEDGER_REFUSED, false},
	{"exemption-request-refused", LEDGER_REFUSED_AT, LEDGER_REFUSED, false},
	{"exemption-active", LEDGER_USED_AT, LEDGER_ID, true},
	{"exemption-ended", LEDGER_ENDED_AT, LEDGER_ENDED, false},
	{"exemption-returned", LEDGER_RETURNED_AT, LEDGER_ID, false},
	{"exemption-reported", LEDGER_REPORTED_AT, LEDGER_REPORT, false},
};

const char *ledger_text(const struct ledger_row *row, enum ledger_text text)
{
	return row->texts[text] ? row->texts[text] : "";
}

int64_t ledger_row_begin(const struct ledger_row *row)
{
	return row->times_s[LEDGER_REQUESTED_AT] ? row->times_s[LEDGER_REQUESTED_AT] : row->first_s;
}

static int set_text(struct ledger_row *row, enum ledger_text text, const char *value)
{
	char *copy;

	if (!value || !value[0] || strcmp(ledger_text(row, text), value) == 0)
		return 0;
	copy = strdup(value);
	if (!copy)
		return -ENOMEM;
	free(row->texts[text]);
	row->texts[text] = copy;
	return 0;
}

/* The newest are at the end. NULL: it is new. */
static struct ledger_row *find_row(const struct ledger *ledger, const char *id)
{
	for (size_t i = ledger->n; i > 0; i--)
		if (strcmp(ledger_text(&ledger->rows[i - 1], LEDGER_ID), id) == 0)
			return &ledger->rows[i - 1];
	return NULL;
}

static int add_row(struct ledger *ledger, const char *id, struct ledger_row **ret)
{
	struct ledger_row *rows = reallocarray(ledger->rows, ledger->n + 1, sizeof(*rows));

	if (!rows)
		return -ENOMEM;
	ledger->rows = rows;
	rows[ledger->n] = (struct ledger_row){.is_unclean = false};
	if (set_text(&rows[ledger->n], LEDGER_ID, id) < 0)
		return -ENOMEM;
	*ret = &rows[ledger->n++];
	return 0;
}

/* What is said last is what holds: an approver may have granted less than was asked for. */
static int take_members(struct ledger_row *row, struct json_object *exemption)
{
	for (int text = LEDGER_ID + 1; text < LEDGER_TEXT_COUNT; text++) {
		struct json_object *value = NULL;

		/* A number is taken as its digits. */
		if (members[text] && json_object_object_get_ex(exemption, members[text], &value) &&
			(json_object_is_type(value, json_type_string) ||
				json_object_is_type(value, json_type_int)) &&
			set_text(row, (enum ledger_text)text, json_object_get_string(value)) < 0)
			return -ENOMEM;
	}
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct json_object *value =
			json_line_get(exemption, times[i].member, json_type_int);

		if (value)
			row->times_s[times[i].time] = json_object_get_int64(value) / SECOND_MS;
	}
	return 0;
}

static const char *string_of(struct json_object *object, const char *key)
{
	struct json_object *value = json_line_get(object, key, json_type_string);

	return value ? json_object_get_string(value) : "";
}

static int take_event(struct ledger_row *row, const struct event *event,
	const struct cli_record *record, struct json_object *exemption)
{
	const char *reason = string_of(exemption, "reason");

	if (!event->is_first || row->times_s[event->time] == 0)
		row->times_s[event->time] = record->time_ms / SECOND_MS;
	if (event->text == LEDGER_ENDED)
		return set_text(row, LEDGER_ENDED, reason);
	if (event->text == LEDGER_REFUSED || event->text == LEDGER_REPORT)
		return set_text(row, event->text, record->text[0] ? record->text : reason);
	return 0;
}

int ledger_take(struct ledger *ledger, const struct cli_record *record)
{
	struct json_object *ours =
		json_line_get(json_line_get(record->root, "unmapped", json_type_object), "sekisho",
			json_type_object);
	struct json_object *exemption = json_line_get(ours, "exemption", json_type_object);
	struct json_object *is_clean = json_line_get(exemption, "clean", json_type_boolean);
	const char *id = string_of(exemption, "id");
	struct ledger_row *row;
	int r = 0;

	if (!exemption_id_is_valid(id))
		return 0;
	row = find_row(ledger, id);
	if (!row)
		r = add_row(ledger, id, &row);
	if (r == 0)
		r = take_members(row, exemption);
	if (r < 0)
		return r;
	if (row->first_s == 0)
		row->first_s = record->time_ms / SECOND_MS;
	row->is_unclean |= is_clean && !json_object_get_boolean(is_clean);
	row->is_revoked |= strcmp(record->event, "exemption-revoked") == 0;
	for (size_t i = 0; r == 0 && i < sizeof(events) / sizeof(events[0]); i++)
		if (strcmp(record->event, events[i].name) == 0)
			r = take_event(row, &events[i], record, exemption);
	return r;
}

void ledger_clear(struct ledger *ledger)
{
	for (size_t i = 0; i < ledger->n; i++)
		for (int text = 0; text < LEDGER_TEXT_COUNT; text++)
			free(ledger->rows[i].texts[text]);
	free(ledger->rows);
	*ledger = (struct ledger){.rows = NULL};
}
