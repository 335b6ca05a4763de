/* Reasons in words for IT staff, and their names for records. Knows nothing of how they came up. */
#include "policy/reason.h"

#include <stdio.h>

#include "policy/names.h"

static const char *const names[REASON_COUNT] = {
	[REASON_NOT_JUDGED] = "not-judged",
	[REASON_CLASS_RULE] = "class-rule",
	[REASON_CLASS_NOT_NAMED] = "class-not-named",
	[REASON_BUILTIN] = "builtin",
	[REASON_DEVICE_RULE] = "device-rule",
	[REASON_NOT_LISTED] = "not-listed",
	[REASON_NOT_ALONE] = "not-alone",
	[REASON_OTHER_CONFIGURATION] = "other-configuration",
	[REASON_MALFORMED] = "malformed",
	[REASON_NO_INTERFACE] = "no-interface",
	[REASON_READ_ONLY_UNSUPPORTED] = "read-only-unsupported",
	[REASON_LAST_INPUT] = "last-input",
	[REASON_REPORT_DESCRIPTOR] = "report-descriptor",
	[REASON_DRIVER] = "driver",
	[REASON_REGISTERED_MEDIUM] = "registered-medium",
	[REASON_EXEMPTION] = "exemption",
	[REASON_EXEMPTION_ENDED] = "exemption-ended",
	[REASON_EXEMPTION_NOT_YET] = "exemption-not-yet",
	[REASON_EXEMPTION_OFFLINE] = "exemption-offline",
	[REASON_EXEMPTION_ANOTHER_MEDIUM] = "exemption-another-medium",
	[REASON_EXEMPTION_FAILED] = "exemption-failed",
	[REASON_EXEMPTION_DETACHED] = "exemption-detached",
	[REASON_EXEMPTION_AMBIGUOUS] = "exemption-ambiguous",
	[REASON_EXEMPTION_OTHER_USER] = "exemption-other-user",
	[REASON_EXEMPTION_NOT_REDEEMED] = "exemption-not-redeemed",
};

const char *reason_code_name(enum reason_code code)
{
	return names_get(names, REASON_COUNT, code);
}

int reason_code_from_name(const char *name, enum reason_code *ret)
{
	int index = names_find(names, REASON_COUNT, name);

	if (index < 0)
		return index;
	*ret = (enum reason_code)index;
	return 0;
}

static const char *class_word(enum device_class device_class)
{
	const char *name = device_class_name(device_class);

	return name ? name : "?";
}

__attribute__((format_arg(2))) static const char *say(
	reason_translate *translate, const char *message)
{
	return translate ? translate(message) : message;
}

/* Every message goes through it: what collects them for translation looks for the name. */
#define SAY(message) say(translate, message)

/* " (line 21)" into buffer, or nothing where there is no line. */
static const char *line_words(unsigned line, reason_translate *translate, char *buffer, size_t size)
{
	buffer[0] = '\0';
	if (line != 0)
		snprintf(buffer, size, SAY(" (line %u)"), line);
	return buffer;
}

static int describe_class_rule(const struct reason *reason, const char *class, const char *line,
	reason_translate *translate, char *buffer, size_t size)
{
	switch (reason->access) {
	case VERDICT_ALLOW:
		return snprintf(buffer, size, SAY("the policy allows %s%s"), class, line);
	case VERDICT_READ_ONLY:
		return snprintf(
			buffer, size, SAY("the policy allows reading only of %s%s"), class, line);
	case VERDICT_BLOCK:
	case VERDICT_COUNT: break;
	}
	return snprintf(buffer, size, SAY("the policy blocks %s%s"), class, line);
}

static int describe_device_rule(const struct reason *reason, const char *line,
	reason_translate *translate, char *buffer, size_t size)
{
	switch (reason->access) {
	case VERDICT_ALLOW:
		return snprintf(buffer, size, SAY("[device %s] allows it%s"), reason->text, line);
	case VERDICT_READ_ONLY:
		return snprintf(buffer, size, SAY("[device %s] allows reading only of it%s"),
			reason->text, line);
	case VERDICT_BLOCK:
	case VERDICT_COUNT: break;
	}
	return snprintf(buffer, size, SAY("[device %s] blocks it%s"), reason->text, line);
}

static int describe_builtin(const struct reason *reason, const char *class,
	reason_translate *translate, char *buffer, size_t size)
{
	if (reason->access == VERDICT_ALLOW)
		return snprintf(buffer, size,
			SAY("no policy was received yet; until then %s is allowed"), class);
	return snprintf(
		buffer, size, SAY("no policy was received yet; until then %s is blocked"), class);
}

static int describe_not_alone(
	const struct reason *reason, reason_translate *translate, char *buffer, size_t size)
{
	const char *class = class_word(reason->device_class);
	const char *other = class_word(reason->other_class);

	if (reason->configuration == 0)
		return snprintf(buffer, size,
			SAY("%s is let in only where nothing else is refused, and %s is beside it "
			    "(interface %u)"),
			class, other, reason->interface);
	return snprintf(buffer, size,
		SAY("%s is let in only where nothing else is refused, and %s is in the same device "
		    "(configuration %u, interface %u)"),
		class, other, reason->configuration, reason->interface);
}

