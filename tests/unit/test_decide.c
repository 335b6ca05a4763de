/* The decision, step by step: each accepting row has a refusing neighbour. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/decision_text.h"
#include "tests/unit/usb_builder.h"

#define CHECK(rows) decision_check(rows, sizeof(rows) / sizeof((rows)[0]))

#define STICK    "0951:1666 08/06/50"
#define KEYBOARD "046d:c31c 03/01/01 03/00/00"
#define MOUSE    "046d:c077 03/01/02"

static const struct decision_row class_rows[] = {
	{"a named class is allowed", "usb-storage=allow", STICK,
		"allow c1 usb-storage class-rule: 1.0 allow usb-storage class-rule"},
	{"a named class is blocked", "usb-storage=block", STICK,
		"block c0 usb-storage class-rule: 1.0 block usb-storage class-rule"},
	{"a class nobody named is blocked", "keyboard=allow", STICK,
		"block c0 usb-storage class-not-named: 1.0 block usb-storage class-not-named"},
	{"an empty policy blocks a keyboard", "", KEYBOARD,
		"block c0 keyboard class-not-named: 1.0 block keyboard class-not-named, "
		"1.1 block keyboard class-not-named"},
	{"the built-in policy needs no line", "builtin keyboard=allow", KEYBOARD,
		"allow c1 keyboard builtin: 1.0 allow keyboard builtin, 1.1 allow keyboard "
		"builtin"},
	{"the built-in policy blocks what it does not name", "builtin keyboard=allow", STICK,
		"block c0 usb-storage builtin: 1.0 block usb-storage builtin"},
	{"read-only is given to a disk", "usb-storage=read-only", STICK,
		"read-only c1 usb-storage class-rule: 1.0 read-only usb-storage class-rule"},
	{"read-only means nothing for a phone", "phone=read-only", "04e8:6860 06/01/01",
		"block c0 phone read-only-unsupported: 1.0 block phone read-only-unsupported"},
	{"a device without interfaces is refused", "unknown=allow", "1234:5678 c1",
		"block c0 unknown no-interface:"},
};

static void a_class_gets_what_its_rule_says(void **state)
{
	CHECK(class_rows);
}

static const struct decision_row company_rows[] = {
	{"the keyboard half works, the disk half does not", "keyboard=allow usb-storage=block",
		"1234:5678 03/01/01 08/06/50",
		"allow c1 usb-storage class-rule: 1.0 allow keyboard class-rule, "
		"1.1 block usb-storage class-rule"},
	{"a mouse is judged by itself", "pointer=allow usb-storage=block",
		"1234:5678 03/01/02 08/06/50",
		"allow c1 usb-storage class-rule: 1.0 allow pointer class-rule, "
		"1.1 block usb-storage class-rule"},
	{"a hub is judged by itself", "hub=allow usb-storage=block", "1234:5678 09/00/00 08/06/50",
		"allow c1 usb-storage class-rule: 1.0 allow hub class-rule, "
		"1.1 block usb-storage class-rule"},
	{"a printer is not, beside a disk", "printer=allow usb-storage=block",
		"04f9:0001 07/01/02 08/06/50",
		"block c0 usb-storage not-alone: 1.0 block printer not-alone, "
		"1.1 block usb-storage class-rule"},
	{"a printer alone", "printer=allow usb-storage=block", "04f9:0001 07/01/02 +07/01/04",
		"allow c1 printer class-rule: 1.0 allow printer class-rule"},
	{"a printer beside an allowed scanner", "printer=allow vendor=allow",
		"04f9:0001 07/01/02 ff/ff/ff",
		"allow c1 vendor class-rule: 1.0 allow printer class-rule, "
		"1.1 allow vendor class-rule"},
	{"a printer beside a keyboard that is refused", "printer=allow keyboard=block",
		"04f9:0001 07/01/02 03/01/01",
		"block c0 printer not-alone: 1.0 block printer not-alone, "
		"1.1 block keyboard class-rule"},
	{"a headset and its buttons", "audio=allow keyboard=allow",
		"0d8c:0014 01/01/00 01/02/00 +01/02/00 03/00/00",
		"allow c1 audio class-rule: 1.0 allow audio class-rule, 1.1 allow audio "
		"class-rule, "
		"1.2 allow keyboard class-rule"},
	{"a headset where audio is refused keeps its buttons", "audio=block keyboard=allow",
		"0d8c:0014 01/01/00 03/00/00",
		"allow c1 audio class-rule: 1.0 block audio class-rule, "
		"1.1 allow keyboard class-rule"},
	{"a disk allowed beside a vendor part that is not", "usb-storage=allow vendor=block",
		"0951:1666 08/06/50 ff/00/00",
		"block c0 usb-storage not-alone: 1.0 block usb-storage not-alone, "
		"1.1 block vendor class-rule"},
	{"allowed beside read-only is too much", "printer=allow usb-storage=read-only",
		"04f9:0001 07/01/02 08/06/50",
		"read-only c1 usb-storage not-alone: 1.0 block printer not-alone, "
		"1.1 read-only usb-storage class-rule"},
	{"read-only beside refused is too much", "optical=read-only usb-storage=block",
		"0e8d:1806 08/02/50 08/06/50",
		"block c0 usb-storage not-alone: 1.0 block optical not-alone, "
		"1.1 block usb-storage class-rule"},
};

static void only_input_and_hubs_are_judged_alone(void **state)
{
	CHECK(company_rows);
}

static const struct decision_row alternate_rows[] = {
	{"both ways of a UAS disk are allowed", "usb-storage=allow", "152d:0578 08/06/50 +08/06/62",
		"allow c1 usb-storage class-rule: 1.0 allow usb-storage class-rule"},
	{"a disk behind the second alternate of a printer", "printer=allow usb-storage=block",
		"04f9:0001 07/01/02 +08/06/50",
		"block c0 usb-storage class-rule: 1.0 block usb-storage class-rule"},
	{"a disk behind the second alternate of a keyboard", "keyboard=allow usb-storage=block",
		"1234:5678 03/01/01 +08/06/50",
		"block c0 usb-storage class-rule: 1.0 block usb-storage class-rule"},
	{"a refused alternate that is the less dangerous one", "vendor=allow printer=block",
		"04f9:0001 07/01/02 +ff/ff/ff",
		"block c0 vendor class-rule: 1.0 block vendor class-rule"},
	{"a keyboard whose other alternate needs company",
		"keyboard=allow vendor=allow phone=block", "1234:5678 03/01/01 +ff/00/00 06/01/01",
		"block c0 phone not-alone: 1.0 block vendor not-alone, 1.1 block phone class-rule"},
};

static void every_alternate_of_an_interface_counts(void **state)
{
	CHECK(alternate_rows);
}

static const struct decision_row configuration_rows[] = {
	{"a disk in the second configuration spoils the first", "vendor=allow usb-storage=block",
		"1234:5678 c1 ff/00/00 c2 08/06/50",
		"block c0 usb-storage not-alone: 1.0 block vendor not-alone, "
		"2.0 block usb-storage class-rule"},
	{"a keyboard beside a disk in another configuration", "keyboard=allow usb-storage=block",
		"1234:5678 c1 03/01/01 c2 08/06/50 | active 2",
		"allow c1 usb-storage class-rule: 1.0 allow keyboard class-rule, "
		"2.0 block usb-storage class-rule"},
	{"a keyboard in the second one, beside a disk", "keyboard=allow usb-storage=block",
		"1234:5678 c1 08/06/50 c2 03/01/01 08/06/50 | active 1",
		"allow c2 usb-storage class-rule: 1.0 block usb-storage class-rule, "
		"2.0 allow keyboard class-rule, 2.1 block usb-storage class-rule"},
	{"the one with more is chosen", "keyboard=allow pointer=allow",
		"1234:5678 c1 03/01/01 c2 03/01/01 03/01/02 | active 1",
		"allow c2 keyboard class-rule: 1.0 block keyboard other-configuration, "
		"2.0 allow keyboard class-rule, 2.1 allow pointer class-rule"},
	{"the one with more is chosen though the other is active", "keyboard=allow pointer=allow",
		"1234:5678 c1 03/01/01 03/01/02 c2 03/01/01 | active 2",
		"allow c1 keyboard class-rule: 1.0 allow keyboard class-rule, "
		"1.1 allow pointer class-rule, 2.0 block keyboard other-configuration"},
	{"of equals the active one", "keyboard=allow",
		"1234:5678 c1 03/01/01 c2 03/01/01 | active 2",
		"allow c2 keyboard class-rule: 1.0 block keyboard other-configuration, "
		"2.0 allow keyboard class-rule"},
	{"of equals the first where none is active", "keyboard=allow",
		"1234:5678 c5 03/01/01 c2 03/01/01",
		"allow c5 keyboard class-rule: 5.0 allow keyboard class-rule, "
		"2.0 block keyboard other-configuration"},
	{"the active one is not chosen where it has nothing", "keyboard=allow",
		"1234:5678 c1 08/06/50 c2 03/01/01 | active 1",
		"allow c2 usb-storage class-rule: 1.0 block usb-storage class-not-named, "
		"2.0 allow keyboard class-rule"},
	{"none is chosen where nothing is let in", "",
		"1234:5678 c1 03/01/01 c2 03/01/02 | active 2",
		"block c0 keyboard class-not-named: 1.0 block keyboard class-not-named, "
		"2.0 block pointer class-not-named"},
};

static void all_configurations_are_judged_and_one_is_chosen(void **state)
{
	CHECK(configuration_rows);
}

#define REGISTERED STICK " | medium M-1 0951:1666"
#define DISK       "1.0 driver usb-storage usb-storage"

static const struct decision_row medium_rows[] = {
	{"a registered stick gets what [medium] says", "usb-storage=block registered=allow",
		REGISTERED,
		"allow c1 usb-storage registered-medium: 1.0 allow usb-storage registered-medium"},
	{"one that is not registered gets what its class does",
		"usb-storage=block registered=allow", STICK,
		"block c0 usb-storage class-rule: 1.0 block usb-storage class-rule"},
	{"registering counts for nothing where the policy does not speak of it",
		"usb-storage=block", REGISTERED,
		"block c0 usb-storage class-rule: 1.0 block usb-storage class-rule"},
	{"a medium with another product id is another medium", "usb-storage=block registered=allow",
		STICK " | medium M-1 0951:1667",
		"block c0 usb-storage class-rule: 1.0 block usb-storage class-rule"},
	{"a medium with another vendor id is another medium", "usb-storage=block registered=allow",
		STICK " | medium M-1 0952:1666",
		"block c0 usb-storage class-rule: 1.0 block usb-storage class-rule"},
	{"read-only for what is registered", "usb-storage=block registered=read-only", REGISTERED,
		"read-only c1 usb-storage registered-medium: "
		"1.0 read-only usb-storage registered-medium"},
	{"registered = block gives nothing", "usb-storage=block registered=block", REGISTERED,
		"block c0 usb-storage class-rule: 1.0 block usb-storage class-rule"},
	{"registering never takes away", "usb-storage=allow registered=read-only", REGISTERED,
		"allow c1 usb-storage class-rule: 1.0 allow usb-storage class-rule"},
	{"the class rule speaks where it gives as much", "usb-storage=allow registered=allow",
		REGISTERED, "allow c1 usb-storage class-rule: 1.0 allow usb-storage class-rule"},
	{"more than read-only", "usb-storage=read-only registered=allow", REGISTERED,
		"allow c1 usb-storage registered-medium: 1.0 allow usb-storage registered-medium"},
	{"a class that nobody named", "registered=allow", REGISTERED,
		"allow c1 usb-storage registered-medium: 1.0 allow usb-storage registered-medium"},
	{"both ways of a UAS disk", "usb-storage=block registered=allow",
		"152d:0578 08/06/50 +08/06/62 | medium M-1 152d:0578",
		"allow c1 usb-storage registered-medium: 1.0 allow usb-storage registered-medium"},
	{"a registered phone stays a phone", "phone=block registered=allow",
		"04e8:6860 06/01/01 | medium M-1 04e8:6860",
		"block c0 phone class-rule: 1.0 block phone class-rule"},
	{"a registered optical drive stays one", "optical=block registered=allow",
		"0e8d:1806 08/02/50 | medium M-1 0e8d:1806",
		"block c0 optical class-rule: 1.0 block optical class-rule"},
};

static const struct decision_row disguised_rows[] = {
	{"the stick's driver is no surprise", "usb-storage=block registered=allow",
		REGISTERED ", " DISK,
		"allow c1 usb-storage registered-medium: 1.0 allow usb-storage registered-medium"},
	{"a driver that made a keyboard of it", "usb-storage=block keyboard=block registered=allow",
		REGISTERED ", 1.0 driver usbhid keyboard",
		"block c0 usb-storage class-rule: 1.0 block usb-storage class-rule"},
	{"a driver that made an allowed keyboard of it",
		"usb-storage=block keyboard=allow registered=allow",
		REGISTERED ", 1.0 driver usbhid keyboard",
		"block c0 usb-storage class-rule: 1.0 block usb-storage class-rule"},
	{"a driver that made a refused network of it",
		"usb-storage=allow usb-network=block registered=allow",
		REGISTERED ", 1.0 driver cdc_ether usb-network",
		"block c0 usb-storage driver: 1.0 block usb-storage driver"},
	{"an alternate that is something else", "usb-storage=block vendor=allow registered=allow",
		"0951:1666 08/06/50 +ff/00/00 | medium M-1 0951:1666",
		"block c0 usb-storage class-rule: 1.0 block usb-storage class-rule"},
	{"a keyboard in a registered shell is still judged",
		"usb-storage=block keyboard=block registered=allow",
		"0951:1666 08/06/50 03/01/01 | medium M-1 0951:1666",
		"block c0 usb-storage not-alone: 1.0 block usb-storage not-alone, "
		"1.1 block keyboard class-rule"},
	{"a refused part beside it spoils it", "usb-storage=block vendor=block registered=allow",
		"0951:1666 08/06/50 ff/00/00 | medium M-1 0951:1666",
		"block c0 usb-storage not-alone: 1.0 block usb-storage not-alone, "
		"1.1 block vendor class-rule"},
	{"an allowed part beside it does not", "usb-storage=block vendor=allow registered=allow",
		"0951:1666 08/06/50 ff/00/00 | medium M-1 0951:1666",
		"allow c1 usb-storage registered-medium: 1.0 allow usb-storage registered-medium, "
		"1.1 allow vendor class-rule"},
	{"an allowed part beside read-only is too much",
		"usb-storage=block vendor=allow registered=read-only",
		"0951:1666 08/06/50 ff/00/00 | medium M-1 0951:1666",
		"read-only c1 usb-storage not-alone: 1.0 read-only usb-storage registered-medium, "
		"1.1 block vendor not-alone"},
	{"a CD beside the disk is not registered with it",
		"usb-storage=block optical=block registered=allow",
		"0951:1666 08/06/50 08/02/50 | medium M-1 0951:1666",
		"block c0 usb-storage not-alone: 1.0 block usb-storage not-alone, "
		"1.1 block optical class-rule"},
	{"a device rule speaks alone, to refuse",
		"usb-storage=block registered=allow [stick 0951:1666 block]", REGISTERED,
		"block c0 usb-storage device-rule: 1.0 block usb-storage device-rule"},
	{"a device rule speaks alone, to allow reading",
		"registered=allow [stick 0951:1666 read-only 08]", REGISTERED,
		"read-only c1 usb-storage device-rule: 1.0 read-only usb-storage device-rule"},
};

static void a_registered_medium_gets_what_the_medium_rule_says_and_no_less(void **state)
{
	CHECK(medium_rows);
}

static void only_a_disk_is_a_registered_medium(void **state)
{
	CHECK(disguised_rows);
}

/* A stick whose medium is registered. */
static enum verdict decide_registered(
	const struct policy *policy, const struct usb_builder *stick, struct reason *ret_reason)
{
	static struct device_decision decision;
	const struct medium medium = {
		.number = "M-1", .identity = {.vendor = 0x0951, .product = 0x1666, .serial = "1"}};
	struct usb_facts *usb;

	assert_int_equal(usb_facts_parse(stick->bytes, stick->size, &usb), 0);
	decide_device(policy, &(struct device_facts){.usb = usb, .medium = &medium}, &decision);
	usb_facts_free(usb);
	*ret_reason = decision.reason;
	return decision.verdict;
}

