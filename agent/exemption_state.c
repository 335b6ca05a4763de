#include "agent/exemption_state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/checksum.h"
#include "policy/names.h"
#include "policy/value.h"

#define FIRST_LINE    "sekisho exemption 1"
#define CHECKSUM_LINE "checksum "
#define COUNT(array)  (sizeof(array) / sizeof((array)[0]))

static const char *const phases[EXEMPTION_PHASE_COUNT] = {
	[EXEMPTION_LOST] = "lost",
	[EXEMPTION_APPROVED] = "approved",
	[EXEMPTION_ACTIVE] = "active",
	[EXEMPTION_WARNED] = "warned",
	[EXEMPTION_ENDING] = "ending",
	[EXEMPTION_ENDED] = "ended",
	[EXEMPTION_RETURNED] = "returned",
};

static const char *const ends[EXEMPTION_END_COUNT] = {
	[EXEMPTION_END_NONE] = "none",
	[EXEMPTION_END_TIME] = "time",
	[EXEMPTION_END_NOT_AFTER] = "not-after",
	[EXEMPTION_END_EJECT] = "eject",
	[EXEMPTION_END_RETURNED] = "returned",
	[EXEMPTION_END_LOGOUT] = "logout",
	[EXEMPTION_END_UNPLUG] = "unplug",
	[EXEMPTION_END_INSERTIONS] = "insertions",
	[EXEMPTION_END_REBOOT] = "reboot",
	[EXEMPTION_END_REVOKED] = "revoked",
	[EXEMPTION_END_POLICY] = "policy",
	[EXEMPTION_END_WITHDRAWN] = "withdrawn",
	[EXEMPTION_END_LEASE] = "lease",
	[EXEMPTION_END_LOST] = "lost",
};

const char *exemption_phase_name(enum exemption_phase phase)
{
	return names_get(phases, EXEMPTION_PHASE_COUNT, phase);
}

int exemption_phase_from_name(const char *name, enum exemption_phase *ret)
{
	int index = names_find(phases, EXEMPTION_PHASE_COUNT, name);

	if (index < 0)
		return index;
	*ret = (enum exemption_phase)index;
	return 0;
}

const char *exemption_end_name(enum exemption_end end)
{
	return names_get(ends, EXEMPTION_END_COUNT, end);
}

int exemption_end_from_name(const char *name, enum exemption_end *ret)
{
	int index = names_find(ends, EXEMPTION_END_COUNT, name);

	if (index < 0)
		return index;
	*ret = (enum exemption_end)index;
	return 0;
}

bool exemption_end_is_level(enum exemption_end end)
{
	return end == EXEMPTION_END_NOT_AFTER || end == EXEMPTION_END_POLICY ||
	       end == EXEMPTION_END_WITHDRAWN;
}

/* --- the file: a line for each of these, in this order --- */

enum field_kind { FIELD_TEXT, FIELD_NUMBER, FIELD_PHASE, FIELD_END };

static const struct field {
	const char *name;
	enum field_kind kind;
	size_t offset, size;
} fields[] = {
#define FIELD(name, kind, member) \
	{ \
		name, kind, offsetof(struct exemption_state, member), \
			sizeof(((struct exemption_state *)0)->member) \
	}
	FIELD("id", FIELD_TEXT, id),
	FIELD("phase", FIELD_PHASE, phase),
	FIELD("end", FIELD_END, end),
	FIELD("clean", FIELD_NUMBER, is_clean),
	FIELD("redeemed", FIELD_NUMBER, is_redeemed),
	FIELD("report-due", FIELD_NUMBER, is_report_due),
	FIELD("warned", FIELD_NUMBER, warned),
	FIELD("user", FIELD_TEXT, user),
	FIELD("uid", FIELD_NUMBER, uid),
	FIELD("session", FIELD_TEXT, session),
	FIELD("first", FIELD_NUMBER, first_s),
	FIELD("boot", FIELD_TEXT, boot_id),
	FIELD("deadline", FIELD_NUMBER, deadline_ms),
	FIELD("spent", FIELD_NUMBER, spent_ms),
	FIELD("insertions", FIELD_NUMBER, insertions),
	FIELD("bus", FIELD_NUMBER, bus),
	FIELD("number", FIELD_NUMBER, number),
	FIELD("detached", FIELD_NUMBER, is_detached),
	FIELD("descriptors", FIELD_TEXT, descriptors),
	FIELD("capacity", FIELD_NUMBER, capacity),
	FIELD("volume", FIELD_TEXT, volume),
	FIELD("not-after", FIELD_NUMBER, not_after),
	FIELD("ended", FIELD_NUMBER, ended_s),
#undef FIELD
};

