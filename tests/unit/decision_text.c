#include "tests/unit/decision_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "policy/enforced.h"
#include "tests/unit/usb_builder.h"

#define WORD_MAX    64
#define CLASS_LINE  10
#define DEVICE_LINE 100
#define DEVICES_MAX 16

/* The next word into word, which ends at a space or one of ends. Returns false when there is none.
 */
static bool take_word(const char **text, const char *ends, char word[WORD_MAX])
{
	size_t length = 0;

	while (**text == ' ')
		(*text)++;
	while (**text && **text != ' ' && !strchr(ends, **text)) {
		if (length == WORD_MAX - 1)
			abort();
		word[length++] = *(*text)++;
	}
	word[length] = '\0';
	return length > 0;
}

static enum verdict to_verdict(const char *word)
{
	enum verdict verdict;

	if (verdict_from_name(word, &verdict) < 0)
		abort();
	return verdict;
}

static enum device_class to_class(const char *word)
{
	enum device_class device_class;

	if (device_class_from_name(word, &device_class) < 0)
		abort();
	return device_class;
}

static void take_class_rule(char *word, struct policy *policy, unsigned line)
{
	char *equals = strchr(word, '=');
	struct class_rule *rule;

	if (!equals)
		abort();
	*equals = '\0';
	rule = strcmp(word, "registered") == 0 ? &policy->registered
					       : &policy->media[to_class(word)];
	rule->access = to_verdict(equals + 1);
	rule->line = line;
}

static void take_pattern(const char *word, struct interface_pattern *ret)
{
	char *end;

	ret->n_bytes = 0;
	do {
		if (ret->n_bytes == sizeof(ret->bytes))
			abort();
		ret->bytes[ret->n_bytes++] = (uint8_t)strtoul(word, &end, 16);
		if (end == word)
			abort();
		word = end + 1;
	} while (*end == '/');
}

static void take_device_rule(const char **text, struct device_rule *rule, unsigned line)
{
	char word[WORD_MAX], *end;

	(*text)++;
	rule->line = line;
	if (!take_word(text, "]", word))
		abort();
	snprintf(rule->name, sizeof(rule->name), "%.*s", DEVICE_RULE_NAME_MAX, word);
	if (!take_word(text, "]", word))
		abort();
	rule->vendor = (uint16_t)strtoul(word, &end, 16);
	rule->product = (uint16_t)strtoul(end + 1, NULL, 16);
	if (!take_word(text, "]", word))
		abort();
	rule->access = to_verdict(word);
	while (take_word(text, "]", word))
		take_pattern(word, &rule->interfaces[rule->n_interfaces++]);
	(*text)++;
}

void policy_text(const char *text, struct policy *ret)
{
	char word[WORD_MAX];
	unsigned line = CLASS_LINE;

	memset(ret, 0, sizeof(*ret));
	ret->devices = calloc(DEVICES_MAX, sizeof(*ret->devices));
	if (!ret->devices)
		abort();
	while (take_word(&text, "[", word)) {
		if (strcmp(word, "builtin") == 0)
			ret->is_builtin = true;
		else if (strcmp(word, "exemptions") == 0)
			ret->has_exemption = true;
		else
			take_class_rule(word, ret, ret->is_builtin ? 0 : line++);
	}
	for (; *text == '['; ret->n_devices++) {
		if (ret->n_devices == DEVICES_MAX)
			abort();
		take_device_rule(&text, &ret->devices[ret->n_devices],
			DEVICE_LINE + (unsigned)ret->n_devices);
		while (*text == ' ')
			text++;
	}
	if (*text)
		abort();
}

void policy_text_free(struct policy *policy)
{
	free(policy->devices);
}

static void take_finding(const char **text, const char *place, struct finding *ret)
{
	char word[WORD_MAX], *end;

	memset(ret, 0, sizeof(*ret));
	ret->configuration = (uint8_t)strtoul(place, &end, 10);
	if (*end != '.')
		abort();
	ret->interface = (uint8_t)strtoul(end + 1, NULL, 10);
	take_word(text, ",", word);
	if (strcmp(word, "driver") == 0)
		ret->source = FINDING_DRIVER;
	else if (strcmp(word, "report") == 0)
		ret->source = FINDING_REPORT_DESCRIPTOR;
	else
		abort();
	if (ret->source == FINDING_DRIVER)
		take_word(text, ",", ret->driver);
	take_word(text, ",", word);
	ret->device_class = to_class(word);
}