static void a_malformed_device_is_no_registered_medium(void **state)
{
	static struct usb_builder builder;
	struct policy policy;
	struct reason reason;

	policy_text("usb-storage=block registered=allow", &policy);
	usb_builder_text(&builder, STICK);
	assert_int_equal(decide_registered(&policy, &builder, &reason), VERDICT_ALLOW);
	builder.bytes[builder.size++] = 9;
	assert_int_equal(decide_registered(&policy, &builder, &reason), VERDICT_BLOCK);
	assert_int_equal(reason.code, REASON_MALFORMED);
	policy_text_free(&policy);
}

/* No line, nothing said: whatever the field holds. */
static void a_policy_that_says_nothing_of_media_opens_nothing(void **state)
{
	static struct usb_builder builder;
	struct policy policy;
	struct reason reason;

	policy_text("usb-storage=block registered=allow", &policy);
	usb_builder_text(&builder, STICK);
	policy.registered.line = 0;
	assert_int_equal(decide_registered(&policy, &builder, &reason), VERDICT_BLOCK);
	policy.registered.line = 1;
	assert_int_equal(decide_registered(&policy, &builder, &reason), VERDICT_ALLOW);
	policy_text_free(&policy);
}

#define KEYBOARD_HALF "1234:5678 03/01/01 08/06/50"

