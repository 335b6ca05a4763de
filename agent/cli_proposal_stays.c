#include "agent/cli_proposal_stays.h"

#include <string.h>

#include "agent/cli_remark.h"
#include "agent/cli_text.h"
#include "policy/device_rule.h"
#include "policy/medium_text.h"

const char *proposal_device_words(
	const struct proposed_device *device, char buffer[PROPOSAL_WORDS_SIZE])
{
	snprintf(buffer, PROPOSAL_WORDS_SIZE, "%s (%04x:%04x%s%s%s%s)", device->name,
		device->vendor, device->product, device->manufacturer[0] ? " " : "",
		device->manufacturer, device->model[0] ? " " : "", device->model);
	return buffer;
}

/* The worst of its classes. */
static enum device_class worst_of(const struct proposed_device *device)
{
	enum device_class worst = CLASS_HUB; /* the least of all */

	for (size_t i = 0; i < device->n_classes; i++)
		if (device_class_danger(device->classes[i]) > device_class_danger(worst))
			worst = device->classes[i];
	return worst;
}

const char *proposal_pattern(enum device_class class)
{
	switch (class) {
	case CLASS_AUDIO: return "01";
	case CLASS_KEYBOARD:
	case CLASS_POINTER: return "03";
	case CLASS_PRINTER: return "07";
	case CLASS_HUB: return "09";
	case CLASS_CARD_READER: return "0b";
	case CLASS_CAMERA: return "0e ef05";
	case CLASS_VENDOR: return "ff";
	case CLASS_UNKNOWN:
	case CLASS_USB_STORAGE:
	case CLASS_PHONE:
	case CLASS_USB_NETWORK:
	case CLASS_WIRELESS:
	case CLASS_BLUETOOTH:
	case CLASS_SERIAL:
	case CLASS_MODEM:
	case CLASS_SD_CARD:
	case CLASS_OPTICAL:
	case CLASS_FLOPPY:
	case CLASS_NVME:
	case CLASS_SATA_EXTERNAL:
	case CLASS_FIREWIRE:
	case CLASS_THUNDERBOLT:
	case CLASS_LOOP:
	case CLASS_COUNT: break;
	}
	return NULL;
}

/* A rule must list the interfaces of a keyboard, and then all others that are to work. */
static bool lacks_list(const struct proposed_device *device)
{
	bool has_input = false, is_listed = true;

	for (size_t i = 0; i < device->n_classes; i++) {
		has_input |= device_class_group(device->classes[i]) == CLASS_GROUP_INPUT;
		is_listed &= proposal_pattern(device->classes[i]) != NULL;
	}
	return has_input && !is_listed;
}

bool proposal_stays(const struct policy *policy, const struct proposed_device *device)
{
	enum device_class_group group = device_class_group(worst_of(device));

	return device->is_malformed || device->n_classes == 0 ||
	       device_rule_find(policy, device->vendor, device->product) ||
	       (group != CLASS_GROUP_PLAIN && group != CLASS_GROUP_INPUT) || lacks_list(device);
}

/* A cell of the ledger, in quotes where it needs them. */
static void write_cell(FILE *to, const char *text)
{
	if (!strpbrk(text, ",\"")) {
		fputs(text, to);
		return;
	}
	fputc('"', to);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', to);
		fputc(*text, to);
	}
	fputc('"', to);
}

static void write_medium(
	FILE *to, const struct policy *policy, const struct proposed_device *device)
{
	char encoded[MEDIUM_SERIAL_ENCODED_MAX + 1];

	if (device->medium[0])
		cli_remark(to,
			_("It is registered as %s, but a registered medium gets no more than "
			  "its class here: [medium] registered."),
			device->medium);
	else if (!device->serial[0])
		cli_remark(
			to, _("It has no serial number, so it cannot be registered. A medium that "
			      "has one can."));
	else if (medium_serial_fault(device->serial) ||
		 medium_serial_encode(device->serial, encoded) < 0)
		cli_remark(to, _("No medium can be registered under its serial number."));
	else {
		cli_remark(
			to, _("Do not open the class: register this medium. For the ledger that "
			      "sekisho-admin media import reads, with a control number in place of "
			      "the question mark:"));
		fputs("#   管理番号,シリアル番号,VID_PID\n#   ?,", to);
		write_cell(to, device->serial);
		fprintf(to, ",%04x:%04x\n", device->vendor, device->product);
	}
	if (!device->medium[0] && policy->registered.line == 0)
		cli_remark(
			to, _("The policy must also say what a registered medium may do: [medium] "
			      "registered."));
}

static void write_storage(FILE *to, const struct policy *policy,
	const struct proposed_device *device, enum device_class class)
{
	if (class == CLASS_USB_STORAGE) {
		write_medium(to, policy, device);
		return;
	}
	if (class == CLASS_OPTICAL)
		cli_remark(
			to, _("A drive for CDs and DVDs. If this one is needed, a [device] rule "
			      "with interfaces = 0802 lets it in, with whatever disc is in it."));
	else
		cli_remark(to, _("Storage that cannot be registered. If it is needed, "
				 "sekisho-policy(5) says how a [device] rule names it."));
}

static void write_reason(
	FILE *to, const struct policy *policy, const struct proposed_device *device)
{
	enum device_class worst = worst_of(device);

	switch (device_class_group(worst)) {
	case CLASS_GROUP_STORAGE: write_storage(to, policy, device, worst); return;
	case CLASS_GROUP_PHONE:
		cli_remark(
			to, _("It shows its files to the PC, as a phone does, and what goes over "
			      "to it cannot be held. Use a registered medium instead."));
		return;
	case CLASS_GROUP_NETWORK:
		cli_remark(to, _("It is a way past the network of this terminal. If it is needed "
				 "(say, a network adapter in a dock), sekisho-policy(5) says how a "
				 "[device] rule names it."));
		return;
	case CLASS_GROUP_PLAIN:
	case CLASS_GROUP_INPUT: break;
	}
	if (lacks_list(device))
		cli_remark(to, _("A [device] rule for it would have to list all of its interfaces, "
				 "as lsusb -v "
				 "shows them: else its keyboard would not work."));
	else
		cli_remark(to, _("It has nothing that could be let in."));
}

void proposal_write_stays(
	FILE *to, const struct policy *policy, const struct proposed_device *device)
{
	const struct device_rule *rule = device_rule_find(policy, device->vendor, device->product);
	char words[PROPOSAL_WORDS_SIZE];

	fputs("#\n", to);
	cli_remark(to, "%s", proposal_device_words(device, words));
	if (device->is_malformed)
		cli_remark(
			to, _("What it says of itself cannot be trusted, so no rule lets it in."));
	else if (rule)
		cli_remark(to,
			_("[device %s] on line %u of the policy speaks for it, and does not "
			  "let in all of it. If it should, change that rule."),
			rule->name, rule->line);
	else
		write_reason(to, policy, device);
}
