#include "agent/cli_form.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "agent/cli_since.h"
#include "agent/cli_text.h"
#include "agent/cli_typed.h"
#include "policy/characters.h"
#include "policy/value.h"

enum answer_kind {
	ANSWER_TEXT = 0, /* of at most CLI_FORM_TEXT_MAX bytes, which a document may hold */
	ANSWER_NAME,     /* one word, in its own case */
	ANSWER_WORDS,    /* one or more of them, with a space between */
	ANSWER_DIRECTION,
	ANSWER_MINUTES,
	ANSWER_NUMBER,
	ANSWER_YES,
	ANSWER_TIME,
};

#define MINUTES_MAX (EXEMPTION_DURATION_MAX_S / 60)

struct row {
	const char *key, *option;
	unsigned commands;
	enum answer_kind kind;
	const char *help, *question;
};

static const struct row rows[FIELD_COUNT] = {
	[FIELD_DEVICE] = {"device", "device", FIELD_OF_REQUEST, ANSWER_NAME,
		N_("request: which medium: its name in sekisho devices, or its control\n"
		   "number"),
		NULL},
	[FIELD_MEDIUM] = {"medium", "device", FIELD_OF_REQUEST, ANSWER_NAME, "", NULL},
	[FIELD_DIRECTION] = {"direction", "direction", FIELD_OF_REQUEST, ANSWER_DIRECTION,
		N_("request: whether it is also written to"),
		N_("What do you want to do? 1: only read from it, 2: also write to it: ")},
	[FIELD_DURATION] = {"minutes", "duration", FIELD_OF_REQUEST, ANSWER_MINUTES,
		N_("request: for how long, such as 30m or 2h, from first use"),
		N_("For how long, from first use (such as 30m or 2h)? ")},
	[FIELD_PURPOSE] = {"purpose", "purpose", FIELD_OF_REQUEST, ANSWER_TEXT,
		N_("request: what for"), N_("What for? ")},
	[FIELD_INFORMATION] = {"information", "information", FIELD_OF_REQUEST, ANSWER_TEXT,
		N_("request: what kind of information"), N_("What kind of information? ")},
	[FIELD_PERSONAL_DATA] = {"personal-data", "personal-data", FIELD_OF_REQUEST, ANSWER_YES,
		N_("request: whether there is personal data in it"),
		N_("Is there personal data in it (y/n)? ")},
	[FIELD_SPECIFIC_PERSONAL_DATA] = {"specific-personal-data", "specific-personal-data",
		FIELD_OF_REQUEST, ANSWER_YES, N_("request: whether there is some with a My Number"),
		N_("Personal data with a My Number (y/n)? ")},
	[FIELD_ITEMS] = {"items", "items", FIELD_OF_REQUEST | FIELD_OF_REPORT, ANSWER_NUMBER,
		N_("request, report-after: how many items are written"),
		N_("How many items are written (a number)? ")},
	[FIELD_DESTINATION] = {"destination", "destination", FIELD_OF_REQUEST | FIELD_OF_REPORT,
		ANSWER_TEXT, N_("request, report-after: where it is taken, or none"),
		N_("Where is it taken (none: it stays in the office)? ")},
	[FIELD_CLASSIFICATION] = {"classification", "classification", FIELD_OF_REQUEST, ANSWER_TEXT,
		N_("request: class of confidentiality"), NULL},
	[FIELD_ENCRYPTED] = {"encrypted", "encrypted", FIELD_OF_REQUEST, ANSWER_YES,
		N_("request: whether the medium is encrypted"), NULL},
	[FIELD_WITNESS] = {"witness", "witness", FIELD_OF_REQUEST, ANSWER_TEXT,
		N_("request: who of the staff is present"), NULL},
	[FIELD_SECTION] = {"section", "section", FIELD_OF_REQUEST, ANSWER_TEXT,
		N_("request: your section"), NULL},
	[FIELD_NAME] = {"name", "name", FIELD_OF_REQUEST, ANSWER_TEXT, N_("request: your name"),
		NULL},
	[FIELD_NUMBER] = {"number", "number", FIELD_OF_REQUEST, ANSWER_TEXT,
		N_("request: your staff number"), NULL},
	[FIELD_FROM] = {"from", "from", FIELD_OF_REQUEST | FIELD_OF_LEDGER, ANSWER_TIME,
		N_("request: not before, such as \"2026-04-01 08:30\"; ledger: of requests\n"
		   "since"),
		NULL},
	[FIELD_DESK] = {"desk", "desk", FIELD_OF_REQUEST, ANSWER_WORDS,
		N_("request --phone: which desk is called; two, where two must agree,\n"
		   "in quotes"),
		NULL},
	[FIELD_DONE] = {"done", "done", FIELD_OF_REPORT, ANSWER_TEXT,
		N_("report-after: what was done with it"), N_("What was done with it? ")},
	[FIELD_PLACE] = {"place", "place", FIELD_OF_RETURN, ANSWER_TEXT,
		N_("return: where it was put"), N_("Where was it put (such as: safe 2)? ")},
};

