#include "policy/admin/diff.h"

#include <stdio.h>
#include <string.h>

#include "policy/device_rule.h"
#include "policy/enforced.h"
#include "policy/timestamp.h"

const char *diff_access_word(enum verdict access)
{
	switch (access) {
	case VERDICT_ALLOW: return "allowed";
	case VERDICT_READ_ONLY: return "read-only";
	case VERDICT_BLOCK:
	case VERDICT_COUNT: break;
	}
	return "blocked";
}

/* is_kept: this version can keep it read-only. */
static const char *access_word(enum verdict access, bool is_kept)
{
	if (access == VERDICT_READ_ONLY && !is_kept)
		return "read-only (not enforced yet: blocked)";
	return diff_access_word(access);
}

static const char *class_word(const struct policy *policy, enum device_class device_class)
{
	return access_word(policy->media[device_class].access, enforced_read_only(device_class));
}

static const char *rule_word(const struct device_rule *rule)
{
	return access_word(rule->access, enforced_read_only_rule(rule));
}

static const char *registered_word(const struct class_rule *rule)
{
	return rule->line > 0 ? access_word(rule->access, enforced_read_only(CLASS_USB_STORAGE))
			      : "like all others";
}

/* A class that is not named is blocked, too: that is no difference. */
static size_t diff_classes(const struct policy *old, const struct policy *new)
{
	size_t differences = 0;

	for (unsigned i = 0; i < CLASS_COUNT; i++) {
		if (old->media[i].access == new->media[i].access)
			continue;
		printf("%s: was %s, will be %s\n", device_class_name(i), class_word(old, i),
			class_word(new, i));
		differences++;
	}
	return differences;
}

static void print_interfaces(const struct device_rule *rule)
{
	if (rule->n_interfaces == 0)
		printf("no interfaces named");
	for (size_t i = 0; i < rule->n_interfaces; i++) {
		printf("%s", i == 0 ? "interfaces " : " ");
		for (size_t k = 0; k < rule->interfaces[i].n_bytes; k++)
			printf("%02x", rule->interfaces[i].bytes[k]);
	}
}

static void print_device(const struct device_rule *rule)
{
	printf("%04x:%04x ", rule->vendor, rule->product);
	if (rule->access != VERDICT_BLOCK || rule->n_interfaces > 0) {
		print_interfaces(rule);
		printf(" ");
	}
	printf("%s\n", rule_word(rule));
}

static bool lists_pattern(const struct device_rule *rule, const struct interface_pattern *pattern)
{
	for (size_t i = 0; i < rule->n_interfaces; i++)
		if (rule->interfaces[i].n_bytes == pattern->n_bytes &&
			memcmp(rule->interfaces[i].bytes, pattern->bytes, pattern->n_bytes) == 0)
			return true;
	return false;
}

bool diff_lists_equal(const struct device_rule *a, const struct device_rule *b)
{
	for (size_t i = 0; i < a->n_interfaces; i++)
		if (!lists_pattern(b, &a->interfaces[i]))
			return false;
	return a->n_interfaces == b->n_interfaces;
}

static size_t diff_device(const struct device_rule *old, const struct device_rule *new)
{
	size_t differences = 0;

	if (strcmp(old->name, new->name) != 0) {
		printf("[device %s]: was called [device %s]\n", new->name, old->name);
		differences++;
	}
	if (old->access != new->access) {
		printf("[device %s]: was %s, will be %s\n", new->name, rule_word(old),
			rule_word(new));
		differences++;
	}
	if (!diff_lists_equal(old, new)) {
		printf("[device %s]: was ", new->name);
		print_interfaces(old);
		printf(", will be ");
		print_interfaces(new);
		printf("\n");
		differences++;
	}
	return differences;
}

/* Rules are the same rule when they speak of the same VID:PID. */
static size_t diff_devices(const struct policy *old, const struct policy *new)
{
	size_t differences = 0;

	for (size_t i = 0; i < old->n_devices; i++) {
		const struct device_rule *rule = &old->devices[i];

		if (device_rule_find(new, rule->vendor, rule->product))
			continue;
		printf("[device %s]: gone: was ", rule->name);
		print_device(rule);
		differences++;
	}
	for (size_t i = 0; i < new->n_devices; i++) {
		const struct device_rule *rule = &new->devices[i];
		const struct device_rule *before =
			device_rule_find(old, rule->vendor, rule->product);

		if (before) {
			differences += diff_device(before, rule);
			continue;
		}
		printf("[device %s]: new: ", rule->name);
		print_device(rule);
		differences++;
	}
	return differences;
}

