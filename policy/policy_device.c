/* [media] and [device NAME] of a policy: what is let in. */
#include "policy/policy_sections.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/characters.h"
#include "policy/cleanup.h"
#include "policy/value.h"

#define USB_CLASS_MASS_STORAGE 0x08

bool policy_read_verdict(const struct ini_entry *entry, const char *expected,
	struct problems *problems, enum verdict *ret)
{
	static const char *const words[] = {"block", "read-only", "allow"};

	if (verdict_from_name(entry->value, ret) == 0)
		return true;
	value_problem_nearest(entry, words, POLICY_COUNT(words), expected, problems);
	return false;
}

static bool read_class(const struct ini_entry *entry, struct problems *problems, void *policy)
{
	enum device_class device_class;
	enum verdict access;
	struct class_rule *rule;

	if (device_class_from_name(entry->key, &device_class) < 0)
		return false;
	if (!policy_read_verdict(
		    entry, "block, allow or, for storage, read-only", problems, &access))
		return true;
	if (access == VERDICT_READ_ONLY && !device_class_can_be_read_only(device_class)) {
		value_problem(
			problems, entry, "block or allow: %s has nothing to write to", entry->key);
		return true;
	}
	rule = &((struct policy *)policy)->media[device_class];
	*rule = (struct class_rule){.access = access, .line = entry->line};
	return true;
}

static void offer_classes(struct nearest *nearest)
{
	for (unsigned i = 0; i < CLASS_COUNT; i++)
		nearest_offer(nearest, device_class_name(i));
}

const struct schema_section policy_media_section = {.type = "media",
	.read_other = read_class,
	/* In the order of the manual. */
	.other_keys = "hub keyboard pointer card-reader printer audio camera usb-storage phone "
		      "usb-network wireless bluetooth serial modem sd-card optical floppy nvme "
		      "sata-external firewire thunderbolt loop vendor unknown",
	.offer_other = offer_classes};

static void *begin_device(
	const struct ini_section *section, struct problems *problems, void *document)
{
	struct policy *policy = document;
	struct device_rule *rule = &policy->devices[policy->n_devices];
	size_t size = strlen(section->name);

	if (size > DEVICE_RULE_NAME_MAX) {
		problems_add(problems, section->line, sizeof("[device "), section->name, size,
			"a name of at most %d letters", DEVICE_RULE_NAME_MAX);
		return NULL;
	}
	policy->n_devices++;
	memcpy(rule->name, section->name, size + 1);
	rule->line = section->line;
	return rule;
}

static void read_id(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	struct device_rule *rule = ret;

	if (usb_ids_parse(entry->value, strlen(entry->value), &rule->vendor, &rule->product) < 0)
		value_problem(problems, entry,
			"vendor:product in lower-case hexadecimal, such as 054c:06c3");
}

int interface_pattern_parse(const char *text, size_t size, struct interface_pattern *ret)
{
	struct interface_pattern pattern = {.n_bytes = (uint8_t)(size / 2)};

	if (size != 2 && size != 4 && size != 6)
		return -EINVAL;
	for (size_t i = 0; i < size; i++) {
		if (!is_lower_hex_digit(text[i]))
			return -EINVAL;
		pattern.bytes[i / 2] =
			(uint8_t)(pattern.bytes[i / 2] << 4 | hex_digit_value(text[i]));
	}
	*ret = pattern;
	return 0;
}

static bool has_pattern(const struct device_rule *rule, const struct interface_pattern *pattern)
{
	for (size_t i = 0; i < rule->n_interfaces; i++)
		if (rule->interfaces[i].n_bytes == pattern->n_bytes &&
			memcmp(rule->interfaces[i].bytes, pattern->bytes, pattern->n_bytes) == 0)
			return true;
	return false;
}