const char *cli_form_key(enum cli_form_field field)
{
	return field < FIELD_COUNT ? rows[field].key : "";
}

const char *cli_form_option(enum cli_form_field field)
{
	return field < FIELD_COUNT ? rows[field].option : "";
}

bool cli_form_has_option(enum cli_form_field field)
{
	return field < FIELD_COUNT && field != FIELD_MEDIUM;
}

unsigned cli_form_commands(enum cli_form_field field)
{
	return field < FIELD_COUNT ? rows[field].commands : 0;
}

const char *cli_form_help(enum cli_form_field field)
{
	return field < FIELD_COUNT ? rows[field].help : "";
}

const char *cli_form_argument(enum cli_form_field field)
{
	switch (field < FIELD_COUNT ? rows[field].kind : ANSWER_TEXT) {
	case ANSWER_TEXT: break;
	case ANSWER_NAME: return "DEVICE";
	case ANSWER_WORDS: return "NAME";
	case ANSWER_DIRECTION: return "read-only|read-write";
	case ANSWER_MINUTES: return "SPAN";
	case ANSWER_NUMBER: return "N";
	case ANSWER_YES: return "yes|no";
	case ANSWER_TIME: return "TIME";
	}
	return "TEXT";
}

const char *cli_form_question(enum cli_form_field field)
{
	return field < FIELD_COUNT ? rows[field].question : NULL;
}

enum cli_form_field cli_form_field_of_key(const char *key, int size)
{
	int field = 0;

	while (field < FIELD_COUNT &&
		(strncmp(rows[field].key, key, (size_t)size) != 0 || rows[field].key[size] != '\0'))
		field++;
	return (enum cli_form_field)field;
}

const char *cli_form_expected(enum cli_form_field field)
{
	switch (field < FIELD_COUNT ? rows[field].kind : ANSWER_TEXT) {
	case ANSWER_TEXT: break;
	case ANSWER_NAME: return N_("a name without spaces");
	case ANSWER_WORDS: return N_("names with a space between them");
	case ANSWER_DIRECTION: return N_("1 or read-only, 2 or read-write");
	case ANSWER_MINUTES: return N_("a span such as 30m, 2h or 1d, at most 31 days");
	case ANSWER_NUMBER: return N_("a number");
	case ANSWER_YES: return N_("y (yes) or n (no)");
	case ANSWER_TIME: return N_("a time such as 2026-04-01, \"2026-04-01 08:30\" or 08:30");
	}
	return N_("a text of at most 40 letters");
}

static int take_text(const char *typed, char *ret)
{
	char text[CLI_FORM_VALUE_SIZE];

	if (snprintf(text, sizeof(text), "%s", typed) >= (int)sizeof(text))
		return -EINVAL;
	cli_typed_trim(text);
	if (text[0] == '\0' || strlen(text) > CLI_FORM_TEXT_MAX || !utf8_is_plain(text))
		return -EINVAL;
	memcpy(ret, text, strlen(text) + 1);
	return 0;
}

static int take_name(const char *typed, void (*narrow)(char *text), char *ret)
{
	char text[CLI_FORM_VALUE_SIZE];

	if (snprintf(text, sizeof(text), "%s", typed) >= (int)sizeof(text))
		return -EINVAL;
	narrow(text);
	if (text[0] == '\0' || strchr(text, ' ') || !utf8_is_plain(text))
		return -EINVAL;
	memcpy(ret, text, strlen(text) + 1);
	return 0;
}

static int take_word(const char *typed, char *ret)
{
	return take_name(typed, cli_typed_fold, ret);
}

static int take_words(const char *typed, char *ret)
{
	char text[CLI_FORM_VALUE_SIZE];
	size_t used = 0;

	if (take_text(typed, text) < 0)
		return -EINVAL;
	cli_typed_fold(text);
	for (const char *at = text; *at; at++)
		if (*at != ' ' || at[1] != ' ')
			text[used++] = *at;
	text[used] = '\0';
	memcpy(ret, text, used + 1);
	return 0;
}

