#include "agent/exemption_form.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "agent/bus.h"
#include "policy/characters.h"
#include "policy/medium_text.h"
#include "policy/printable.h"
#include "policy/value.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* Bytes of "key = value" in a document. */
#define LINE_BYTES 160
/* Of what was read, in an error. */
#define SHOWN_SIZE 64

/* Reads value to ret. NULL, or what would be right. */
typedef const char *(*form_reader)(const char *key, const char *value, void *ret);

struct form_key {
	const char *key;
	form_reader read;
	size_t offset;
};

static int refuse(
	struct agent_refusal *ret, const char *key, const char *expected, const char *value)
{
	char shown[SHOWN_SIZE], name[SHOWN_SIZE];

	printable_copy(name, sizeof(name), key);
	ret->error = BUS_ERROR_INVALID;
	if (value && value[0]) {
		printable_copy(shown, sizeof(shown), value);
		snprintf(ret->text, sizeof(ret->text), "%s: %s, not \"%s\"", name, expected, shown);
	} else {
		snprintf(ret->text, sizeof(ret->text), "%s: %s", name, expected);
	}
	return -EINVAL;
}

/* --- types --- */

static const char *read_text(const char *key, const char *value, void *ret)
{
	char encoded[LINE_BYTES + 1];
	size_t room = LINE_BYTES - strlen(key) - strlen(" = ");

	if (!utf8_is_plain(value))
		return "one line of text is wanted, without control characters";
	if (strlen(value) > FORM_TEXT_MAX || percent_encode(value, encoded, sizeof(encoded)) < 0 ||
		strlen(encoded) > room)
		return "at most 120 bytes of text are wanted, which is 40 Japanese characters";
	memcpy(ret, value, strlen(value) + 1);
	return NULL;
}

static const char *read_answer(const char *key, const char *value, void *ret)
{
	return form_answer_from_name(value, ret) < 0 ? "yes or no is wanted" : NULL;
}

static const char *read_direction(const char *key, const char *value, void *ret)
{
	return exemption_direction_from_name(value, ret) < 0 ? "read-only or read-write is wanted"
							     : NULL;
}

static const char *read_minutes(const char *key, const char *value, void *ret)
{
	uint32_t *duration_s = ret;
	uint64_t minutes;

	if (number_parse(value, 1, EXEMPTION_MINUTES_MAX, &minutes) < 0)
		return "a whole number of minutes from 1 to 44640 is wanted";
	*duration_s = (uint32_t)minutes * 60;
	return NULL;
}

static const char *read_items(const char *key, const char *value, void *ret)
{
	uint32_t *items = ret;
	uint64_t number;

	if (number_parse(value, 0, EXEMPTION_ITEMS_MAX, &number) < 0)
		return "a whole number from 0 to 999999999 is wanted";
	*items = (uint32_t)number;
	return NULL;
}

static const char *read_from(const char *key, const char *value, void *ret)
{
	/* The end of the year 9999, as far as a document can say. */
	uint64_t number;

	if (number_parse(value, 1, 253402300799, &number) < 0)
		return "seconds since 1970-01-01 UTC are wanted";
	*(int64_t *)ret = (int64_t)number;
	return NULL;
}

static const char *read_device(const char *key, const char *value, void *ret)
{
	for (const char *at = value; *at; at++)
		if (!is_digit(*at) && *at != '-' && *at != '.')
			return "the name of a device as `sekisho devices` shows it is wanted";
	if (strlen(value) > DEVICE_NAME_MAX)
		return "the name of a device as `sekisho devices` shows it is wanted";
	memcpy(ret, value, strlen(value) + 1);
	return NULL;
}

static const char *read_medium(const char *key, const char *value, void *ret)
{
	if (medium_number_fault(value))
		return "the number of a registered medium is wanted, such as M-00123";
	memcpy(ret, value, strlen(value) + 1);
	return NULL;
}

/* Words parted by single spaces, each once. */
static const char *read_survives(const char *key, const char *value, void *ret)
{
	unsigned *survives = ret;

	if (strcmp(value, "reboot") == 0)
		*survives = EXEMPTION_SURVIVES_REBOOT;
	else if (strcmp(value, "logout") == 0)
		*survives = EXEMPTION_SURVIVES_LOGOUT;
	else if (strcmp(value, "reboot logout") == 0 || strcmp(value, "logout reboot") == 0)
		*survives = EXEMPTION_SURVIVES_REBOOT | EXEMPTION_SURVIVES_LOGOUT;
	else
		return "reboot, logout or both are wanted";
	return NULL;
}

static const char *read_desks(const char *key, const char *value, void *ret)
{
	static const char wanted[] = "one or two names of desks are wanted";
	struct exemption_wish *wish = ret;
	size_t n = 0;

	while (*value) {
		size_t size = strcspn(value, " ");

		if (n == EXEMPTION_DESKS_MAX || size == 0 || size >= EXEMPTION_DESK_SIZE)
			return wanted;
		memcpy(wish->desks[n], value, size);
		wish->desks[n][size] = '\0';
		if (!word_is_valid(wish->desks[n++]))
			return wanted;
		value += size;
		value += value[0] == ' ' && value[1];
	}
	wish->n_desks = n;
	return n == 2 && strcmp(wish->desks[0], wish->desks[1]) == 0 ? wanted : NULL;
}

/* --- forms --- */

#define IN(field) offsetof(struct exemption_wish, field)