static void take_medium(const char **text, struct medium *ret)
{
	char word[WORD_MAX], *end;

	memset(ret, 0, sizeof(*ret));
	take_word(text, ",", word);
	snprintf(ret->number, sizeof(ret->number), "%.*s", MEDIUM_NUMBER_MAX, word);
	take_word(text, ",", word);
	ret->identity.vendor = (uint16_t)strtoul(word, &end, 16);
	if (*end != ':')
		abort();
	ret->identity.product = (uint16_t)strtoul(end + 1, NULL, 16);
}

void situation_text(const char *text, struct situation_text *situation, struct device_facts *ret)
{
	char word[WORD_MAX];

	memset(ret, 0, sizeof(*ret));
	ret->findings = situation->findings;
	while (take_word(&text, ",", word)) {
		if (strcmp(word, "last-input") == 0) {
			ret->is_last_input = true;
		} else if (strcmp(word, "active") == 0 && take_word(&text, ",", word)) {
			ret->active_configuration = (uint8_t)strtoul(word, NULL, 10);
		} else if (strcmp(word, "medium") == 0) {
			take_medium(&text, &situation->medium);
			ret->medium = &situation->medium;
		} else {
			if (ret->n_findings == DECISION_TEXT_FINDINGS)
				abort();
			take_finding(&text, word, &situation->findings[ret->n_findings++]);
		}
		if (*text == ',')
			text++;
	}
}

void decision_text(const struct device_decision *decision, char *buffer, size_t size)
{
	size_t length = (size_t)snprintf(buffer, size,
		"%s c%u %s %s:", verdict_name(decision->verdict), decision->configuration,
		device_class_name(decision->device_class), reason_code_name(decision->reason.code));

	for (size_t i = 0; i < decision->n_interfaces && length < size; i++) {
		const struct interface_decision *interface = &decision->interfaces[i];

		length += (size_t)snprintf(buffer + length, size - length, "%s %u.%u %s %s %s",
			i > 0 ? "," : "", interface->configuration, interface->interface,
			verdict_name(interface->verdict),
			device_class_name(interface->device_class),
			reason_code_name(interface->reason.code));
	}
}

/* "@stick" stands for tests/data/usb/stick.bin, seen from where make runs. */
static void device_bytes(const char *text, struct usb_builder *ret)
{
	char path[WORD_MAX + 32], name[WORD_MAX];
	FILE *file;

	if (*text != '@') {
		usb_builder_text(ret, text);
		return;
	}
	text++;
	take_word(&text, "|", name);
	snprintf(path, sizeof(path), "tests/data/usb/%s.bin", name);
	file = fopen(path, "re");
	if (!file)
		fail_msg("%s: cannot be opened", path);
	ret->size = fread(ret->bytes, 1, sizeof(ret->bytes), file);
	fclose(file);
}

static void judge(const struct decision_row *row,
	void (*decide)(const struct policy *policy, const struct device_facts *facts,
		struct device_decision *ret),
	struct device_decision *ret)
{
	static struct usb_builder builder;
	const char *bar = strchr(row->device, '|');
	struct situation_text situation;
	struct device_facts facts;
	struct usb_facts *usb;
	struct policy policy;

	policy_text(row->policy, &policy);
	device_bytes(row->device, &builder);
	assert_int_equal(usb_facts_parse(builder.bytes, builder.size, &usb), 0);
	situation_text(bar ? bar + 1 : "", &situation, &facts);
	facts.usb = usb;
	memset(ret, 0xff, sizeof(*ret));
	decide(&policy, &facts, ret);
	usb_facts_free(usb);
	policy_text_free(&policy);
}

void decision_judge(const struct decision_row *row, struct device_decision *ret)
{
	judge(row, decide_device, ret);
}

void decision_judge_enforced(const struct decision_row *row, struct device_decision *ret)
{
	judge(row, decide_enforced, ret);
}

void decision_check(const struct decision_row *rows, size_t count)
{
	static struct device_decision decision;

	for (size_t i = 0; i < count; i++) {
		char found[1024];

		decision_judge(&rows[i], &decision);
		decision_text(&decision, found, sizeof(found));
		if (strcmp(found, rows[i].expected) != 0)
			fail_msg("%s\n     found %s\n  expected %s", rows[i].name, found,
				rows[i].expected);
	}
}
