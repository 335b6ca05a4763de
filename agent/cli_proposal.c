#include "agent/cli_proposal.h"

#include <string.h>

#include "agent/cli_proposal_stays.h"
#include "agent/cli_remark.h"
#include "agent/cli_text.h"
#include "policy/characters.h"
#include "policy/device_rule.h"

#define LIST_SIZE 256
#define SLUG_SIZE 31 /* with "-046d-c31c" behind it, a rule's name */

enum kind {
	KIND_FINE = 0, /* nothing is to be added for it */
	KIND_STAYS,    /* stays refused, and is told why */
	KIND_RULE,     /* a rule of its own */
	KIND_CLASSES,  /* lines of [media] */
};

/* Classes that a line of [media] may open: all of such a class do the same. */
static bool is_simple(enum device_class class)
{
	return class == CLASS_HUB || class == CLASS_KEYBOARD || class == CLASS_POINTER ||
	       class == CLASS_CARD_READER || class == CLASS_PRINTER || class == CLASS_AUDIO ||
	       class == CLASS_CAMERA;
}

/* Named by no line; the built-in policy has none. */
static bool is_unnamed(const struct policy *policy, enum device_class class)
{
	return policy->media[class].line == 0;
}

static enum kind kind_of(const struct policy *policy, const struct proposed_device *device)
{
	enum kind kind = KIND_FINE;

	if (proposal_stays(policy, device))
		return device->is_refused ? KIND_STAYS : KIND_FINE;
	for (size_t i = 0; i < device->n_classes; i++) {
		enum device_class class = device->classes[i];

		if (!is_simple(class) || (!is_unnamed(policy, class) &&
						 policy->media[class].access == VERDICT_BLOCK))
			return device->is_refused ? KIND_RULE : KIND_FINE;
		if (is_unnamed(policy, class))
			kind = KIND_CLASSES;
	}
	return kind;
}

static bool has_class(const struct proposed_device *device, enum device_class class)
{
	for (size_t i = 0; i < device->n_classes; i++)
		if (device->classes[i] == class)
			return true;
	return false;
}

/* --- [media] --- */

struct draft {
	FILE *to;
	const struct policy *policy;
	const struct proposed_device *devices;
	size_t n_devices;
};

/* Whether a device asks for a line of this class. */
static bool wants_line(const struct draft *draft, size_t i, enum device_class class)
{
	return is_unnamed(draft->policy, class) && has_class(&draft->devices[i], class) &&
	       kind_of(draft->policy, &draft->devices[i]) == KIND_CLASSES;
}

static void write_line(const struct draft *draft, enum device_class class)
{
	const char *name = device_class_name(class);
	char words[PROPOSAL_WORDS_SIZE];

	if (class == CLASS_HUB || class == CLASS_KEYBOARD || class == CLASS_POINTER)
		cli_remark(draft->to,
			_("%s: lets in what says that it is one, also where it is part of another "
			  "device. Connected now:"),
			name);
	else
		cli_remark(draft->to,
			_("%s: lets in every device of this class, where nothing else in it is "
			  "refused. Connected now:"),
			name);
	for (size_t i = 0; i < draft->n_devices; i++)
		if (wants_line(draft, i, class))
			cli_remark(draft->to, "  %s",
				proposal_device_words(&draft->devices[i], words));
	fprintf(draft->to, "%s = allow\n", name);
}

/* Whether there was any. */
static bool write_classes(const struct draft *draft)
{
	bool is_begun = false;

	for (unsigned class = 0; class < CLASS_COUNT; class ++) {
		bool is_wanted = false;

		for (size_t i = 0; i < draft->n_devices; i++)
			is_wanted = is_wanted || wants_line(draft, i, class);
		if (!is_wanted)
			continue;
		fputs(is_begun ? "" : "\n[media]\n", draft->to);
		is_begun = true;
		write_line(draft, class);
	}
	return is_begun;
}

/* --- [device NAME] --- */

static bool is_same_id(const struct proposed_device *a, const struct proposed_device *b)
{
	return a->vendor == b->vendor && a->product == b->product;
}

/* Whether a device with this id shows the class. */
static bool shows(
	const struct draft *draft, const struct proposed_device *device, enum device_class class)
{
	for (size_t i = 0; i < draft->n_devices; i++)
		if (is_same_id(&draft->devices[i], device) && has_class(&draft->devices[i], class))
			return true;
	return false;
}