static int describe_medium(const struct reason *reason, const char *line,
	reason_translate *translate, char *buffer, size_t size)
{
	switch (reason->access) {
	case VERDICT_ALLOW:
		return snprintf(buffer, size, SAY("the medium %s is registered: allow%s"),
			reason->text, line);
	case VERDICT_READ_ONLY:
		return snprintf(buffer, size, SAY("the medium %s is registered: read-only%s"),
			reason->text, line);
	case VERDICT_BLOCK:
	case VERDICT_COUNT: break;
	}
	return snprintf(
		buffer, size, SAY("the medium %s is registered: block%s"), reason->text, line);
}

/* Why an exemption for such a device does or does not open it. */
static int describe_exemption(
	const struct reason *reason, reason_translate *translate, char *buffer, size_t size)
{
	const char *id = reason->text;

	switch ((int)reason->code) {
	case REASON_EXEMPTION:
		if (reason->access == VERDICT_ALLOW)
			return snprintf(buffer, size,
				SAY("the exemption %s allows reading and writing"), id);
		return snprintf(buffer, size, SAY("the exemption %s allows reading only"), id);
	case REASON_EXEMPTION_ENDED:
		return snprintf(buffer, size, SAY("the exemption %s has ended"), id);
	case REASON_EXEMPTION_NOT_YET:
		return snprintf(buffer, size, SAY("the exemption %s begins later"), id);
	case REASON_EXEMPTION_OFFLINE:
		return snprintf(buffer, size,
			SAY("the exemption %s counts only while the site is heard of"), id);
	case REASON_EXEMPTION_ANOTHER_MEDIUM:
		return snprintf(buffer, size,
			SAY("the exemption %s is for another medium than this one"), id);
	case REASON_EXEMPTION_FAILED:
		return snprintf(buffer, size,
			SAY("the medium could not be shown for the exemption %s"), id);
	case REASON_EXEMPTION_DETACHED:
		return snprintf(buffer, size,
			SAY("the medium of the exemption %s was taken away; plug it in again"), id);
	case REASON_EXEMPTION_AMBIGUOUS:
		return snprintf(buffer, size,
			SAY("another device is the same to the exemption %s; unplug one"), id);
	case REASON_EXEMPTION_OTHER_USER:
		return snprintf(buffer, size,
			SAY("the exemption %s is not for whoever is at the screen"), id);
	case REASON_EXEMPTION_NOT_REDEEMED:
		return snprintf(
			buffer, size, SAY("the code of the exemption %s was not typed yet"), id);
	default: break;
	}
	return snprintf(buffer, size, SAY("it was not judged"));
}

int reason_describe_in(
	const struct reason *reason, reason_translate *translate, char *buffer, size_t size)
{
	const char *class = class_word(reason->device_class);
	char place[24];
	const char *line = line_words(reason->line, translate, place, sizeof(place));

	switch (reason->code) {
	case REASON_CLASS_RULE:
		return describe_class_rule(reason, class, line, translate, buffer, size);
	case REASON_CLASS_NOT_NAMED:
		return snprintf(buffer, size,
			SAY("the policy has no rule for %s, so it is blocked"), class);
	case REASON_BUILTIN: return describe_builtin(reason, class, translate, buffer, size);
	case REASON_DEVICE_RULE: return describe_device_rule(reason, line, translate, buffer, size);
	case REASON_NOT_LISTED:
		return snprintf(buffer, size, SAY("[device %s] does not list interface %u (%s)%s"),
			reason->text, reason->interface, class, line);
	case REASON_NOT_ALONE: return describe_not_alone(reason, translate, buffer, size);
	case REASON_OTHER_CONFIGURATION:
		return snprintf(buffer, size, SAY("the device is set to configuration %u instead"),
			reason->configuration);
	case REASON_MALFORMED:
		return snprintf(buffer, size,
			SAY("its descriptors cannot be trusted: %s (at byte %u)"), reason->text,
			(unsigned)reason->number);
	case REASON_NO_INTERFACE:
		return snprintf(buffer, size, SAY("it has no interface that could be let in"));
	case REASON_READ_ONLY_UNSUPPORTED:
		return snprintf(buffer, size,
			SAY("read-only is not enforced yet for %s, so it is blocked%s"), class,
			line);
	case REASON_LAST_INPUT:
		return snprintf(buffer, size,
			SAY("kept although refused, because nobody could type without it"));
	case REASON_REGISTERED_MEDIUM:
		return describe_medium(reason, line, translate, buffer, size);
	case REASON_REPORT_DESCRIPTOR:
		return snprintf(buffer, size,
			SAY("its report descriptor shows %s, which the policy does not allow "
			    "here%s"),
			class, line);
	case REASON_DRIVER:
		return snprintf(buffer, size,
			SAY("driver %s made it %s, which the policy does not allow here%s"),
			reason->text, class, line);
	case REASON_EXEMPTION:
	case REASON_EXEMPTION_ENDED:
	case REASON_EXEMPTION_NOT_YET:
	case REASON_EXEMPTION_OFFLINE:
	case REASON_EXEMPTION_ANOTHER_MEDIUM:
	case REASON_EXEMPTION_FAILED:
	case REASON_EXEMPTION_DETACHED:
	case REASON_EXEMPTION_AMBIGUOUS:
	case REASON_EXEMPTION_OTHER_USER:
	case REASON_EXEMPTION_NOT_REDEEMED:
		return describe_exemption(reason, translate, buffer, size);
	case REASON_NOT_JUDGED:
	case REASON_COUNT: break;
	}
	return snprintf(buffer, size, SAY("it was not judged"));
}

int reason_describe(const struct reason *reason, char *buffer, size_t size)
{
	return reason_describe_in(reason, NULL, buffer, size);
}
