/* sekisho-admin explain: what a policy does with a USB device, interface by interface, and why. */
#include "policy/admin/admin.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/descriptors.h"
#include "policy/admin/explain_login.h"
#include "policy/admin/explain_media.h"
#include "policy/admin/explain_rules.h"
#include "policy/admin/options.h"
#include "policy/admin/outcome.h"
#include "policy/admin/parse.h"
#include "policy/cleanup.h"
#include "policy/enforced.h"
#include "policy/medium_text.h"

#define USAGE \
	"explain --device FILE|VID:PID[:CLASS...] [--interfaces CLASS,...]\n" \
	"                             [--serial SERIAL [--media DIR]] POLICY"

struct options {
	const char *device, *interfaces, *serial, *media, *policy;
	bool is_last_input;
};

static void print_help(void)
{
	printf("usage: sekisho-admin " USAGE "\n"
	       "       sekisho-admin explain --device ... --builtin\n"
	       "       sekisho-admin explain --login SERVICE --user NAME [--groups GROUP,...] "
	       "[--tokens TOKENS]\n"
	       "                             [--now TIME] POLICY\n"
	       "       (explain --login --help says more)\n\n"
	       "Says what a policy does with a USB device, by the same function as the agent, and "
	       "why no "
	       "other\n"
	       "rule of the policy speaks.\n"
	       "  --device FILE       its raw descriptors, as in "
	       "/sys/bus/usb/devices/1-1/descriptors\n"
	       "  --device VID:PID    or its number, with the classes of its interfaces behind,\n"
	       "                      or in --interfaces: 2, 4 or 6 hexadecimal digits each, such "
	       "as\n"
	       "                      054c:06c3 --interfaces ff,080650\n"
	       "  --serial SERIAL     its serial number, as lsusb -v shows it: is it registered?\n"
	       "  --media DIR         the folder of the registered media, with media.ini and "
	       "media/\n"
	       "  --last-input        suppose that nobody could type without the device\n"
	       "  --builtin           the policy of a terminal that never received one\n"
	       "Signatures of POLICY and of the media are not looked at.\n"
	       "Exit status: 0 let in, 1 refused, 2 could not tell.\n");
}

/* No medium is found by a serial that none can be registered under. */
static int check_serial(const struct options *options)
{
	const char *fault = options->serial ? medium_serial_fault(options->serial) : NULL;

	if (options->media && !options->serial)
		admin_complain("--media goes with --serial: media are known by their serial");
	else if (fault)
		admin_complain("no medium can be registered so; right would be %s", fault);
	else
		return EXIT_DONE;
	return EXIT_UNKNOWN;
}

/* EXIT_DONE: go on. */
static int parse_options(int argc, char **argv, struct options *ret)
{
	bool is_builtin = false;
	const struct admin_option table[] = {
		{"device", &ret->device, NULL},
		{"interfaces", &ret->interfaces, NULL},
		{"serial", &ret->serial, NULL},
		{"media", &ret->media, NULL},
		{"last-input", NULL, &ret->is_last_input},
		{"builtin", NULL, &is_builtin},
	};
	int code = admin_read_options(
		argc, argv, table, sizeof(table) / sizeof(table[0]), USAGE, print_help);

	if (code != EXIT_DONE)
		return code;
	if (!ret->device || argc - optind != (is_builtin ? 0 : 1))
		return admin_usage(USAGE);
	ret->policy = is_builtin ? NULL : argv[optind];
	return check_serial(ret);
}

static int read_policy(const struct options *options, struct admin_document *ret)
{
	int code;

	if (!options->policy)
		return policy_new_builtin(&ret->policy) < 0 ? EXIT_UNKNOWN : EXIT_DONE;
	if (descriptors_is_device(options->policy)) {
		admin_complain("%s is a device, and no policy: it belongs behind --device",
			options->policy);
		return EXIT_UNKNOWN;
	}
	code = admin_parse(options->policy, ret);
	if (code == EXIT_DONE && ret->policy)
		return EXIT_DONE;
	if (code == EXIT_DONE)
		admin_complain("%s is no policy", options->policy);
	else if (code == EXIT_NO)
		admin_complain("%s has mistakes, so it decides nothing", options->policy);
	return EXIT_UNKNOWN;
}

/* "951:1666", which is no name of a file: the digits before a number are left out by people. */
static bool is_short_id(const char *device)
{
	size_t vendor = strspn(device, "0123456789abcdefABCDEF");
	size_t product =
		device[vendor] == ':' ? strspn(device + vendor + 1, "0123456789abcdefABCDEF") : 0;
	char after = product > 0 ? device[vendor + 1 + product] : 'x';

	return vendor > 0 && vendor <= 4 && product <= 4 && (after == '\0' || after == ':');
}

static void complain_short_id(const char *device)
{
	char *colon;
	unsigned long vendor = strtoul(device, &colon, 16);

	admin_complain("%s is no VID:PID, because both have four hexadecimal digits; did you mean "
		       "%04lx:%04lx?",
		device, vendor, strtoul(colon + 1, NULL, 16));
}

static int read_descriptors(const struct options *options, struct admin_file *ret)
{
	if (options->interfaces) {
		admin_complain("--interfaces goes with --device VID:PID");
		return EXIT_UNKNOWN;
	}
	if (is_short_id(options->device) && access(options->device, F_OK) < 0) {
		complain_short_id(options->device);
		return EXIT_UNKNOWN;
	}
	if (admin_read(options->device, POLICY_SIZE_MAX, ret) < 0)
		return EXIT_UNKNOWN;
	if (strstr(ret->bytes, "\n[policy]\n") || strncmp(ret->bytes, "[policy]\n", 9) == 0) {
		admin_complain("%s is a policy, and no device: --device takes the descriptors or "
			       "VID:PID, and the policy comes last",
			options->device);
		return EXIT_UNKNOWN;
	}
	if (ret->size <= USB_DESCRIPTORS_SIZE_MAX)
		return EXIT_DONE;
	admin_complain("%s has more than %d bytes, so it is no file of descriptors",
		options->device, USB_DESCRIPTORS_SIZE_MAX);
	return EXIT_UNKNOWN;
}