/* The classes in words, and their patterns, each once: "03 ff"; empty: no list can be made. */
static void list_interfaces(const struct draft *draft, const struct proposed_device *device,
	char words[LIST_SIZE], char patterns[LIST_SIZE])
{
	bool is_whole = true;

	words[0] = patterns[0] = '\0';
	for (unsigned class = 0; class < CLASS_COUNT; class ++) {
		const char *pattern = proposal_pattern(class);
		size_t used = strlen(words);

		if (!shows(draft, device, class))
			continue;
		snprintf(words + used, LIST_SIZE - used, "%s%s", used > 0 ? " " : "",
			device_class_name(class));
		used = strlen(patterns);
		if (!pattern)
			is_whole = false;
		else if (!strstr(patterns, pattern))
			snprintf(patterns + used, LIST_SIZE - used, "%s%s", used > 0 ? " " : "",
				pattern);
	}
	if (!is_whole)
		patterns[0] = '\0';
}

static void make_slug(const char *text, char ret[SLUG_SIZE])
{
	size_t length = 0;

	for (; *text && length + 1 < SLUG_SIZE; text++) {
		char c = to_lower(*text);

		if (is_word_character(c) && c != '-')
			ret[length++] = c;
		else if (length > 0 && ret[length - 1] != '-')
			ret[length++] = '-';
	}
	while (length > 0 && ret[length - 1] == '-')
		length--;
	ret[length] = '\0';
}

/* No rule of the policy has this name: the number is in it, and no rule has the number. */
static void make_name(const struct proposed_device *device, char ret[DEVICE_RULE_NAME_MAX + 1])
{
	char slug[SLUG_SIZE];

	make_slug(device->model, slug);
	if (!slug[0])
		make_slug(device->manufacturer, slug);
	snprintf(ret, DEVICE_RULE_NAME_MAX + 1, "%s-%04x-%04x", slug[0] ? slug : "device",
		device->vendor, device->product);
}

static void write_rule(const struct draft *draft, const struct proposed_device *device)
{
	char name[DEVICE_RULE_NAME_MAX + 1], device_words[PROPOSAL_WORDS_SIZE];
	char classes[LIST_SIZE], patterns[LIST_SIZE];

	make_name(device, name);
	list_interfaces(draft, device, classes, patterns);
	fputc('\n', draft->to);
	for (size_t i = 0; i < draft->n_devices; i++)
		if (is_same_id(&draft->devices[i], device))
			cli_remark(draft->to, "%s",
				proposal_device_words(&draft->devices[i], device_words));
	cli_remark(draft->to,
		_("Lets in every device that says it has this number, as far as it is: %s. "
		  "Storage, "
		  "phones and networks in it stay refused."),
		classes);
	fprintf(draft->to, "[device %s]\nid = %04x:%04x\n", name, device->vendor, device->product);
	if (patterns[0])
		fprintf(draft->to, "interfaces = %s\n", patterns);
	else
		cli_remark(draft->to,
			_("Without a line for its interfaces the rule lets in all of them but "
			  "storage, keyboards, pointers, phones and networks."));
	fputs("access = allow\n", draft->to);
}

/* Whether there was any. */
static bool write_rules(const struct draft *draft)
{
	bool has_rule = false;

	for (size_t i = 0; i < draft->n_devices; i++) {
		bool is_told = false;

		if (kind_of(draft->policy, &draft->devices[i]) != KIND_RULE)
			continue;
		for (size_t k = 0; k < i; k++)
			is_told = is_told ||
				  (is_same_id(&draft->devices[k], &draft->devices[i]) &&
					  kind_of(draft->policy, &draft->devices[k]) == KIND_RULE);
		if (!is_told)
			write_rule(draft, &draft->devices[i]);
		has_rule = true;
	}
	return has_rule;
}

static void write_what_stays(const struct draft *draft)
{
	bool is_begun = false;

	for (size_t i = 0; i < draft->n_devices; i++) {
		if (kind_of(draft->policy, &draft->devices[i]) != KIND_STAYS)
			continue;
		if (!is_begun)
			fputc('\n', draft->to);
		if (!is_begun)
			cli_remark(draft->to, _("What stays refused:"));
		is_begun = true;
		proposal_write_stays(draft->to, draft->policy, &draft->devices[i]);
	}
}

void cli_proposal_write(FILE *to, const struct policy *policy,
	const struct proposed_device *devices, size_t n_devices)
{
	const struct draft draft = {to, policy, devices, n_devices};
	bool has_lines;

	cli_remark(
		to, _("A draft for policy.ini, made of what is connected to this terminal now. It "
		      "holds only after somebody has looked at every line and signed."));
	cli_remark(
		to, _("Lines below [media] go into that section of the policy, each in place of "
		      "one of its name; each [device] goes to the end. Then: sekisho-admin policy "
		      "lint policy.ini"));
	has_lines = write_classes(&draft);
	has_lines |= write_rules(&draft);
	if (!has_lines) {
		fputc('\n', to);
		cli_remark(to, _("There is nothing to be added."));
	}
	write_what_stays(&draft);
}