static const struct decision_row last_input_rows[] = {
	{"kept against a class rule", "keyboard=block", KEYBOARD " | last-input",
		"allow c1 keyboard last-input: 1.0 allow keyboard last-input, "
		"1.1 allow keyboard last-input"},
	{"not kept when it is not the last", "keyboard=block", KEYBOARD,
		"block c0 keyboard class-rule: 1.0 block keyboard class-rule, "
		"1.1 block keyboard class-rule"},
	{"a mouse is kept as well", "pointer=block", MOUSE " | last-input",
		"allow c1 pointer last-input: 1.0 allow pointer last-input"},
	{"its disk is not", "keyboard=block usb-storage=block", KEYBOARD_HALF " | last-input",
		"allow c1 usb-storage class-rule: 1.0 allow keyboard last-input, "
		"1.1 block usb-storage class-rule"},
	{"keeping it does not make company", "keyboard=block printer=allow",
		"1234:5678 03/01/01 07/01/02 | last-input",
		"allow c1 printer not-alone: 1.0 allow keyboard last-input, "
		"1.1 block printer not-alone"},
	{"kept against a device rule", "[typewriter 046d:c31c block]", KEYBOARD " | last-input",
		"allow c1 keyboard last-input: 1.0 allow keyboard last-input, "
		"1.1 allow keyboard last-input"},
	{"a hub is not input", "hub=block", "1234:5678 09/00/00 | last-input",
		"block c0 hub class-rule: 1.0 block hub class-rule"},
	{"an alternate that is a disk", "keyboard=block",
		"1234:5678 03/01/01 +08/06/50 | last-input",
		"block c0 usb-storage class-rule: 1.0 block usb-storage class-rule"},
	{"a driver that made it a network", "keyboard=block",
		"1234:5678 03/01/01 | 1.0 driver cdc_ether usb-network, last-input",
		"block c0 usb-network class-rule: 1.0 block usb-network class-rule"},
	{"a driver that made it input", "keyboard=block",
		"1234:5678 03/01/01 | 1.0 driver usbhid keyboard, last-input",
		"allow c1 keyboard last-input: 1.0 allow keyboard last-input"},
	{"an allowed one keeps its rule as reason", "keyboard=allow",
		"1234:5678 03/01/01 | last-input",
		"allow c1 keyboard class-rule: 1.0 allow keyboard class-rule"},
};