static uint64_t get_number(const struct field *field, const struct exemption_state *state)
{
	const char *at = (const char *)state + field->offset;
	uint64_t wide = 0;
	uint32_t narrow = 0;

	if (field->size == sizeof(bool))
		return *(const bool *)at;
	if (field->size == sizeof(narrow)) {
		memcpy(&narrow, at, sizeof(narrow));
		return narrow;
	}
	memcpy(&wide, at, sizeof(wide));
	return wide;
}

static int set_number(const struct field *field, const char *text, struct exemption_state *state)
{
	char *at = (char *)state + field->offset;
	uint64_t max = field->size == sizeof(bool)       ? 1
		       : field->size == sizeof(uint32_t) ? UINT32_MAX
							 : INT64_MAX;
	uint64_t wide;
	uint32_t narrow;

	if (number_parse(text, 0, max, &wide) < 0)
		return -EBADMSG;
	narrow = (uint32_t)wide;
	if (field->size == sizeof(bool))
		*(bool *)at = wide;
	else if (field->size == sizeof(narrow))
		memcpy(at, &narrow, sizeof(narrow));
	else
		memcpy(at, &wide, sizeof(wide));
	return 0;
}

static size_t add_field(
	const struct field *field, const struct exemption_state *state, char *buffer, size_t size)
{
	const char *at = (const char *)state + field->offset;
	int n = 0;

	switch (field->kind) {
	case FIELD_TEXT: n = snprintf(buffer, size, "%s %s\n", field->name, at); break;
	case FIELD_NUMBER:
		n = snprintf(
			buffer, size, "%s %" PRIu64 "\n", field->name, get_number(field, state));
		break;
	case FIELD_PHASE:
		n = snprintf(
			buffer, size, "%s %s\n", field->name, exemption_phase_name(state->phase));
		break;
	case FIELD_END:
		n = snprintf(buffer, size, "%s %s\n", field->name, exemption_end_name(state->end));
		break;
	}
	return (size_t)n;
}

size_t exemption_state_format(
	const struct exemption_state *state, char buffer[EXEMPTION_STATE_SIZE])
{
	size_t used = (size_t)snprintf(buffer, EXEMPTION_STATE_SIZE, "%s\n", FIRST_LINE);

	for (size_t i = 0; i < COUNT(fields); i++)
		used += add_field(&fields[i], state, buffer + used, EXEMPTION_STATE_SIZE - used);
	return used + (size_t)snprintf(buffer + used, EXEMPTION_STATE_SIZE - used,
			      CHECKSUM_LINE "%08" PRIx32 "\n",
			      checksum((const uint8_t *)buffer, used));
}

static int take_field(const struct field *field, const char *value, struct exemption_state *state)
{
	switch (field->kind) {
	case FIELD_TEXT:
		if (strlen(value) >= field->size)
			return -EBADMSG;
		memcpy((char *)state + field->offset, value, strlen(value));
		return 0;
	case FIELD_NUMBER: return set_number(field, value, state);
	case FIELD_PHASE: return exemption_phase_from_name(value, &state->phase);
	case FIELD_END: return exemption_end_from_name(value, &state->end);
	}
	return -EBADMSG;
}

/* The value of a line "NAME VALUE", and the cursor behind it. NULL: it is another line. */
static const char *cut_line(char **cursor, const char *name)
{
	char *line = *cursor, *end = strchr(line, '\n');
	size_t length = strlen(name);

	if (!end || strncmp(line, name, length) != 0 || line[length] != ' ')
		return NULL;
	*end = '\0';
	*cursor = end + 1;
	return line + length + 1;
}

int exemption_state_parse(const char *text, size_t size, struct exemption_state *ret)
{
	char copy[EXEMPTION_STATE_SIZE + 1], again[EXEMPTION_STATE_SIZE];
	char *cursor = copy + sizeof(FIRST_LINE);
	struct exemption_state state = {.phase = EXEMPTION_LOST};

	if (size > EXEMPTION_STATE_SIZE || size < sizeof(FIRST_LINE) || memchr(text, '\0', size))
		return -EBADMSG;
	memcpy(copy, text, size);
	copy[size] = '\0';
	for (size_t i = 0; i < COUNT(fields); i++) {
		const char *value = cut_line(&cursor, fields[i].name);

		if (!value || take_field(&fields[i], value, &state) < 0)
			return -EBADMSG;
	}
	/* The first line, the checksum and every way to write a value are settled by this. */
	if (!exemption_id_is_valid(state.id) || exemption_state_format(&state, again) != size ||
		memcmp(text, again, size) != 0)
		return -EBADMSG;
	*ret = state;
	return 0;
}
