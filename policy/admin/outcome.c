#include "policy/admin/outcome.h"

#include <stdio.h>
#include <string.h>

static bool counts(const struct interface_decision *interface)
{
	return interface->reason.code != REASON_OTHER_CONFIGURATION;
}

bool outcome_is_mixed(const struct device_decision *decision)
{
	for (size_t i = 0; i < decision->n_interfaces; i++)
		if (counts(&decision->interfaces[i]) &&
			decision->interfaces[i].verdict != decision->verdict)
			return true;
	return false;
}

/* Appends "keyboard pointer let in" of the classes that have an interface with that verdict. */
static void add(const struct device_decision *decision, enum verdict verdict, const char *words,
	char text[OUTCOME_TEXT_MAX])
{
	bool has_class[CLASS_COUNT] = {false}, any = false;
	size_t used = strlen(text);

	for (size_t i = 0; i < decision->n_interfaces; i++) {
		const struct interface_decision *interface = &decision->interfaces[i];

		if (!counts(interface) || interface->verdict != verdict ||
			has_class[interface->device_class])
			continue;
		has_class[interface->device_class] = true;
		if (used < OUTCOME_TEXT_MAX)
			used += (size_t)snprintf(text + used, OUTCOME_TEXT_MAX - used, "%s%s",
				any        ? " "
				: used > 0 ? ", "
					   : "",
				device_class_name(interface->device_class));
		any = true;
	}
	if (any && used < OUTCOME_TEXT_MAX)
		snprintf(text + used, OUTCOME_TEXT_MAX - used, " %s", words);
}

void outcome_list(const struct device_decision *decision, char ret[OUTCOME_TEXT_MAX])
{
	ret[0] = '\0';
	add(decision, VERDICT_ALLOW, "let in", ret);
	add(decision, VERDICT_READ_ONLY, "read-only", ret);
	add(decision, VERDICT_BLOCK, "refused", ret);
}

const struct reason *outcome_reason(const struct device_decision *decision)
{
	if (!outcome_is_mixed(decision))
		return &decision->reason;
	for (enum verdict least = VERDICT_BLOCK; least < decision->verdict; least++)
		for (size_t i = 0; i < decision->n_interfaces; i++)
			if (counts(&decision->interfaces[i]) &&
				decision->interfaces[i].verdict == least)
				return &decision->interfaces[i].reason;
	return &decision->reason;
}
