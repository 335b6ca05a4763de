/* [records] of a policy: how long they are kept, and whether they are carried on. */
#include "policy/policy_sections.h"

#include "policy/value.h"

#define DAY_S 86400

static const struct schema_key keys[] = {
	{.key = "keep",
		.read = value_read_duration,
		.min = 365 * DAY_S,
		.max = 3650 * DAY_S,
		POLICY_FIELD(records_keep_s)},
	{.key = "syslog", .read = value_read_switch, POLICY_FIELD(records_to_syslog)},
};

static void *begin(const struct ini_section *section, struct problems *problems, void *policy)
{
	((struct policy *)policy)->has_records = true;
	return policy;
}

const struct schema_section policy_records_section = {
	.type = "records", .keys = keys, .n_keys = POLICY_COUNT(keys), .begin = begin};
