/* [medium] of a policy: what registered media may do, and how media are shown to people. */
#include "policy/policy_sections.h"

#include <string.h>

#include "policy/timestamp.h"
#include "policy/value.h"

/* The kernel's names. No more in this format: each is a parser that a stranger's medium reaches. */
static const char *const file_systems[POLICY_FILE_SYSTEMS_MAX] = {
	"vfat", "exfat", "iso9660", "udf", "ntfs", "ext2", "ext3", "ext4"};

static const char *const shows[] = {[MEDIA_MOUNT] = "mount", [MEDIA_IMPORT] = "import"};
static const char *const scans[] = {[SCAN_REQUIRED] = "required", [SCAN_OFF] = "off"};

static void read_registered(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	struct class_rule rule = {.line = entry->line};

	if (policy_read_verdict(entry, "block, read-only or allow", problems, &rule.access))
		*(struct class_rule *)ret = rule;
}

static void read_file_systems(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	struct policy *policy = ret;
	unsigned bits = 0;

	value_read_words(key, entry, problems, &bits);
	if (bits == 0)
		return;
	memset(policy->file_systems, 0, sizeof(policy->file_systems));
	policy->n_file_systems = 0;
	for (size_t i = 0; i < POLICY_FILE_SYSTEMS_MAX; i++)
		if (bits & 1u << i)
			memcpy(policy->file_systems[policy->n_file_systems++], file_systems[i],
				strlen(file_systems[i]) + 1);
}

static const struct schema_key keys[] = {
	{.key = "registered", .read = read_registered, POLICY_FIELD(registered)},
	{.key = "file-systems",
		.read = read_file_systems,
		.words = file_systems,
		.n_words = POLICY_COUNT(file_systems)},
	{.key = "show",
		.read = value_read_enum,
		.words = shows,
		.n_words = POLICY_COUNT(shows),
		POLICY_FIELD(show)},
	{.key = "scan",
		.read = value_read_enum,
		.words = scans,
		.n_words = POLICY_COUNT(scans),
		POLICY_FIELD(medium_scan)},
	{.key = "scan-data-max-age",
		.read = value_read_duration,
		.min = DAY_S,
		.max = 90 * DAY_S,
		POLICY_FIELD(scan_data_max_age_s)},
};

const struct schema_section policy_medium_section = {.type = "medium",
	.keys = keys,
	.n_keys = POLICY_COUNT(keys),
	.is_there_at = offsetof(struct policy, has_medium)};