static void read_interfaces(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	struct device_rule *rule = ret;
	const char *cursor = entry->value, *word = cursor;
	int size;

	while ((size = list_next(&cursor, &word)) > 0) {
		struct interface_pattern pattern;

		if (interface_pattern_parse(word, (size_t)size, &pattern) < 0 ||
			rule->n_interfaces == DEVICE_RULE_INTERFACES_MAX ||
			has_pattern(rule, &pattern))
			break;
		rule->interfaces[rule->n_interfaces++] = pattern;
	}
	if (size == 0)
		return;
	problems_add(problems, entry->line, value_column_of(entry, word), word, strlen(word),
		"up to %d different interface classes of 2, 4 or 6 lower-case hexadecimal digits, "
		"one space between: \"ff 080650\"",
		DEVICE_RULE_INTERFACES_MAX);
}

static void read_access(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	struct device_rule *rule = ret;

	policy_read_verdict(entry, "block, read-only or allow", problems, &rule->access);
}

static const struct schema_key device_keys[] = {
	{.key = "id", .read = read_id, .is_required = true},
	{.key = "interfaces", .read = read_interfaces},
	{.key = "access", .read = read_access, .is_required = true},
};

const struct schema_section policy_device_section = {.type = "device",
	.is_named = true,
	.keys = device_keys,
	.n_keys = POLICY_COUNT(device_keys),
	.begin = begin_device};

static bool lists_only_storage(const struct device_rule *rule)
{
	for (size_t i = 0; i < rule->n_interfaces; i++)
		if (rule->interfaces[i].bytes[0] != USB_CLASS_MASS_STORAGE)
			return false;
	return rule->n_interfaces > 0;
}

static int compare_ids(const void *left, const void *right)
{
	const struct device_rule *a = *(const struct device_rule *const *)left;
	const struct device_rule *b = *(const struct device_rule *const *)right;
	unsigned id_a = (unsigned)a->vendor << 16 | a->product;
	unsigned id_b = (unsigned)b->vendor << 16 | b->product;

	if (id_a != id_b)
		return id_a < id_b ? -1 : 1;
	return a->line < b->line ? -1 : 1;
}

/* The entry of the rule whose section header stands on that line. */
static const struct ini_entry *find_entry(
	const struct ini_document *document, unsigned line, const char *key)
{
	size_t low = 0, high = document->n_sections;

	while (low + 1 < high) {
		size_t middle = (low + high) / 2;

		if (document->sections[middle].line <= line)
			low = middle;
		else
			high = middle;
	}
	return ini_section_find(&document->sections[low], key);
}

static void check_ids(const struct ini_document *document, const struct device_rule *const *rules,
	size_t n_rules, struct problems *problems)
{
	for (size_t i = 1; i < n_rules; i++) {
		const struct device_rule *a = rules[i - 1], *b = rules[i];
		const struct ini_entry *entry = find_entry(document, b->line, "id");

		if (a->vendor != b->vendor || a->product != b->product || !entry ||
			entry->is_damaged)
			continue;
		/* 0000:0000 is also what a damaged value leaves behind. */
		if (a->vendor == 0 && a->product == 0 && strcmp(entry->value, "0000:0000") != 0)
			continue;
		value_problem(problems, entry,
			"an id that no other rule has ([device %s], line %u)", a->name, a->line);
	}
}

int policy_check_devices(
	const struct ini_document *document, const struct policy *policy, struct problems *problems)
{
	CLEANUP(cleanup_free) const struct device_rule **rules = NULL;

	rules = calloc(policy->n_devices + 1, sizeof(*rules));
	if (!rules)
		return -ENOMEM;
	for (size_t i = 0; i < policy->n_devices; i++) {
		const struct device_rule *rule = rules[i] = &policy->devices[i];
		const struct ini_entry *access = find_entry(document, rule->line, "access");

		if (access && rule->access == VERDICT_READ_ONLY && !lists_only_storage(rule))
			value_problem(problems, access,
				"block or allow: read-only needs \"interfaces\" that list only "
				"storage (08)");
	}
	if (policy->n_devices > 1)
		qsort(rules, policy->n_devices, sizeof(*rules), compare_ids);
	check_ids(document, rules, policy->n_devices, problems);
	return 0;
}
