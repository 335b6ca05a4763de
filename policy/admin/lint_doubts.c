/* What of a policy is legal and most likely not meant, or to be known before it is signed. */
#include "policy/admin/lint.h"

#include <string.h>

#include "policy/admin/lint_login.h"
#include "policy/device_rule.h"
#include "policy/ini_document.h"
#include "policy/policy_sections.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The line of a key of "[type]", or 0. */
static unsigned line_of(const struct ini_document *document, const char *type, const char *key)
{
	for (size_t i = 0; i < document->n_sections; i++) {
		const struct ini_section *section = &document->sections[i];
		const struct ini_entry *entry = NULL;

		if (!section->name && strcmp(section->type, type) == 0)
			entry = ini_section_find(section, key);
		if (entry)
			return entry->line;
	}
	return 0;
}

static void warn_input(const char *path, const struct policy *policy)
{
	static const struct {
		enum device_class device_class;
		const char *what;
	} needed[] = {
		{CLASS_KEYBOARD, "keyboards are not allowed; a terminal keeps only its last one"},
		{CLASS_POINTER, "pointers are not allowed: no mouse works"},
		{CLASS_HUB, "hubs are not allowed: nothing behind a hub or a dock works"},
	};

	for (size_t i = 0; i < COUNT(needed); i++) {
		const struct class_rule *rule = &policy->media[needed[i].device_class];

		if (rule->access != VERDICT_ALLOW)
			lint_warn(path, rule->line, "%s", needed[i].what);
	}
}

/* Why a class is not expected to be allowed on a tier from which no information may be taken; NULL:
 * it may be. */
static const char *doubt_about(enum device_class device_class)
{
	if (device_class == CLASS_VENDOR || device_class == CLASS_UNKNOWN)
		return "whatever the kernel has a driver for is let in; name single devices by "
		       "[device] instead";
	if (device_class == CLASS_THUNDERBOLT || device_class == CLASS_FIREWIRE)
		return "what is plugged in there can read the terminal's memory";
	switch (device_class_group(device_class)) {
	case CLASS_GROUP_STORAGE:
		return "anybody can take information out on any such medium; block them, and "
		       "register or exempt single ones";
	case CLASS_GROUP_PHONE:
		return "anybody can take information out on any phone, and no switch here holds "
		       "its files";
	case CLASS_GROUP_NETWORK: return "it opens a way past the network of this tier";
	case CLASS_GROUP_PLAIN:
	case CLASS_GROUP_INPUT: break;
	}
	return NULL;
}

static void note_classes(const char *path, const struct policy *policy)
{
	for (unsigned i = 0; i < CLASS_COUNT; i++) {
		const struct class_rule *rule = &policy->media[i];
		const char *doubt = doubt_about(i);

		if (rule->access == VERDICT_ALLOW && doubt)
			lint_note(path, rule->line, "%s = allow: %s", device_class_name(i), doubt);
	}
}

static void note_device(const char *path, const struct device_rule *rule)
{
	static const enum device_class dangerous[] = {CLASS_USB_STORAGE, CLASS_OPTICAL,
		CLASS_FLOPPY, CLASS_PHONE, CLASS_USB_NETWORK, CLASS_MODEM, CLASS_WIRELESS,
		CLASS_BLUETOOTH};

	if (rule->access == VERDICT_BLOCK && rule->n_interfaces > 0)
		lint_note(path, rule->line,
			"[device %s] blocks the whole device; its interfaces say nothing more",
			rule->name);
	if (rule->access != VERDICT_ALLOW)
		return;
	for (size_t i = 0; i < COUNT(dangerous); i++) {
		if (!device_rule_covers(rule, dangerous[i]))
			continue;
		lint_note(path, rule->line,
			"[device %s] lets in %s of any device that claims to be %04x:%04x, and "
			"that can be copied",
			rule->name, device_class_name(dangerous[i]), rule->vendor, rule->product);
		return;
	}
}

static void note_roll_out(
	const char *path, const struct policy *policy, const struct ini_document *document)
{
	if (policy->ring < POLICY_RINGS - 1)
		lint_note(path, line_of(document, "policy", "rings"),
			"only terminals of ring 0 to %u take it; the others keep what they have",
			policy->ring);
	if (policy->percent < 100)
		lint_note(path, line_of(document, "policy", "percent"),
			"only %u of 100 terminals take it; the others keep what they have",
			policy->percent);
}

static void note_later_sections(
	const char *path, const struct policy *policy, const struct ini_document *document)
{
	if (policy->has_medium && policy->medium_scan == SCAN_OFF)
		lint_note(path, line_of(document, "medium", "scan"),
			"scan = off: media are shown without a look for viruses");
	if (policy->has_exemption && policy->exemption_scan == SCAN_OFF)
		lint_note(path, line_of(document, "exemption", "scan"),
			"scan = off: exempted media are shown without a look for viruses");
	if (policy->has_login)
		lint_login(path, policy, policy_find_section(document, "login"));
	if (!policy->has_network)
		return;
	if (policy->isolation == ISOLATION_OFF)
		lint_note(path, line_of(document, "network", "isolation"),
			"isolation = off: terminals talk to every network that they reach");
	else if (policy->n_network == 0)
		lint_warn(path, line_of(document, "network", "isolation"),
			"no allow-1: terminals will reach nothing at all");
}

void lint_doubts(const char *path, const struct policy *policy, const struct ini_document *document)
{
	warn_input(path, policy);
	note_classes(path, policy);
	for (size_t i = 0; i < policy->n_devices; i++)
		note_device(path, &policy->devices[i]);
	note_roll_out(path, policy, document);
	note_later_sections(path, policy, document);
}
