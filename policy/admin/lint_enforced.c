/* What this version of the agent enforces of a policy, and what it only reads: key by key. */
#include "policy/admin/lint.h"

#include <stdio.h>
#include <string.h>

#include "policy/enforced.h"
#include "policy/ini_document.h"
#include "policy/timestamp.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Sections of which this version enforces nothing. */
static const char *const only_read[] = {"exemption", "login", "network", "records"};

/* Keys of other sections that do nothing yet. */
static const struct {
	const char *section, *key, *why;
} read_keys[] = {
	{"policy", "contact", "it is shown by no message yet"},
	{"policy", "max-age",
		"status shows it; online exemptions, which need it, are not there yet"},
	{"medium", "file-systems", "it does not mount media"},
	{"medium", "show", "it does not mount media"},
	{"medium", "scan", "it does not mount media"},
	{"medium", "scan-data-max-age", "it does not mount media"},
};

/* Classes of which this version sees nothing: it watches USB. */
static const enum device_class not_on_usb[] = {CLASS_SD_CARD, CLASS_NVME, CLASS_SATA_EXTERNAL,
	CLASS_FIREWIRE, CLASS_THUNDERBOLT, CLASS_LOOP};

static bool is_only_read(const struct ini_section *section)
{
	for (size_t i = 0; i < COUNT(only_read); i++)
		if (strcmp(section->type, only_read[i]) == 0)
			return true;
	return false;
}

/* "enforced by this version: [policy] [media] …", each section once. */
static void print_enforced(const char *path, const struct ini_document *document)
{
	bool has_device = false;

	printf("%s: enforced by this version:", path);
	for (size_t i = 0; i < document->n_sections; i++) {
		const struct ini_section *section = &document->sections[i];

		if (is_only_read(section) || (section->name && has_device))
			continue;
		printf(" [%s%s]", section->type, section->name ? " ..." : "");
		has_device = has_device || section->name;
	}
	printf(", as far as nothing else is said here\n");
}

static void note_section(const char *path, const struct ini_section *section)
{
	char keys[1024] = "";

	for (size_t i = 0; i < section->n_entries; i++) {
		size_t used = strlen(keys);

		if (used + strlen(section->entries[i].key) + 3 < sizeof(keys))
			snprintf(keys + used, sizeof(keys) - used, "%s%s", i > 0 ? ", " : ": ",
				section->entries[i].key);
	}
	lint_note(path, section->line, "this version does not enforce [%s]%s", section->type, keys);
}

static void note_keys(const char *path, const struct ini_section *section)
{
	for (size_t i = 0; i < COUNT(read_keys); i++) {
		const struct ini_entry *entry = NULL;

		if (strcmp(section->type, read_keys[i].section) == 0)
			entry = ini_section_find(section, read_keys[i].key);
		if (entry)
			lint_note(path, entry->line, "this version does not enforce %s: %s",
				entry->key, read_keys[i].why);
	}
}

static void note_read_only(const char *path, const struct policy *policy)
{
	static const char what[] = "this version does not enforce read-only; it blocks instead";

	for (unsigned i = 0; i < CLASS_COUNT; i++)
		if (policy->media[i].access == VERDICT_READ_ONLY && !enforced_read_only(i))
			lint_note(path, policy->media[i].line, "%s", what);
	for (size_t i = 0; i < policy->n_devices; i++)
		if (policy->devices[i].access == VERDICT_READ_ONLY &&
			!enforced_read_only_rule(&policy->devices[i]))
			lint_note(path, policy->devices[i].line, "%s", what);
	if (policy->registered.access == VERDICT_READ_ONLY &&
		!enforced_read_only(CLASS_USB_STORAGE))
		lint_note(path, policy->registered.line, "%s", what);
}

static void print_not_on_usb(const char *path, const struct policy *policy)
{
	bool is_first = true;

	for (size_t i = 0; i < COUNT(not_on_usb); i++) {
		const struct class_rule *rule = &policy->media[not_on_usb[i]];

		if (rule->line == 0)
			continue;
		if (is_first)
			printf("%s: not on USB, so not watched by this version:", path);
		is_first = false;
		printf(" %s", device_class_name(not_on_usb[i]));
	}
	if (!is_first)
		printf("\n");
}

/* It opens every port, so whoever signs it is to know until when. */
static void note_rehearsal(const char *path, const struct policy *policy, unsigned line)
{
	char until[TIMESTAMP_SIZE];

	timestamp_format(policy->until, JAPAN_MINUTES, until);
	lint_note(path, line,
		"mode = rehearse: no terminal refuses anything until %s; then it enforces by "
		"itself",
		until);
}

void lint_enforced(
	const char *path, const struct policy *policy, const struct ini_document *document)
{
	const struct ini_entry *mode = ini_section_find(&document->sections[0], "mode");

	print_enforced(path, document);
	print_not_on_usb(path, policy);
	if (policy->mode == POLICY_REHEARSE)
		note_rehearsal(path, policy, mode ? mode->line : 0);
	note_read_only(path, policy);
	for (size_t i = 0; i < document->n_sections; i++) {
		const struct ini_section *section = &document->sections[i];

		if (is_only_read(section))
			note_section(path, section);
		else
			note_keys(path, section);
	}
}