static int take_direction(const char *typed, char *ret)
{
	static const char *const words[][2] = {
		{"1", "read-only"},
		{"read-only", "read-only"},
		{"read", "read-only"},
		{"読取", "read-only"},
		{"読み取り", "read-only"},
		{"2", "read-write"},
		{"read-write", "read-write"},
		{"write", "read-write"},
		{"書込", "read-write"},
		{"書き込み", "read-write"},
	};
	char word[CLI_FORM_VALUE_SIZE];

	if (take_word(typed, word) < 0)
		return -EINVAL;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i][0], word) == 0) {
			snprintf(ret, CLI_FORM_VALUE_SIZE, "%s", words[i][1]);
			return 0;
		}
	return -EINVAL;
}

/* "1,200" and "120件" are numbers for people. */
static int take_number(const char *typed, char *ret)
{
	static const char *const behind[] = {"件", "名", "人"};
	char word[CLI_FORM_VALUE_SIZE], digits[16];
	size_t n = 0;
	const char *at = word;
	uint64_t number;

	if (take_word(typed, word) < 0)
		return -EINVAL;
	for (; is_digit(*at) || (*at == ',' && n > 0); at++) {
		if (n + 1 == sizeof(digits))
			return -EINVAL;
		if (*at != ',')
			digits[n++] = *at;
	}
	digits[n] = '\0';
	for (size_t i = 0; i < sizeof(behind) / sizeof(behind[0]); i++)
		if (strcmp(at, behind[i]) == 0)
			at += strlen(behind[i]);
	if (*at || number_parse(digits, 0, EXEMPTION_ITEMS_MAX, &number) < 0)
		return -EINVAL;
	snprintf(ret, CLI_FORM_VALUE_SIZE, "%" PRIu64, number);
	return 0;
}

static int take_minutes(const char *typed, char *ret)
{
	uint32_t minutes;

	if (cli_typed_minutes(typed, MINUTES_MAX, &minutes) < 0)
		return -EINVAL;
	snprintf(ret, CLI_FORM_VALUE_SIZE, "%" PRIu32, minutes);
	return 0;
}

static int take_yes(const char *typed, char *ret)
{
	bool is_yes;

	if (cli_typed_yes(typed, &is_yes) < 0)
		return -EINVAL;
	snprintf(ret, CLI_FORM_VALUE_SIZE, "%s", is_yes ? "yes" : "no");
	return 0;
}

/* No span, which is time that has passed. */
static int take_time(const char *typed, int64_t now_s, char *ret)
{
	char text[CLI_FORM_VALUE_SIZE];
	uint32_t span_s;
	int64_t time_s;

	if (snprintf(text, sizeof(text), "%s", typed) >= (int)sizeof(text))
		return -EINVAL;
	cli_typed_trim(text);
	if (duration_parse(text, 0, UINT32_MAX, &span_s) == 0 ||
		cli_since_parse(text, now_s, &time_s) < 0 || time_s < 0)
		return -EINVAL;
	snprintf(ret, CLI_FORM_VALUE_SIZE, "%" PRId64, time_s);
	return 0;
}

int cli_form_take(
	struct cli_form *form, enum cli_form_field field, const char *typed, int64_t now_s)
{
	char *ret;

	if (field >= FIELD_COUNT)
		return -EINVAL;
	ret = form->values[field];
	switch (rows[field].kind) {
	case ANSWER_TEXT: return take_text(typed, ret);
	case ANSWER_NAME: return take_name(typed, cli_typed_narrow, ret);
	case ANSWER_WORDS: return take_words(typed, ret);
	case ANSWER_DIRECTION: return take_direction(typed, ret);
	case ANSWER_MINUTES: return take_minutes(typed, ret);
	case ANSWER_NUMBER: return take_number(typed, ret);
	case ANSWER_YES: return take_yes(typed, ret);
	case ANSWER_TIME: return take_time(typed, now_s, ret);
	}
	return -EINVAL;
}

enum cli_form_field cli_form_next(struct cli_form *form)
{
	bool writes = strcmp(form->values[FIELD_DIRECTION], "read-write") == 0;

	if (strcmp(form->values[FIELD_PERSONAL_DATA], "no") == 0 &&
		!form->values[FIELD_SPECIFIC_PERSONAL_DATA][0])
		snprintf(form->values[FIELD_SPECIFIC_PERSONAL_DATA], CLI_FORM_VALUE_SIZE, "no");
	for (int field = FIELD_DIRECTION; field <= FIELD_DESTINATION; field++) {
		bool is_of_writing = field == FIELD_ITEMS || field == FIELD_DESTINATION;

		if (!form->values[field][0] && (writes || !is_of_writing))
			return (enum cli_form_field)field;
	}
	return FIELD_COUNT;
}

bool cli_form_contradicts(const struct cli_form *form)
{
	return strcmp(form->values[FIELD_PERSONAL_DATA], "no") == 0 &&
	       strcmp(form->values[FIELD_SPECIFIC_PERSONAL_DATA], "yes") == 0;
}