static size_t diff_registered(const struct policy *old, const struct policy *new)
{
	const struct class_rule *before = &old->registered, *after = &new->registered;

	if ((before->line > 0) == (after->line > 0) && before->access == after->access)
		return 0;
	printf("registered media: were %s, will be %s\n", registered_word(before),
		registered_word(after));
	return 1;
}

/* Says which texts of a list are not in the other list. */
struct list {
	const char *title;
	size_t (*count)(const struct policy *policy);
	void (*format)(const struct policy *policy, size_t index, char text[128]);
};

static bool list_has(const struct list *list, const struct policy *policy, const char *text)
{
	for (size_t i = 0; i < list->count(policy); i++) {
		char other[128];

		list->format(policy, i, other);
		if (strcmp(text, other) == 0)
			return true;
	}
	return false;
}

static size_t print_missing(const struct list *list, const struct policy *from,
	const struct policy *in, const char *what)
{
	size_t differences = 0;

	for (size_t i = 0; i < list->count(from); i++) {
		char text[128];

		list->format(from, i, text);
		if (list_has(list, in, text))
			continue;
		printf("%s: %s: %s\n", list->title, what, text);
		differences++;
	}
	return differences;
}

static size_t count_file_systems(const struct policy *policy)
{
	return policy->n_file_systems;
}

static void format_file_system(const struct policy *policy, size_t index, char text[128])
{
	snprintf(text, 128, "%s", policy->file_systems[index]);
}

static size_t count_desks(const struct policy *policy)
{
	return policy->n_desks;
}

static void format_desk(const struct policy *policy, size_t index, char text[128])
{
	const struct phone_desk *desk = &policy->desks[index];

	snprintf(text, 128, "%s %s, at most %u minutes", desk->name,
		desk->access == VERDICT_ALLOW ? "read-write" : "read-only", desk->longest_s / 60);
}

static size_t count_exempt(const struct policy *policy)
{
	return policy->n_exempt;
}

static void format_exempt(const struct policy *policy, size_t index, char text[128])
{
	const struct exempt_account *account = &policy->exempt[index];
	char until[TIMESTAMP_SIZE];

	timestamp_format(account->until, JAPAN_MINUTES, until);
	if (account->until == LOGIN_NO_END)
		snprintf(text, 128, "%s", account->name);
	else
		snprintf(text, 128, "%s until %s", account->name, until);
}

static const char *mode_word(enum second_factor mode)
{
	switch (mode) {
	case SECOND_FACTOR_OFF: return "off";
	case SECOND_FACTOR_REHEARSE: return "rehearse";
	case SECOND_FACTOR_REQUIRED: break;
	}
	return "required";
}

static size_t count_services(const struct policy *policy)
{
	return policy->n_services;
}

static void format_service(const struct policy *policy, size_t index, char text[128])
{
	static const char *const boxes[] = {
		[LOGIN_BOXES_OF_SERVICE] = "",
		[LOGIN_ONE_BOX] = " one-box",
		[LOGIN_TWO_BOXES] = " two-boxes",
	};
	const struct service_rule *rule = &policy->services[index];

	snprintf(text, 128, "%s%s%s%s", rule->name, rule->has_mode ? " " : "",
		rule->has_mode ? mode_word(rule->mode) : "", boxes[rule->boxes]);
}

static size_t count_groups(const struct policy *policy)
{
	return policy->n_groups;
}

static void format_group(const struct policy *policy, size_t index, char text[128])
{
	const struct group_rule *rule = &policy->groups[index];
	char from[TIMESTAMP_SIZE];

	timestamp_format(rule->from, JAPAN_MINUTES, from);
	snprintf(text, 128, "%s %s%s%s", rule->name, mode_word(rule->mode),
		rule->from == LOGIN_ALWAYS ? "" : " from ", rule->from == LOGIN_ALWAYS ? "" : from);
}

static size_t count_network(const struct policy *policy)
{
	return policy->n_network;
}

static void format_network(const struct policy *policy, size_t index, char text[128])
{
	snprintf(text, 128, "%s", policy->network[index].text);
}

size_t diff_rules(const struct policy *old, const struct policy *new)
{
	static const struct list lists[] = {
		{"[medium] file-systems", count_file_systems, format_file_system},
		{"[exemption] telephone desk", count_desks, format_desk},
		{"[login] service", count_services, format_service},
		{"[login] group", count_groups, format_group},
		{"[login] account without second factor", count_exempt, format_exempt},
		{"[network] allowed", count_network, format_network},
	};
	size_t differences = diff_classes(old, new);

	differences += diff_devices(old, new);
	differences += diff_registered(old, new);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		differences += print_missing(&lists[i], old, new, "gone");
		differences += print_missing(&lists[i], new, old, "new");
	}
	return differences;
}
