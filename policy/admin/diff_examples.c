#include "policy/admin/diff.h"

#include <stdio.h>
#include <string.h>

#include "policy/admin/descriptors.h"
#include "policy/admin/outcome.h"
#include "policy/cleanup.h"
#include "policy/device_rule.h"
#include "policy/enforced.h"

#define EXAMPLE_VENDOR  0xffff /* given to nobody */
#define DESCRIPTION_MAX (OUTCOME_TEXT_MAX + 32)

static const struct {
	const char *name, *interfaces;
} examples[] = {
	{"a keyboard", "030101"},
	{"a mouse", "030102"},
	{"a hub", "090000"},
	{"a USB stick", "080650"},
	{"a DVD drive", "080250"},
	{"a floppy drive", "080400"},
	{"a keyboard that hides a USB stick", "030101,080650"},
	{"an IC card reader", "0b0000"},
	{"a printer", "070102"},
	{"a printer with a slot for memory cards", "070102,080650"},
	{"a printer with a scanner of vendor class", "070102,ff0000"},
	{"a headset", "010100,010200,030000"},
	{"a camera for video calls", "0e0100,0e0200"},
	{"a telephone that shows its files", "060101"},
	{"a telephone that shares its network", "e00103,0a0000"},
	{"a network adapter", "020600,0a0000"},
	{"a mobile modem", "020201,0a0000"},
	{"a Bluetooth adapter", "e00101"},
	{"a serial adapter", "020200,0a0000"},
	{"a device of vendor class, such as a WLAN adapter", "ff0000"},
	{"a device of unknown class", "dc0000"},
};

static void describe(const struct device_decision *decision, char ret[DESCRIPTION_MAX])
{
	char list[OUTCOME_TEXT_MAX];

	if (outcome_is_mixed(decision)) {
		outcome_list(decision, list);
		snprintf(ret, DESCRIPTION_MAX, "allowed in part (%s)", list);
	} else {
		snprintf(ret, DESCRIPTION_MAX, "%s", diff_access_word(decision->verdict));
	}
}

static bool decisions_equal(const struct device_decision *a, const struct device_decision *b)
{
	for (size_t i = 0; i < a->n_interfaces; i++)
		if (a->interfaces[i].verdict != b->interfaces[i].verdict)
			return false;
	return a->verdict == b->verdict;
}

/* Judges one made device under both; prints it where that differs. 1 if it did. */
static size_t diff_example(const struct policy *old, const struct policy *new, const char *name,
	const char *id, const char *interfaces)
{
	CLEANUP(usb_facts_cleanup) struct usb_facts *facts = NULL;
	uint8_t bytes[DESCRIPTORS_MADE_MAX];
	char was[DESCRIPTION_MAX], will_be[DESCRIPTION_MAX];
	struct device_decision before, after;
	struct device_facts device = {0};
	size_t size;

	if (descriptors_make(id, interfaces, bytes, &size) < 0 ||
		usb_facts_parse(bytes, size, &facts) < 0) {
		printf("  %s: could not be judged\n", name);
		return 1;
	}
	device.usb = facts;
	decide_enforced(old, &device, &before);
	decide_enforced(new, &device, &after);
	if (decisions_equal(&before, &after))
		return 0;
	describe(&before, was);
	describe(&after, will_be);
	if (strcmp(was, will_be) == 0)
		printf("  %s: %s before and after, but other interfaces of it\n", name, was);
	else
		printf("  %s: was %s, will be %s\n", name, was, will_be);
	return 1;
}

/* A number that no rule of either policy names, so that class rules judge the example. */
static void find_free_id(const struct policy *old, const struct policy *new, char id[10])
{
	uint16_t product = 0;

	while (device_rule_find(old, EXAMPLE_VENDOR, product) ||
		device_rule_find(new, EXAMPLE_VENDOR, product))
		product++;
	snprintf(id, 10, "%04x:%04x", EXAMPLE_VENDOR, product);
}

/* A device that has just what the rule lists. */
static size_t diff_rule_device(
	const struct policy *old, const struct policy *new, const struct device_rule *rule)
{
	char id[10], interfaces[DEVICE_RULE_INTERFACES_MAX * 7 + 8] = "", name[160];
	size_t used = 0;

	for (size_t i = 0; i < rule->n_interfaces; i++) {
		const struct interface_pattern *pattern = &rule->interfaces[i];

		used += (size_t)snprintf(
			interfaces + used, sizeof(interfaces) - used, "%s", used > 0 ? "," : "");
		for (size_t k = 0; k < pattern->n_bytes; k++)
			used += (size_t)snprintf(interfaces + used, sizeof(interfaces) - used,
				"%02x", pattern->bytes[k]);
	}
	if (used == 0)
		snprintf(interfaces, sizeof(interfaces), "ff"); /* any would do */
	snprintf(id, sizeof(id), "%04x:%04x", rule->vendor, rule->product);
	snprintf(name, sizeof(name), "%s with the interfaces %s ([device %s])", id, interfaces,
		rule->name);
	return diff_example(old, new, name, id, interfaces);
}

size_t diff_examples(const struct policy *old, const struct policy *new)
{
	size_t differences = 0;
	char id[10];

	find_free_id(old, new, id);
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		differences += diff_example(old, new, examples[i].name, id, examples[i].interfaces);
	for (size_t i = 0; i < old->n_devices; i++)
		differences += diff_rule_device(old, new, &old->devices[i]);
	for (size_t i = 0; i < new->n_devices; i++) {
		const struct device_rule *rule = &new->devices[i];
		const struct device_rule *before =
			device_rule_find(old, rule->vendor, rule->product);

		if (!before || !diff_lists_equal(before, rule))
			differences += diff_rule_device(old, new, rule);
	}
	return differences;
}
