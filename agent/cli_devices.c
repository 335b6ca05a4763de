/* sekisho devices, sekisho explain: what is plugged in, what became of it, and why. */
#include "agent/cli.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "agent/bus.h"
#include "agent/bus_reason.h"
#include "agent/cli_bus.h"
#include "agent/cli_table.h"
#include "policy/cleanup.h"

#define REASON_SIZE 256

struct interface {
	uint8_t configuration, number;
	const char *class, *verdict;
	struct reason reason;
};

struct device {
	const char *name, *class, *verdict, *manufacturer, *model, *serial, *medium, *state;
	uint16_t vendor, product;
	uint8_t configuration;
	int is_last_input;
	struct reason reason;
	struct interface interfaces[DECISION_INTERFACES_MAX];
	size_t n_interfaces;
};

static int read_reason(sd_bus_message *message, void *ret)
{
	struct device *device = ret;

	return bus_reason_read(message, &device->reason);
}

/* 1, 0 at the end of a list, or a negative errno. */
static int read_interface(sd_bus_message *message, struct interface *ret)
{
	int r = sd_bus_message_enter_container(message, 'r', BUS_INTERFACE_DECISION_MEMBERS);

	if (r <= 0)
		return r;
	r = sd_bus_message_read(
		message, "yyss", &ret->configuration, &ret->number, &ret->class, &ret->verdict);
	if (r >= 0)
		r = bus_reason_read(message, &ret->reason);
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

static int read_interfaces(sd_bus_message *message, void *ret)
{
	struct device *device = ret;
	struct interface interface;
	int r = sd_bus_message_enter_container(message, 'a', BUS_INTERFACE_DECISION);

	if (r < 0)
		return r;
	while ((r = read_interface(message, &interface)) > 0) {
		if (device->n_interfaces == DECISION_INTERFACES_MAX)
			return -EBADMSG;
		device->interfaces[device->n_interfaces++] = interface;
	}
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

/* 1, 0 at the end of a list, or a negative errno. */
static int read_device(sd_bus_message *message, struct device *ret)
{
	const struct cli_field fields[] = {
		{"Name", 's', &ret->name, NULL},
		{"Vendor", 'q', &ret->vendor, NULL},
		{"Product", 'q', &ret->product, NULL},
		{"Class", 's', &ret->class, NULL},
		{"Verdict", 's', &ret->verdict, NULL},
		{"Reason", 0, ret, read_reason},
		{"Manufacturer", 's', &ret->manufacturer, NULL},
		{"Model", 's', &ret->model, NULL},
		{"Serial", 's', &ret->serial, NULL},
		{"Medium", 's', &ret->medium, NULL},
		{"State", 's', &ret->state, NULL},
		{"Configuration", 'y', &ret->configuration, NULL},
		{"IsLastInput", 'b', &ret->is_last_input, NULL},
		{"Interfaces", 0, ret, read_interfaces},
	};

	*ret = (struct device){.name = "?",
		.class = "?",
		.verdict = "?",
		.manufacturer = "",
		.model = "",
		.serial = "",
		.medium = "",
		.state = ""};
	return cli_read_dictionary(message, fields, sizeof(fields) / sizeof(fields[0]));
}

static bool is_blocked(const char *verdict)
{
	return strcmp(verdict, "allow") != 0 && strcmp(verdict, "read-only") != 0;
}

/* A word for people: "let in", "read only", "partly", "refused". */
static const char *outcome(const struct device *device)
{
	const char *word = "let in";

	if (is_blocked(device->verdict))
		return "refused";
	for (size_t i = 0; i < device->n_interfaces; i++) {
		if (is_blocked(device->interfaces[i].verdict))
			return "partly";
		if (strcmp(device->interfaces[i].verdict, "read-only") == 0)
			word = "read only";
	}
	return word;
}

/* Manufacturer and model as the device says them, each where it says any. */
static void name_words(const struct device *device, char *buffer, size_t size)
{
	snprintf(buffer, size, "%s%s%s", device->manufacturer,
		device->manufacturer[0] && device->model[0] ? " " : "", device->model);
}

static int add_device(struct cli_table *table, const struct device *device)
{
	char id[16], words[1024], why[REASON_SIZE];

	snprintf(id, sizeof(id), "%04" PRIx16 ":%04" PRIx16, device->vendor, device->product);
	name_words(device, words, sizeof(words));
	reason_describe(&device->reason, why, sizeof(why));
	return cli_table_add(table, (const char *const[]){device->name, outcome(device), id,
					    device->class, words, why});
}

static int fill_table(sd_bus_message *reply, struct cli_table *table)
{
	static const char *const heading[] = {
		"DEVICE", "VERDICT", "ID", "CLASS", "CALLS ITSELF", "WHY"};
	struct device device;
	int r;

	table->n_columns = sizeof(heading) / sizeof(heading[0]);
	if ((r = cli_table_add(table, heading)) < 0 ||
		(r = sd_bus_message_enter_container(reply, 'a', "a{sv}")) < 0)
		return r;
	while ((r = read_device(reply, &device)) > 0)
		if ((r = add_device(table, &device)) < 0)
			return r;
	return r;
}

int cli_devices(void)
{
	CLEANUP(cli_bus_cleanup) sd_bus *bus = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *call = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	struct cli_table table = {.rows = NULL};
	int r;

	if (cli_bus_prepare("ListDevices", &bus, &call) < 0 || cli_bus_call(bus, call, &reply) < 0)
		return CLI_UNKNOWN;
	r = fill_table(reply, &table);
	if (r < 0)
		cli_tell_bad_answer(r);
	else if (table.n_rows == 1)
		puts("No USB device is connected.");
	else
		cli_table_print(&table, true);
	cli_table_clear(&table);
	return r < 0 ? CLI_UNKNOWN : CLI_DONE;
}

static int print_interfaces(const struct device *device)
{
	static const char *const heading[] = {
		"CONFIGURATION", "INTERFACE", "CLASS", "VERDICT", "WHY"};
	struct cli_table table = {.n_columns = sizeof(heading) / sizeof(heading[0])};
	int r = cli_table_add(&table, heading);

	for (size_t i = 0; r == 0 && i < device->n_interfaces; i++) {
		const struct interface *interface = &device->interfaces[i];
		char configuration[8], number[8], why[REASON_SIZE];

		snprintf(configuration, sizeof(configuration), "%u", interface->configuration);
		snprintf(number, sizeof(number), "%u", interface->number);
		reason_describe(&interface->reason, why, sizeof(why));
		r = cli_table_add(&table, (const char *const[]){configuration, number,
						  interface->class, interface->verdict, why});
	}
	if (r == 0)
		cli_table_print(&table, true);
	cli_table_clear(&table);
	return r;
}

static void print_sentences(const struct device *device)
{
	size_t allowed = 0;
	char why[REASON_SIZE];

	for (size_t i = 0; i < device->n_interfaces; i++)
		allowed += !is_blocked(device->interfaces[i].verdict);
	reason_describe(&device->reason, why, sizeof(why));
	putchar('\n');
	if (is_blocked(device->verdict))
		printf("The device is refused: %s.\n", why);
	else if (allowed == device->n_interfaces)
		printf("The device is let in: %s.\n", why);
	else
		printf("Of its %zu interfaces, %zu %s let in: %s.\n", device->n_interfaces, allowed,
			allowed == 1 ? "is" : "are", why);
	if (device->is_last_input)
		puts("It is kept because nobody could type without it.");
	if (strcmp(device->state, "retrying") == 0)
		puts("It could not be set as decided; this is tried again.");
	if (strcmp(device->state, "busy") == 0)
		puts("It is being set now.");
	if (strcmp(device->state, "slowed") == 0)
		puts("It came and went too often and has to wait.");
}

static int print_explanation(sd_bus_message *reply, struct device *ret)
{
	char words[1024];
	int r = read_device(reply, ret);

	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	name_words(ret, words, sizeof(words));
	printf("Device        %s, ID %04" PRIx16 ":%04" PRIx16 ", %s\n", ret->name, ret->vendor,
		ret->product, ret->class);
	printf("Calls itself  %s%s%s%s%s\n", words[0] ? words : "nothing",
		ret->serial[0] ? ", serial " : "", ret->serial,
		ret->medium[0] ? ", registered as " : "", ret->medium);
	printf("Verdict       %s\n\n", outcome(ret));
	r = ret->n_interfaces > 0 ? print_interfaces(ret) : 0;
	if (r == 0)
		print_sentences(ret);
	return r;
}

int cli_explain(const char *name)
{
	CLEANUP(cli_bus_cleanup) sd_bus *bus = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *call = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	struct device device;
	int r;

	if (cli_bus_prepare("ExplainDevice", &bus, &call) < 0)
		return CLI_UNKNOWN;
	r = sd_bus_message_append(call, "s", name);
	if (r < 0) {
		fprintf(stderr, "sekisho: this is no name of a device\n");
		return CLI_UNKNOWN;
	}
	if (cli_bus_call(bus, call, &reply) < 0)
		return CLI_UNKNOWN;
	r = print_explanation(reply, &device);
	if (r < 0) {
		cli_tell_bad_answer(r);
		return CLI_UNKNOWN;
	}
	return is_blocked(device.verdict) ? CLI_NO : CLI_DONE;
}