static void the_last_input_device_keeps_its_hid_interfaces(void **state)
{
	CHECK(last_input_rows);
}

static void malformed_descriptors_are_refused_whole_and_the_last_input_too(void **state)
{
	static struct usb_builder builder;
	static struct device_decision decision;
	struct policy policy;
	struct usb_facts *usb;

	policy_text("keyboard=allow [typewriter 046d:c31c allow 03]", &policy);
	usb_builder_text(&builder, KEYBOARD);
	builder.bytes[builder.size++] = 9;
	assert_int_equal(usb_facts_parse(builder.bytes, builder.size, &usb), 0);
	decide_device(
		&policy, &(struct device_facts){.usb = usb, .is_last_input = true}, &decision);
	assert_int_equal(decision.verdict, VERDICT_BLOCK);
	assert_int_equal(decision.configuration, 0);
	assert_int_equal(decision.reason.code, REASON_MALFORMED);
	assert_int_equal(decision.reason.number, builder.size - 1);
	assert_string_equal(decision.reason.text, usb->malformed_why);
	usb_facts_free(usb);
	policy_text_free(&policy);
}

static void what_was_read_of_a_malformed_device_is_listed_and_refused(void **state)
{
	static struct usb_builder builder;
	static struct device_decision decision;
	struct policy policy;
	struct usb_facts *usb;

	policy_text("keyboard=allow", &policy);
	usb_builder_text(&builder, KEYBOARD);
	usb_builder_raw(&builder, (const uint8_t[]){2, 0x04}, 2); /* an interface of two bytes */
	assert_int_equal(usb_facts_parse(builder.bytes, builder.size, &usb), 0);
	decide_device(&policy, &(struct device_facts){.usb = usb}, &decision);
	assert_int_equal(decision.n_interfaces, 2);
	assert_int_equal(decision.device_class, CLASS_KEYBOARD);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(decision.interfaces[i].verdict, VERDICT_BLOCK);
		assert_int_equal(decision.interfaces[i].reason.code, REASON_MALFORMED);
		assert_int_equal(decision.interfaces[i].reason.interface, i);
	}
	usb_facts_free(usb);
	policy_text_free(&policy);
}

