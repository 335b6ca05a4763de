#include "policy/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/cleanup.h"
#include "policy/document_header.h"
#include "policy/exemption_read.h"
#include "policy/ini_document.h"
#include "policy/names.h"
#include "policy/schema.h"
#include "policy/value.h"

#define FIELD(field) \
	.offset = offsetof(struct report, field), .size = sizeof(((struct report *)0)->field)
#define OPEN_FIELD(field) \
	.offset = offsetof(struct report_open, field), \
	.size = sizeof(((struct report_open *)0)->field)
#define COUNT(array)   (sizeof(array) / sizeof((array)[0]))
#define BOOT_ID_DIGITS "0123456789abcdef"

static const char *const reasons[] = {
	[REPORT_HOURLY] = "hourly",
	[REPORT_START] = "start",
	[REPORT_CHANGE] = "change",
};

static const char *const modes[] = {
	[REPORT_STRICT] = "strict",
	[REPORT_BUILT_IN] = "built-in",
	[REPORT_REHEARSE] = "rehearse",
	[REPORT_ENFORCE] = "enforce",
};

static const char *const factors[] = {
	[REPORT_FACTOR_OFF] = "off",
	[REPORT_FACTOR_REHEARSE] = "rehearse",
	[REPORT_FACTOR_PARTIAL] = "partial",
	[REPORT_FACTOR_ON] = "on",
};

const char *report_reason_name(enum report_reason reason)
{
	return names_get(reasons, COUNT(reasons), reason);
}

const char *report_mode_name(enum report_mode mode)
{
	return names_get(modes, COUNT(modes), mode);
}

const char *report_factor_name(enum report_factor factor)
{
	return names_get(factors, COUNT(factors), factor);
}

/* --- single values --- */

/* As the kernel writes it: five groups of lower-case hexadecimal digits. */
static void read_boot(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	static const size_t groups[] = {8, 4, 4, 4, 12};
	const char *at = entry->value;
	bool is_right = true;

	for (size_t i = 0; is_right && i < COUNT(groups); i++) {
		is_right = strspn(at, BOOT_ID_DIGITS) == groups[i];
		at += is_right ? groups[i] : 0;
		is_right = is_right && *at == (i + 1 < COUNT(groups) ? '-' : '\0');
		at += is_right && *at;
	}
	if (is_right)
		memcpy(ret, entry->value, REPORT_BOOT_ID_SIZE);
	else
		value_problem(problems, entry, "a boot id as the kernel writes it");
}

static bool take_word(const char **cursor, char ret[REPORT_WORD_MAX + 1])
{
	return list_copy_next(cursor, ret, REPORT_WORD_MAX + 1) && word_is_valid(ret);
}

/* The place of a numbered key: they stand from 1 on without gaps. -1 where it is none. */
static int place_of(const struct ini_entry *entry, const char *prefix, size_t n, unsigned max,
	struct problems *problems)
{
	int number = numbered_key_parse(entry->key, prefix, max);

	if (number < 0)
		return -1;
	if ((size_t)number == n + 1)
		return number - 1;
	problems_add(problems, entry->line, 1, entry->key, strlen(entry->key),
		"the key \"%s%zu\": they stand in order, without gaps", prefix, n + 1);
	return (int)max;
}

static bool read_problem(const struct ini_entry *entry, struct problems *problems, void *document)
{
	struct report *report = document;
	int place = place_of(entry, "problem-", report->n_problems, REPORT_PROBLEMS_MAX, problems);
	const char *cursor = entry->value;

	if (place < 0 || place == REPORT_PROBLEMS_MAX)
		return place >= 0;
	if (!take_word(&cursor, report->problems[place]) || *cursor)
		value_problem(problems, entry, "one word of a-z 0-9 -, at most %d letters",
			REPORT_WORD_MAX);
	report->n_problems++;
	return true;
}

static bool read_alert(const struct ini_entry *entry, struct problems *problems, void *document)
{
	struct report *report = document;
	int place = place_of(entry, "alert-", report->n_alerts, REPORT_ALERTS_MAX, problems);
	const char *cursor = entry->value;
	char number[24];

	if (place < 0 || place == REPORT_ALERTS_MAX)
		return place >= 0;
	if (!take_word(&cursor, report->alerts[place].event) ||
		!list_copy_next(&cursor, number, sizeof(number)) || *cursor ||
		number_parse(number, 1, SERIAL_MAX, &report->alerts[place].n) < 0)
		value_problem(problems, entry,
			"the word of an event and a number from 1, such as \"tampered 2\"");
	report->n_alerts++;
	return true;
}

/* --- sections --- */

static const struct schema_key report_keys[] = {
	{.key = "kind", .read = value_read_constant, .constant = "report", .is_required = true},
	{.key = "format",
		.read = value_read_constant,
		.constant = DOCUMENT_FORMAT,
		.is_required = true},
	{.key = "site", .read = value_read_word, .is_required = true, FIELD(site)},
	{.key = "tier", .read = value_read_tier, .is_required = true, FIELD(tier)},
	{.key = "issued", .read = exemption_read_time, .is_required = true, FIELD(issued)},
	{.key = "terminal", .read = value_read_word, .is_required = true, FIELD(terminal)},
	{.key = "number",
		.read = value_read_number,
		.min = 1,
		.max = REPORT_NUMBER_MAX,
		.is_required = true,
		FIELD(number)},
	{.key = "agent", .read = value_read_text, .is_required = true, FIELD(agent)},
	{.key = "boot", .read = read_boot, .is_required = true, FIELD(boot)},
	{.key = "reason",
		.read = value_read_enum,
		.words = reasons,
		.n_words = COUNT(reasons),
		.is_required = true,
		FIELD(reason)},
};

