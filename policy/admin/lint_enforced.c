/* What this version of the agent enforces of a policy, and what it only reads: key by key. */
#include "policy/admin/lint.h"

#include <stdio.h>
#include <string.h>

#include "policy/enforced.h"
#include "policy/enforced_key.h"
#include "policy/ini_document.h"
#include "policy/timestamp.h"

/* Why a key of a section that is enforced does nothing yet; NULL: it is enforced. */
static const char *why_not(enum key_effect effect)
{
	switch (effect) {
	case KEY_NO_SCAN: return "it cannot check for viruses";
	case KEY_ONLY_READ:
	case KEY_NOT_ON_USB: /* all of these are told on one line */
	case KEY_ENFORCED:
	case KEY_EFFECT_COUNT: break;
	}
	return NULL;
}

static bool is_only_read(const struct ini_section *section)
{
	return enforced_key(section->type, "") == KEY_ONLY_READ;
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
	for (size_t i = 0; i < section->n_entries; i++) {
		const struct ini_entry *entry = &section->entries[i];
		const char *why = why_not(enforced_key(section->type, entry->key));

		if (why)
			lint_note(path, entry->line, "this version does not enforce %s: %s",
				entry->key, why);
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

	for (unsigned i = 0; i < CLASS_COUNT; i++) {
		if (policy->media[i].line == 0 ||
			enforced_key("media", device_class_name(i)) != KEY_NOT_ON_USB)
			continue;
		if (is_first)
			printf("%s: not on USB, so not watched by this version:", path);
		is_first = false;
		printf(" %s", device_class_name(i));
	}
	if (!is_first)
		printf("\n");
}

/* Whoever signs it is to know that nobody can approve anything. */
static void note_scan(
	const char *path, const struct policy *policy, const struct ini_document *document)
{
	for (size_t i = 0; i < document->n_sections; i++) {
		const struct ini_section *section = &document->sections[i];
		const struct ini_entry *scan = ini_section_find(section, "scan");

		if (strcmp(section->type, "exemption") == 0 && scan &&
			policy->exemption_scan == SCAN_REQUIRED)
			lint_note(path, scan->line,
				"scan = required: this version cannot check for viruses, so "
				"terminals take no exemption; scan = off takes them unchecked");
	}
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
	note_scan(path, policy, document);
	for (size_t i = 0; i < document->n_sections; i++) {
		const struct ini_section *section = &document->sections[i];

		if (is_only_read(section))
			note_section(path, section);
		else
			note_keys(path, section);
	}
}