/* usb_facts_parse() hands out no such facts; whoever does must not be believed. */
static void facts_of_more_interfaces_than_there_is_room_for_are_refused(void **state)
{
	static struct device_decision decision;
	struct usb_alternate alternates[DECISION_INTERFACES_MAX + 1];
	struct usb_facts usb = {.configurations = {1},
		.n_configurations = 1,
		.alternates = alternates,
		.n_alternates = DECISION_INTERFACES_MAX};
	struct policy policy;

	for (size_t i = 0; i < DECISION_INTERFACES_MAX + 1; i++)
		alternates[i] = (struct usb_alternate){.configuration = 1,
			.interface = (uint8_t)i,
			.class = 0x03,
			.device_class = CLASS_KEYBOARD};
	policy_text("keyboard=allow", &policy);
	decide_device(&policy, &(struct device_facts){.usb = &usb}, &decision);
	assert_int_equal(decision.verdict, VERDICT_ALLOW);
	usb.n_alternates++;
	decide_device(&policy, &(struct device_facts){.usb = &usb}, &decision);
	assert_int_equal(decision.verdict, VERDICT_BLOCK);
	assert_int_equal(decision.reason.code, REASON_MALFORMED);
	policy_text_free(&policy);
}

static void a_class_out_of_range_is_refused(void **state)
{
	static struct device_decision decision;
	struct usb_alternate alternate = {
		.configuration = 1, .class = 0x03, .device_class = CLASS_COUNT};
	const struct usb_facts usb = {.configurations = {1},
		.n_configurations = 1,
		.alternates = &alternate,
		.n_alternates = 1};
	struct policy policy;

	policy_text("builtin keyboard=allow", &policy);
	decide_device(&policy, &(struct device_facts){.usb = &usb}, &decision);
	assert_int_equal(decision.verdict, VERDICT_BLOCK);
	alternate.device_class = CLASS_KEYBOARD;
	decide_device(&policy, &(struct device_facts){.usb = &usb}, &decision);
	assert_int_equal(decision.verdict, VERDICT_ALLOW);
	policy_text_free(&policy);
}