static int read_facts(const struct options *options, struct usb_facts **ret)
{
	CLEANUP(admin_file_free) struct admin_file file = {0};
	uint8_t bytes[DESCRIPTORS_MADE_MAX];
	const uint8_t *from = bytes;
	size_t size = 0;

	switch (descriptors_make(options->device, options->interfaces, bytes, &size)) {
	case 0: break;
	case -ENOENT:
		if (read_descriptors(options, &file) != EXIT_DONE)
			return EXIT_UNKNOWN;
		from = (const uint8_t *)file.bytes;
		size = file.size;
		break;
	case -ENODATA:
		admin_complain(
			"which interfaces has it? Put their classes behind, as %.9s:ff; "
			"\"lsusb -v -d %.9s\" shows them as bInterfaceClass in decimal: 3 is "
			"03, 8 is 08, 255 is ff. Or give the file "
			"/sys/bus/usb/devices/.../descriptors",
			options->device, options->device);
		return EXIT_UNKNOWN;
	default:
		admin_complain("interface classes are 1 to %d times 2, 4 or 6 hexadecimal digits, "
			       "such as ff,080650",
			DESCRIPTORS_INTERFACES_MAX);
		return EXIT_UNKNOWN;
	}
	return usb_facts_parse(from, size, ret) < 0 ? EXIT_UNKNOWN : EXIT_DONE;
}

static void print_reason(const struct options *options, const struct reason *reason)
{
	struct reason without_line = *reason;
	char sentence[256];

	without_line.line = 0; /* it stands in front, as compilers write it */
	reason_describe(&without_line, sentence, sizeof(sentence));
	if (reason->line > 0 && options->policy)
		printf("    %s:%u: %s\n", options->policy, reason->line, sentence);
	else
		printf("    %s\n", sentence);
}

/* The class bytes of an interface's first alternate. */
static const struct usb_alternate *find_alternate(
	const struct usb_facts *facts, const struct interface_decision *interface)
{
	for (size_t i = 0; i < facts->n_alternates; i++)
		if (facts->alternates[i].configuration == interface->configuration &&
			facts->alternates[i].interface == interface->interface)
			return &facts->alternates[i];
	return NULL;
}

static void print_interface(const struct options *options, const struct usb_facts *facts,
	const struct interface_decision *interface)
{
	const struct usb_alternate *alternate = find_alternate(facts, interface);

	printf("  configuration %u, interface %u", interface->configuration, interface->interface);
	if (alternate)
		printf(", class %02x%02x%02x", alternate->class, alternate->subclass,
			alternate->protocol);
	printf(" (%s): %s\n", device_class_name(interface->device_class),
		verdict_name(interface->verdict));
	print_reason(options, &interface->reason);
}

/* A device of which only some interfaces are let in is not simply allowed. */
static void print_headline(const struct options *options, const struct usb_facts *facts,
	const struct device_decision *decision)
{
	char list[OUTCOME_TEXT_MAX];

	printf("device %04x:%04x", facts->vendor, facts->product);
	if (outcome_is_mixed(decision)) {
		outcome_list(decision, list);
		printf(": partly: %s\n", list);
	} else {
		printf(" (%s): %s\n", device_class_name(decision->device_class),
			verdict_name(decision->verdict));
	}
	print_reason(options, outcome_reason(decision));
}

/* Whether the device is registered; *ret stays NULL where it is not, or nobody asked. */
static int find_medium(const struct options *options, const struct policy *policy,
	const struct usb_facts *facts, struct media_folder *folder, const struct medium **ret)
{
	if (options->media)
		return explain_media_find(
			options->media, options->serial, policy, facts, folder, ret);
	if (options->serial)
		printf("serial %s: nothing is known of registered media without --media\n",
			options->serial);
	return EXIT_DONE;
}

static int explain(const struct options *options, const struct policy *policy,
	const struct usb_facts *facts, const struct medium *medium)
{
	struct device_facts device = {
		.usb = facts, .medium = medium, .is_last_input = options->is_last_input};
	struct device_decision decision;

	decide_enforced(policy, &device, &decision);
	print_headline(options, facts, &decision);
	for (size_t i = 0; i < decision.n_interfaces; i++)
		print_interface(options, facts, &decision.interfaces[i]);
	explain_rules(policy, &device, options->media, &decision);
	return decision.verdict == VERDICT_BLOCK ? EXIT_NO : EXIT_DONE;
}

static int explain_device(int argc, char **argv)
{
	CLEANUP(admin_document_clear) struct admin_document document = {0};
	CLEANUP(media_folder_clear) struct media_folder folder = {0};
	CLEANUP(usb_facts_cleanup) struct usb_facts *facts = NULL;
	const struct medium *medium = NULL;
	struct options options = {0};
	int code = parse_options(argc, argv, &options);

	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	code = read_facts(&options, &facts);
	if (code == EXIT_DONE)
		code = read_policy(&options, &document);
	if (code == EXIT_DONE)
		code = find_medium(&options, document.policy, facts, &folder, &medium);
	if (code != EXIT_DONE)
		return code;
	return explain(&options, document.policy, facts, medium);
}

int admin_explain(int argc, char **argv)
{
	return explain_is_login(argc, argv) ? explain_login(argc, argv)
					    : explain_device(argc, argv);
}
