#include "agent/cli_settings.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/cleanup.h"
#include "policy/enforced.h"
#include "policy/names.h"
#include "policy/policy_sections.h"
#include "policy/printable.h"
#include "policy/value.h"

static const char *const origin_names[ORIGIN_COUNT] = {
	[ORIGIN_NOT_NAMED] = "not-named",
	[ORIGIN_NO_SECTION] = "no-section",
	[ORIGIN_NOTHING] = "nothing",
	[ORIGIN_DEFAULT] = "default",
	[ORIGIN_BUILTIN] = "built-in",
	[ORIGIN_DOCUMENT] = "document",
};

const char *cli_origin_name(enum cli_origin origin)
{
	return names_get(origin_names, ORIGIN_COUNT, origin);
}

const char *cli_setting_name(const struct cli_setting *setting, char buffer[CLI_SETTING_NAME_SIZE])
{
	snprintf(buffer, CLI_SETTING_NAME_SIZE, "[%s%s%s] %s", setting->section,
		setting->name ? " " : "", setting->name ? setting->name : "", setting->key);
	return buffer;
}

/* In the order of the manual. [media] and [device] have lists of their own. */
static const struct schema_section *const sections[] = {&policy_head_section, &policy_media_section,
	&policy_device_section, &policy_medium_section, &policy_exemption_section,
	&policy_login_section, &policy_network_section, &policy_records_section};

/* A new one at the end, or NULL. */
static struct cli_setting *add(
	struct cli_settings *settings, const char *section, const char *name, const char *key)
{
	struct cli_setting *items =
		reallocarray(settings->items, settings->n + 1, sizeof(*settings->items));

	if (!items)
		return NULL;
	settings->items = items;
	items[settings->n] = (struct cli_setting){
		.section = section,
		.name = name,
		.key = key,
		.effect = enforced_key(section, key),
	};
	return &items[settings->n++];
}

static void set_entry(struct cli_setting *setting, const struct ini_entry *entry)
{
	setting->origin = ORIGIN_DOCUMENT;
	setting->line = entry->line;
	snprintf(setting->value, sizeof(setting->value), "%s", entry->value);
}

/* Of what has a default: bytes, switches, and numbers of 32 bits; 0 for all else. */
static uint64_t number_at(const void *at, size_t size)
{
	uint32_t value;

	if (size == sizeof(uint8_t))
		return *(const uint8_t *)at;
	if (size != sizeof(value))
		return 0;
	memcpy(&value, at, sizeof(value));
	return value;
}

static void format_file_systems(const struct policy *policy, char *buffer, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < policy->n_file_systems && used < size; i++)
		used += (size_t)snprintf(buffer + used, size - used, "%s%s", i > 0 ? " " : "",
			policy->file_systems[i]);
}

/* What holds where the document does not say it; empty: nothing. */
static void format_default(const struct policy *policy, const struct schema_key *key,
	char buffer[CLI_SETTING_VALUE_SIZE])
{
	const void *at = (const char *)policy + key->offset;
	uint64_t number = number_at(at, key->size);
	char duration[DURATION_TEXT_MAX];

	buffer[0] = '\0';
	if (strcmp(key->key, "file-systems") == 0)
		format_file_systems(policy, buffer, CLI_SETTING_VALUE_SIZE);
	else if (strcmp(key->key, "online") == 0)
		snprintf(buffer, CLI_SETTING_VALUE_SIZE, "%s", number ? "required" : "off");
	else if (key->read == value_read_switch)
		snprintf(buffer, CLI_SETTING_VALUE_SIZE, "%s", number ? "on" : "off");
	else if (key->read == value_read_enum && number < key->n_words)
		snprintf(buffer, CLI_SETTING_VALUE_SIZE, "%s", key->words[number]);
	else if (key->read == value_read_number)
		snprintf(buffer, CLI_SETTING_VALUE_SIZE, "%" PRIu64, number);
	else if (key->read == value_read_duration || strcmp(key->key, "max-age") == 0)
		snprintf(buffer, CLI_SETTING_VALUE_SIZE, "%s", duration_format(number, duration));
}

static int add_key(struct cli_settings *settings, const struct schema_section *schema,
	const struct ini_section *section, const struct schema_key *key, bool is_there)
{
	struct cli_setting *setting = add(settings, schema->type, NULL, key->key);
	const struct ini_entry *entry = section ? ini_section_find(section, key->key) : NULL;

	if (!setting)
		return -ENOMEM;
	if (entry) {
		set_entry(setting, entry);
		/* For people, without what percent signs stand for. */
		if (key->read == value_read_text)
			printable_copy(setting->value, sizeof(setting->value),
				(const char *)settings->policy + key->offset);
	} else if (!is_there) {
		setting->origin = ORIGIN_NO_SECTION;
	} else {
		format_default(settings->policy, key, setting->value);
		setting->origin = setting->value[0] ? ORIGIN_DEFAULT : ORIGIN_NOTHING;
	}
	if (strcmp(schema->type, "medium") == 0 && strcmp(key->key, "registered") == 0)
		setting->is_blocked_instead =
			settings->policy->registered.access == VERDICT_READ_ONLY &&
			!enforced_read_only(CLASS_USB_STORAGE);
	return 0;
}