static void reasons_carry_their_arguments(void **state)
{
	static struct device_decision decision;
	const struct decision_row alone = {
		.policy = "keyboard=allow printer=allow usb-storage=block",
		.device = "1234:5678 c1 07/01/02 c2 03/01/01 08/06/50"};
	const struct decision_row beside = {.policy = "printer=allow usb-storage=block",
		.device = "1234:5678 07/01/02 08/06/50"};
	const struct decision_row driver = {.policy = "vendor=allow usb-storage=block",
		.device = "1234:5678 ff/00/00 | 1.0 driver ums-realtek usb-storage"};
	const struct decision_row medium = {
		.policy = "keyboard=allow registered=read-only", .device = REGISTERED};

	decision_judge(&alone, &decision);
	assert_int_equal(decision.interfaces[0].reason.code, REASON_NOT_ALONE);
	assert_int_equal(decision.interfaces[0].reason.device_class, CLASS_PRINTER);
	assert_int_equal(decision.interfaces[0].reason.other_class, CLASS_USB_STORAGE);
	assert_int_equal(decision.interfaces[0].reason.configuration, 2);
	assert_int_equal(decision.interfaces[0].reason.interface, 1);
	assert_int_equal(decision.interfaces[2].reason.line, 12);
	assert_int_equal(decision.interfaces[2].reason.access, VERDICT_BLOCK);
	decision_judge(&beside, &decision);
	assert_int_equal(decision.reason.code, REASON_NOT_ALONE);
	assert_int_equal(decision.reason.configuration, 0);
	assert_int_equal(decision.reason.interface, 1);
	decision_judge(&driver, &decision);
	assert_string_equal(decision.reason.text, "ums-realtek");
	assert_int_equal(decision.reason.device_class, CLASS_USB_STORAGE);
	assert_int_equal(decision.reason.line, 11);
	decision_judge(&medium, &decision);
	assert_string_equal(decision.reason.text, "M-1");
	assert_int_equal(decision.reason.line, 11);
	assert_int_equal(decision.reason.access, VERDICT_READ_ONLY);
	assert_int_equal(decision.reason.device_class, CLASS_USB_STORAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_class_gets_what_its_rule_says),
		cmocka_unit_test(only_input_and_hubs_are_judged_alone),
		cmocka_unit_test(every_alternate_of_an_interface_counts),
		cmocka_unit_test(all_configurations_are_judged_and_one_is_chosen),
		cmocka_unit_test(a_registered_medium_gets_what_the_medium_rule_says_and_no_less),
		cmocka_unit_test(only_a_disk_is_a_registered_medium),
		cmocka_unit_test(a_policy_that_says_nothing_of_media_opens_nothing),
		cmocka_unit_test(a_malformed_device_is_no_registered_medium),
		cmocka_unit_test(the_last_input_device_keeps_its_hid_interfaces),
		cmocka_unit_test(malformed_descriptors_are_refused_whole_and_the_last_input_too),
		cmocka_unit_test(what_was_read_of_a_malformed_device_is_listed_and_refused),
		cmocka_unit_test(facts_of_more_interfaces_than_there_is_room_for_are_refused),
		cmocka_unit_test(a_class_out_of_range_is_refused),
		cmocka_unit_test(reasons_carry_their_arguments),
	};

	return cmocka_run_group_tests_name("decide", tests, NULL, NULL);
}
