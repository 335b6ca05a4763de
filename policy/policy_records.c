/* [records] of a policy: how long they are kept, and whether they are carried on. */
#include "policy/policy_sections.h"

#include "policy/timestamp.h"
#include "policy/value.h"

static const struct schema_key keys[] = {
	{.key = "keep",
		.read = value_read_duration,
		.min = 365 * DAY_S,
		.max = 3650 * DAY_S,
		POLICY_FIELD(records_keep_s)},
	{.key = "syslog", .read = value_read_switch, POLICY_FIELD(records_to_syslog)},
};

const struct schema_section policy_records_section = {.type = "records",
	.keys = keys,
	.n_keys = POLICY_COUNT(keys),
	.is_there_at = offsetof(struct policy, has_records)};