/* A document that may be absent, and is named by its serial. */
#define SERIAL_KEY(word, field) \
	{ \
		.key = word "-serial", .read = value_read_number, .min = 1, .max = SERIAL_MAX, \
		FIELD(field) \
	}

static const struct schema_key applied_keys[] = {
	{.key = "mode",
		.read = value_read_enum,
		.words = modes,
		.n_words = COUNT(modes),
		.is_required = true,
		FIELD(mode)},
	SERIAL_KEY("root", root.serial),
	{.key = "root-sha256", .read = document_read_sha256, FIELD(root.text_sha256)},
	SERIAL_KEY("policy", policy.serial),
	{.key = "policy-sha256", .read = document_read_sha256, FIELD(policy.text_sha256)},
	SERIAL_KEY("next", next),
	SERIAL_KEY("media", media),
	{.key = "fresh-issued", .read = exemption_read_time, FIELD(fresh)},
	SERIAL_KEY("tokens", tokens),
	{.key = "exemptions",
		.read = value_read_number,
		.max = SERIAL_MAX,
		.is_required = true,
		FIELD(n_exemptions)},
};

static const struct schema_key health_keys[] = {
	{.key = "second-factor",
		.read = value_read_enum,
		.words = factors,
		.n_words = COUNT(factors),
		.is_required = true,
		FIELD(factor)},
};

static const struct schema_key today_keys[] = {
	{.key = "since", .read = exemption_read_time, .is_required = true, FIELD(since)},
	{.key = "blocked",
		.read = value_read_number,
		.max = SERIAL_MAX,
		.is_required = true,
		FIELD(blocked)},
};

static const struct schema_key records_keys[] = {
	{.key = "sequence",
		.read = value_read_number,
		.max = REPORT_NUMBER_MAX,
		.is_required = true,
		FIELD(sequence)},
	{.key = "sha256", .read = document_read_sha256, .is_required = true, FIELD(head)},
	{.key = "lost",
		.read = value_read_number,
		.max = SERIAL_MAX,
		.is_required = true,
		FIELD(lost)},
};

static const struct schema_key open_keys[] = {
	{.key = "id", .read = exemption_read_id, .is_required = true, OPEN_FIELD(id)},
	{.key = "user", .read = exemption_read_account, OPEN_FIELD(user)},
	{.key = "phase", .read = value_read_word, .is_required = true, OPEN_FIELD(phase)},
	{.key = "until", .read = exemption_read_time, OPEN_FIELD(until)},
};

static void *begin_open(
	const struct ini_section *section, struct problems *problems, void *document)
{
	struct report *report = document;
	uint64_t number;

	if (report->n_open < REPORT_OPEN_MAX &&
		number_parse(section->name, report->n_open + 1, report->n_open + 1, &number) == 0)
		return &report->open[report->n_open++];
	problems_add(problems, section->line, (unsigned)strlen("[open ") + 1, section->name,
		strlen(section->name), "a number from 1 to %d, in order, without gaps",
		REPORT_OPEN_MAX);
	return NULL;
}

static const struct schema_section sections[] = {
	{.type = "report", .is_required = true, .keys = report_keys, .n_keys = COUNT(report_keys)},
	{.type = "applied",
		.is_required = true,
		.keys = applied_keys,
		.n_keys = COUNT(applied_keys)},
	{.type = "health",
		.is_required = true,
		.keys = health_keys,
		.n_keys = COUNT(health_keys),
		.read_other = read_problem,
		.other_keys = "problem-1 to problem-16"},
	{.type = "today",
		.is_required = true,
		.keys = today_keys,
		.n_keys = COUNT(today_keys),
		.read_other = read_alert,
		.other_keys = "alert-1 to alert-16"},
	{.type = "records",
		.is_required = true,
		.keys = records_keys,
		.n_keys = COUNT(records_keys)},
	{.type = "open",
		.is_named = true,
		.keys = open_keys,
		.n_keys = COUNT(open_keys),
		.begin = begin_open},
};

static void check_applied(
	const struct ini_document *document, struct problems *problems, struct report *report)
{
	const struct ini_section *section = exemption_find_section(document, "applied");

	if (!section)
		return;
	fresh_entry_check(section, "root-serial", "root-sha256", problems, &report->root);
	fresh_entry_check(section, "policy-serial", "policy-sha256", problems, &report->policy);
}

int report_parse(const char *text, size_t size, struct problems *problems, struct report **ret)
{
	CLEANUP(ini_document_cleanup) struct ini_document *document = NULL;
	CLEANUP(report_cleanup) struct report *report = NULL;
	size_t found_before = problems_found(problems);
	int r;

	r = ini_document_read(text, size, problems, &document);
	if (r < 0)
		return r;
	report = calloc(1, sizeof(*report));
	if (!report)
		return -ENOMEM;
	schema_read(document, sections, COUNT(sections), problems, report);
	check_applied(document, problems, report);
	if (problems_found(problems) != found_before)
		return -EBADMSG;
	*ret = TAKE(report);
	return 0;
}

void report_free(struct report *report)
{
	free(report);
}

void report_cleanup(struct report **report)
{
	report_free(*report);
}
