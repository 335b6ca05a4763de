#include "agent/cli_policy_why.h"

#include <stdio.h>
#include <string.h>

#include "agent/cli_text.h"

/* Nothing is made of what is not said. */
static bool says_something(const struct cli_setting *setting)
{
	return setting->origin != ORIGIN_NO_SECTION && setting->origin != ORIGIN_NOTHING;
}

const char *cli_policy_effect(const struct cli_setting *setting)
{
	if (!says_something(setting))
		return "";
	if (setting->is_blocked_instead)
		return _("blocks instead");
	switch (setting->effect) {
	case KEY_ENFORCED: return _("enforces it");
	case KEY_NOT_ON_USB: return _("does not watch this bus");
	case KEY_NO_SCAN: return _("reads it: it comes with the virus check");
	case KEY_ONLY_READ:
	case KEY_EFFECT_COUNT: break;
	}
	return _("reads it, and does nothing with it yet");
}

/* What holds without a section. */
static const char *without(const char *section)
{
	if (strcmp(section, "exemption") == 0)
		return _("So there are no exemptions.");
	if (strcmp(section, "login") == 0)
		return _("So nothing is said of the login.");
	if (strcmp(section, "network") == 0)
		return _("So nothing is said of the network.");
	return "";
}

/* What holds where nothing is said and there is no value for that. */
static const char *nothing(const struct cli_setting *setting)
{
	if (strcmp(setting->key, "registered") == 0)
		return _("So a registered medium gets no more than its class.");
	if (strcmp(setting->key, "interfaces") == 0)
		return _("So the rule opens what is not storage, keyboard, pointer, phone or "
			 "network.");
	if (strcmp(setting->key, "until") == 0)
		return _("So this is no rehearsal.");
	return _("Nothing holds instead.");
}

static void print_origin(const struct cli_setting *setting, const char *name)
{
	const char *value = setting->value;

	switch (setting->origin) {
	case ORIGIN_DOCUMENT:
		printf(_("%s is %s: line %u of the policy says so.\n"), name, value, setting->line);
		break;
	case ORIGIN_BUILTIN:
		printf(_("%s is %s: no policy was received yet, and the built-in one says so.\n"),
			name, value);
		break;
	case ORIGIN_DEFAULT:
		printf(_("%s is %s: the policy does not say it, and this holds then.\n"), name,
			value);
		break;
	case ORIGIN_NOT_NAMED:
		printf(_("%s is %s: the policy does not name it, and a class that is not named is "
			 "blocked.\n"),
			name, value);
		break;
	case ORIGIN_NO_SECTION:
		printf(_("%s: the policy has no section [%s]. %s\n"), name, setting->section,
			without(setting->section));
		break;
	case ORIGIN_NOTHING:
	case ORIGIN_COUNT:
		printf(_("%s: the policy does not say it. %s\n"), name, nothing(setting));
		break;
	}
}

static void print_effect(const struct cli_setting *setting)
{
	if (!says_something(setting))
		return;
	if (setting->is_blocked_instead) {
		puts(_("This version cannot keep it read-only, so it blocks instead."));
		return;
	}
	switch (setting->effect) {
	case KEY_ENFORCED: puts(_("This version enforces it.")); return;
	case KEY_NOT_ON_USB:
		puts(_("This version watches USB only, so it does nothing with it."));
		return;
	case KEY_NO_SCAN:
		puts(_("This version does nothing with it yet: it cannot check for viruses."));
		return;
	case KEY_ONLY_READ:
	case KEY_EFFECT_COUNT: break;
	}
	puts(_("This version reads it, and does nothing with it yet."));
}

/* What else may speak of the same devices. */
static void print_others(const struct cli_settings *settings, const struct cli_setting *setting)
{
	const struct policy *policy = settings->policy;

	if (strcmp(setting->section, "media") != 0)
		return;
	if (strcmp(setting->key, "usb-storage") == 0 && policy->registered.line > 0)
		printf(_("A registered medium gets %s instead, if that is more: line %u, [medium] "
			 "registered.\n"),
			verdict_name(policy->registered.access), policy->registered.line);
	if (policy->n_devices > 0)
		puts(_("A [device] rule speaks alone for the device that it names, whatever is "
		       "said "
		       "here."));
}

void cli_policy_print_why(const struct cli_settings *settings, const struct cli_setting *setting)
{
	char name[CLI_SETTING_NAME_SIZE];

	print_origin(setting, cli_setting_name(setting, name));
	print_effect(setting);
	print_others(settings, setting);
}