/* The keys of both forms; what only one has is looked at by its own table. */
static const struct form_key wish_keys[] = {
	{"direction", read_direction, IN(use.access)},
	{"minutes", read_minutes, IN(use.duration_s)},
	{"survives", read_survives, IN(use.survives)},
	{"from", read_from, IN(from)},
	{"medium", read_medium, IN(medium)},
	{"purpose", read_text, IN(form.purpose)},
	{"information", read_text, IN(form.information)},
	{"classification", read_text, IN(form.classification)},
	{"personal-data", read_answer, IN(form.personal_data)},
	{"specific-personal-data", read_answer, IN(form.specific_personal_data)},
	{"encrypted", read_answer, IN(form.encrypted)},
	{"items", read_items, IN(form.items)},
	{"destination", read_text, IN(form.destination)},
	{"witness", read_text, IN(form.witness)},
	{"section", read_text, IN(form.section)},
	{"name", read_text, IN(form.name)},
	{"number", read_text, IN(form.number)},
};

static const struct form_key device_key = {"device", read_device, IN(device)};
static const struct form_key desk_key = {"desk", read_desks, 0};
static const struct form_key desks_key = {"desks", read_desks, 0};

static const struct form_key report_keys[] = {
	{"done", read_text, offsetof(struct exemption_report, done)},
	{"items", read_items, offsetof(struct exemption_report, items)},
	{"destination", read_text, offsetof(struct exemption_report, destination)},
};

static const struct form_key *find_key(const struct form_key *keys, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(keys[i].key, key) == 0)
			return &keys[i];
	return NULL;
}

static const struct form_key *find_wish_key(enum exemption_form_kind kind, const char *key)
{
	switch (kind) {
	case FORM_OF_REQUEST:
		if (strcmp(key, device_key.key) == 0)
			return &device_key;
		break;
	case FORM_OF_PHONE:
		if (strcmp(key, desk_key.key) == 0)
			return &desk_key;
		if (strcmp(key, desks_key.key) == 0)
			return &desks_key;
		break;
	}
	return find_key(wish_keys, COUNT(wish_keys), key);
}

static const char *value_of(const struct agent_form *form, const char *key)
{
	for (size_t i = 0; i < form->n; i++)
		if (strcmp(form->entries[i].key, key) == 0)
			return form->entries[i].value;
	return "";
}

static bool is_twice(const struct agent_form *form, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (strcmp(form->entries[i].key, form->entries[index].key) == 0)
			return true;
	return false;
}

/* One entry; key is NULL where the form has none of that name. */
static int read_entry(const struct agent_form *form, size_t index, const struct form_key *key,
	void *ret, struct agent_refusal *ret_refusal)
{
	const char *value = form->entries[index].value, *expected;

	if (!key)
		return refuse(ret_refusal, form->entries[index].key, "no form has this key", NULL);
	if (is_twice(form, index))
		return refuse(ret_refusal, key->key, "it is there twice", NULL);
	if (!value[0])
		return 0;
	expected = key->read(key->key, value, (char *)ret + key->offset);
	return expected ? refuse(ret_refusal, key->key, expected, value) : 0;
}

/* What no form can do without. */
static int check_wish(enum exemption_form_kind kind, const struct exemption_wish *wish,
	struct agent_refusal *ret_refusal)
{
	switch (kind) {
	case FORM_OF_REQUEST:
		if (!wish->device[0] && !wish->medium[0])
			return refuse(ret_refusal, "device",
				"the device or the number of the medium is missing", NULL);
		if (wish->device[0] && wish->medium[0])
			return refuse(ret_refusal, "medium", "the device is named already", NULL);
		break;
	case FORM_OF_PHONE:
		if (!wish->medium[0])
			return refuse(
				ret_refusal, "medium", "the number of the medium is missing", NULL);
		if (wish->n_desks == 0)
			return refuse(
				ret_refusal, "desk", "the desk that is called is missing", NULL);
		break;
	}
	if (wish->use.access == VERDICT_BLOCK)
		return refuse(ret_refusal, "direction", "read-only or read-write is missing", NULL);
	if (wish->use.duration_s == 0)
		return refuse(ret_refusal, "minutes", "for how long is missing", NULL);
	if (!wish->form.purpose[0])
		return refuse(ret_refusal, "purpose", "what it is for is missing", NULL);
	return 0;
}

int exemption_form_read(const struct agent_form *form, enum exemption_form_kind kind,
	struct exemption_wish *ret, struct agent_refusal *ret_refusal)
{
	struct exemption_wish wish = {.from = 0};
	int r = 0;

	for (size_t i = 0; r == 0 && i < form->n; i++)
		r = read_entry(
			form, i, find_wish_key(kind, form->entries[i].key), &wish, ret_refusal);
	wish.form.has_items = value_of(form, "items")[0];
	if (r == 0)
		r = check_wish(kind, &wish, ret_refusal);
	if (r == 0)
		*ret = wish;
	return r;
}

int exemption_report_read(const struct agent_form *form, struct exemption_report *ret,
	struct agent_refusal *ret_refusal)
{
	struct exemption_report report = {.items = 0};
	int r = 0;

	for (size_t i = 0; r == 0 && i < form->n; i++)
		r = read_entry(form, i,
			find_key(report_keys, COUNT(report_keys), form->entries[i].key), &report,
			ret_refusal);
	report.has_items = value_of(form, "items")[0];
	if (r == 0 && !report.done[0])
		r = refuse(ret_refusal, "done", "what was done is missing", NULL);
	if (r == 0)
		*ret = report;
	return r;
}

int exemption_text_read(const char *key, const char *value, char ret[FORM_TEXT_MAX + 1],
	struct agent_refusal *ret_refusal)
{
	const char *expected = value[0] ? read_text(key, value, ret) : "it is missing";

	return expected ? refuse(ret_refusal, key, expected, value) : 0;
}
