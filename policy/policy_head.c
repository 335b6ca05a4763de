/* [policy] of a policy: what it is, whom it is for, and since and until when. */
#include "policy/policy_sections.h"

#include <string.h>

#include "policy/document_header.h"
#include "policy/timestamp.h"
#include "policy/value.h"

#define MAX_AGE_S (90 * 24 * HOUR_S)

static const char *const modes[] = {[POLICY_ENFORCE] = "enforce", [POLICY_REHEARSE] = "rehearse"};

static void read_max_age(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	char min[DURATION_TEXT_MAX], max[DURATION_TEXT_MAX];

	if (strcmp(entry->value, "none") == 0)
		*(uint32_t *)ret = POLICY_MAX_AGE_NONE;
	else if (duration_parse(entry->value, key->min, key->max, ret) < 0)
		value_problem(problems, entry, "a duration from %s to %s, such as 72h, or none",
			duration_format(key->min, min), duration_format(key->max, max));
}

static const struct schema_key keys[] = {
	DOCUMENT_HEADER_KEYS(struct policy, "policy"),
	{.key = "tier", .read = value_read_tier, .is_required = true, POLICY_FIELD(header.tier)},
	{.key = "tier-name", .read = value_read_text, POLICY_FIELD(tier_name)},
	{.key = "contact", .read = value_read_text, POLICY_FIELD(contact)},
	{.key = "mode",
		.read = value_read_enum,
		.words = modes,
		.n_words = POLICY_COUNT(modes),
		.is_required = true,
		POLICY_FIELD(mode)},
	{.key = "until", .read = value_read_time, POLICY_FIELD(until)},
	{.key = "max-age",
		.read = read_max_age,
		.min = HOUR_S,
		.max = MAX_AGE_S,
		POLICY_FIELD(max_age_s)},
	{.key = "rings", .read = value_read_number, .max = POLICY_RINGS - 1, POLICY_FIELD(ring)},
	{.key = "percent", .read = value_read_number, .min = 1, .max = 100, POLICY_FIELD(percent)},
};

const struct schema_section policy_head_section = {
	.type = "policy", .is_required = true, .keys = keys, .n_keys = POLICY_COUNT(keys)};

void policy_head_check(
	const struct ini_document *document, const struct policy *policy, struct problems *problems)
{
	const struct ini_section *section = policy_find_section(document, "policy");
	const struct ini_entry *mode, *until;
	int64_t issued = policy->header.issued;

	if (!section)
		return;
	mode = ini_section_find(section, "mode");
	until = ini_section_find(section, "until");
	if (!mode || mode->is_damaged || (until && until->is_damaged))
		return;
	if (strcmp(mode->value, "enforce") == 0 && until)
		problems_add(problems, until->line, 1, until->key, strlen(until->key),
			"no such key with mode = enforce: it says when a rehearsal ends");
	if (strcmp(mode->value, "rehearse") != 0)
		return;
	if (!until)
		value_problem(problems, mode,
			"the key \"until\" beside it: when the rehearsal ends and it enforces");
	/* Zero: that value is a problem already. */
	else if (issued != 0 && policy->until != 0 &&
		 (policy->until <= issued || policy->until - issued > POLICY_REHEARSE_MAX_S))
		value_problem(problems, until, "a time after issued, and at most 60 days after it");
}
