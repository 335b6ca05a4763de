/* [exemption] of a policy: what may be approved, by how many, by whom on the telephone. */
#include "policy/policy_sections.h"

#include <stdio.h>
#include <string.h>

#include "policy/timestamp.h"
#include "policy/value.h"

#define DESK_KEY "desk-"

static const char *const scans[] = {[SCAN_REQUIRED] = "required", [SCAN_OFF] = "off"};

static void read_online(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	static const char *const words[] = {"off", "required"};

	if (strcmp(entry->value, "required") == 0 || strcmp(entry->value, "off") == 0)
		*(bool *)ret = strcmp(entry->value, "required") == 0;
	else
		value_problem_nearest(
			entry, words, POLICY_COUNT(words), "one of required, off", problems);
}

static const struct schema_key keys[] = {
	{.key = "longest",
		.read = value_read_duration,
		.min = MINUTE_S,
		.max = 31 * DAY_S,
		.is_required = true,
		POLICY_FIELD(exemption_longest_s)},
	{.key = "approvals-read-only",
		.read = value_read_number,
		.min = 1,
		.max = 2,
		POLICY_FIELD(exemption_approvals_read_only)},
	{.key = "approvals-read-write",
		.read = value_read_number,
		.min = 1,
		.max = 2,
		.is_required = true,
		POLICY_FIELD(exemption_approvals_read_write)},
	{.key = "scan",
		.read = value_read_enum,
		.words = scans,
		.n_words = POLICY_COUNT(scans),
		.is_required = true,
		POLICY_FIELD(exemption_scan)},
	{.key = "online", .read = read_online, POLICY_FIELD(exemption_needs_online)},
	{.key = "lease",
		.read = value_read_duration,
		.min = 5 * MINUTE_S,
		.max = DAY_S,
		POLICY_FIELD(exemption_lease_s)},
};

/* "NAME read-only|read-write DURATION" */
static bool parse_desk(const char *text, struct phone_desk *desk)
{
	char access[16], duration[16];
	const char *cursor = text;

	if (!list_copy_next(&cursor, desk->name, sizeof(desk->name)) ||
		!list_copy_next(&cursor, access, sizeof(access)) ||
		!list_copy_next(&cursor, duration, sizeof(duration)) || *cursor != '\0')
		return false;
	if (!word_is_valid(desk->name))
		return false;
	if (strcmp(access, "read-write") == 0)
		desk->access = VERDICT_ALLOW;
	else if (strcmp(access, "read-only") == 0)
		desk->access = VERDICT_READ_ONLY;
	else
		return false;
	return duration_parse(duration, MINUTE_S, 31 * DAY_S, &desk->longest_s) == 0;
}

static const struct phone_desk *find_desk(const struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->n_desks; i++)
		if (strcmp(policy->desks[i].name, name) == 0)
			return &policy->desks[i];
	return NULL;
}

/* desk-1 to desk-16 */
static bool read_desk(const struct ini_entry *entry, struct problems *problems, void *document)
{
	struct policy *policy = document;
	struct phone_desk desk = {.line = entry->line};
	const struct phone_desk *same;

	if (numbered_key_parse(entry->key, DESK_KEY, POLICY_DESKS_MAX) < 0)
		return false;
	if (!parse_desk(entry->value, &desk)) {
		value_problem(problems, entry,
			"\"NAME read-only|read-write DURATION\", such as \"front-desk read-only "
			"2h\"");
		return true;
	}
	same = find_desk(policy, desk.name);
	if (same)
		value_problem(
			problems, entry, "a desk that stands nowhere else (line %u)", same->line);
	else
		policy->desks[policy->n_desks++] = desk;
	return true;
}

const struct schema_section policy_exemption_section = {.type = "exemption",
	.keys = keys,
	.n_keys = POLICY_COUNT(keys),
	.read_other = read_desk,
	.other_keys = "desk-1 to desk-16",
	.is_there_at = offsetof(struct policy, has_exemption)};

/* Writing takes information out, so it never needs fewer persons than reading. */
static void check_approvals(
	const struct ini_section *section, const struct policy *policy, struct problems *problems)
{
	const struct ini_entry *write = ini_section_find(section, "approvals-read-write");

	/* Zero: that value is a problem already, or not there. */
	if (write && policy->exemption_approvals_read_write != 0 &&
		policy->exemption_approvals_read_write < policy->exemption_approvals_read_only)
		value_problem(problems, write, "at least %u, as approvals-read-only",
			policy->exemption_approvals_read_only);
}

static void check_desk(const struct ini_section *section, const struct policy *policy,
	const struct phone_desk *desk, struct problems *problems)
{
	char longest[DURATION_TEXT_MAX];

	for (size_t i = 0; i < section->n_entries; i++)
		if (section->entries[i].line == desk->line)
			value_problem(problems, &section->entries[i], "at most %s, as longest says",
				duration_format(policy->exemption_longest_s, longest));
}

void policy_exemption_check(
	const struct ini_document *document, const struct policy *policy, struct problems *problems)
{
	const struct ini_section *section = policy_find_section(document, "exemption");

	if (!section)
		return;
	check_approvals(section, policy, problems);
	for (size_t i = 0; i < policy->n_desks; i++)
		if (policy->exemption_longest_s != 0 &&
			policy->desks[i].longest_s > policy->exemption_longest_s)
			check_desk(section, policy, &policy->desks[i], problems);
}