static bool is_of_schema(const struct schema_section *schema, const char *key)
{
	for (size_t i = 0; i < schema->n_keys; i++)
		if (strcmp(schema->keys[i].key, key) == 0)
			return true;
	return false;
}

/* Sections whose values hold by default, also where they are not there. */
static bool has_defaults(const char *type)
{
	return strcmp(type, "medium") == 0 || strcmp(type, "records") == 0;
}

static int add_section(struct cli_settings *settings, const struct schema_section *schema)
{
	const struct ini_section *section =
		settings->document ? policy_find_section(settings->document, schema->type) : NULL;
	bool is_there = section || has_defaults(schema->type);
	int r = 0;

	for (size_t i = 0; r == 0 && i < schema->n_keys; i++)
		r = add_key(settings, schema, section, &schema->keys[i], is_there);
	/* desk-1, exempt-1, allow-1 … */
	for (size_t i = 0; r == 0 && section && i < section->n_entries; i++) {
		const struct ini_entry *entry = &section->entries[i];
		struct cli_setting *setting;

		if (is_of_schema(schema, entry->key))
			continue;
		setting = add(settings, schema->type, NULL, entry->key);
		if (!setting)
			return -ENOMEM;
		set_entry(setting, entry);
	}
	return r;
}

static int add_classes(struct cli_settings *settings)
{
	for (unsigned i = 0; i < CLASS_COUNT; i++) {
		/* "unknown" is the first by number, and the last to be looked for. */
		enum device_class class = i + 1 < CLASS_COUNT ? i + 1 : CLASS_UNKNOWN;
		const struct class_rule *rule = &settings->policy->media[class];
		struct cli_setting *setting =
			add(settings, "media", NULL, device_class_name(class));

		if (!setting)
			return -ENOMEM;
		snprintf(setting->value, sizeof(setting->value), "%s", verdict_name(rule->access));
		setting->line = rule->line;
		setting->origin = settings->policy->is_builtin ? ORIGIN_BUILTIN
				  : rule->line > 0             ? ORIGIN_DOCUMENT
							       : ORIGIN_NOT_NAMED;
		setting->is_blocked_instead =
			rule->access == VERDICT_READ_ONLY && !enforced_read_only(class);
	}
	return 0;
}

static const struct device_rule *find_rule(const struct policy *policy, unsigned line)
{
	for (size_t i = 0; i < policy->n_devices; i++)
		if (policy->devices[i].line == line)
			return &policy->devices[i];
	return NULL;
}

static int add_rule(struct cli_settings *settings, const struct ini_section *section)
{
	const struct device_rule *rule = find_rule(settings->policy, section->line);

	for (size_t i = 0; i < policy_device_section.n_keys; i++) {
		const char *key = policy_device_section.keys[i].key;
		const struct ini_entry *entry = ini_section_find(section, key);
		struct cli_setting *setting = add(settings, "device", section->name, key);

		if (!setting)
			return -ENOMEM;
		if (entry)
			set_entry(setting, entry);
		else
			setting->origin = ORIGIN_NOTHING;
		setting->is_blocked_instead = strcmp(key, "access") == 0 && rule &&
					      rule->access == VERDICT_READ_ONLY &&
					      !enforced_read_only_rule(rule);
	}
	return 0;
}

static int add_rules(struct cli_settings *settings)
{
	const struct ini_document *document = settings->document;
	int r = 0;

	for (size_t i = 0; r == 0 && document && i < document->n_sections; i++)
		if (strcmp(document->sections[i].type, "device") == 0)
			r = add_rule(settings, &document->sections[i]);
	return r;
}

static int add_all(struct cli_settings *settings)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < POLICY_COUNT(sections); i++) {
		if (sections[i] == &policy_media_section)
			r = add_classes(settings);
		else if (sections[i] == &policy_device_section)
			r = add_rules(settings);
		else if (sections[i] != &policy_head_section || settings->document)
			r = add_section(settings, sections[i]);
	}
	return r;
}

int cli_settings_read(const char *text, struct cli_settings *ret)
{
	CLEANUP(cli_settings_clear) struct cli_settings settings = {.items = NULL};
	CLEANUP(problems_clear) struct problems problems = {};
	int r;

	if (text[0] == '\0') {
		r = policy_new_builtin(&settings.policy);
	} else {
		r = policy_parse(text, strlen(text), &problems, &settings.policy);
		if (r == 0)
			r = ini_document_read(text, strlen(text), &problems, &settings.document);
	}
	if (r == 0)
		r = add_all(&settings);
	if (r < 0)
		return r;
	*ret = settings;
	settings = (struct cli_settings){.items = NULL};
	return 0;
}

void cli_settings_clear(struct cli_settings *settings)
{
	policy_free(settings->policy);
	ini_document_free(settings->document);
	free(settings->items);
	*settings = (struct cli_settings){.items = NULL};
}
