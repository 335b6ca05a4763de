/* Device rules: which one speaks, and what it opens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "policy/device_rule.h"
#include "tests/unit/decision_text.h"
#include "tests/unit/usb_builder.h"

#define CHECK(rows) decision_check(rows, sizeof(rows) / sizeof((rows)[0]))

static const struct decision_row matching_rows[] = {
	{"the rule of its pair of ids speaks", "[reader 054c:06c3 allow ff]", "054c:06c3 ff/00/00",
		"allow c1 vendor device-rule: 1.0 allow vendor device-rule"},
	{"another product", "[reader 054c:06c3 allow ff]", "054c:06c4 ff/00/00",
		"block c0 vendor class-not-named: 1.0 block vendor class-not-named"},
	{"another vendor", "[reader 054c:06c3 allow ff]", "054d:06c3 ff/00/00",
		"block c0 vendor class-not-named: 1.0 block vendor class-not-named"},
	{"it speaks alone, against a class that is allowed",
		"vendor=allow [reader 054c:06c3 block]", "054c:06c3 ff/00/00",
		"block c0 vendor device-rule: 1.0 block vendor device-rule"},
	{"a block needs no list", "[reader 054c:06c3 block 08]", "054c:06c3 ff/00/00",
		"block c0 vendor device-rule: 1.0 block vendor device-rule"},
	{"it does not fall back on the classes", "printer=allow [reader 054c:06c3 allow ff]",
		"054c:06c3 ff/00/00 07/01/02",
		"allow c1 vendor not-listed: 1.0 allow vendor device-rule, "
		"1.1 block printer not-listed"},
	{"the first of two rules speaks", "[one 054c:06c3 block] [two 054c:06c3 allow ff]",
		"054c:06c3 ff/00/00", "block c0 vendor device-rule: 1.0 block vendor device-rule"},
	{"and the other way round", "[one 054c:06c3 allow ff] [two 054c:06c3 block]",
		"054c:06c3 ff/00/00", "allow c1 vendor device-rule: 1.0 allow vendor device-rule"},
	{"a rule is spoiled by no neighbour", "usb-storage=block [reader 054c:06c3 allow ff]",
		"054c:06c3 ff/00/00 08/06/50",
		"allow c1 usb-storage not-listed: 1.0 allow vendor device-rule, "
		"1.1 block usb-storage not-listed"},
};

static void the_first_rule_with_the_ids_speaks_alone(void **state)
{
	CHECK(matching_rows);
}

static const struct decision_row listing_rows[] = {
	{"a class is listed", "[a 1:2 allow 08]", "0001:0002 08/06/50",
		"allow c1 usb-storage device-rule: 1.0 allow usb-storage device-rule"},
	{"with its subclass", "[a 1:2 allow 08/06]", "0001:0002 08/06/50",
		"allow c1 usb-storage device-rule: 1.0 allow usb-storage device-rule"},
	{"another subclass", "[a 1:2 allow 08/05]", "0001:0002 08/06/50",
		"block c0 usb-storage not-listed: 1.0 block usb-storage not-listed"},
	{"with its protocol", "[a 1:2 allow 08/06/50]", "0001:0002 08/06/50",
		"allow c1 usb-storage device-rule: 1.0 allow usb-storage device-rule"},
	{"another protocol on the other alternate", "[a 1:2 allow 08/06/50]",
		"0001:0002 08/06/50 +08/06/62",
		"block c0 usb-storage not-listed: 1.0 block usb-storage not-listed"},
	{"both alternates listed", "[a 1:2 allow 08/06/50 08/06/62]",
		"0001:0002 08/06/50 +08/06/62",
		"allow c1 usb-storage device-rule: 1.0 allow usb-storage device-rule"},
	{"a camera and its microphone", "[a 1:2 allow 0e 01]",
		"0001:0002 0e/01/00 0e/02/00 +0e/02/00 01/01/00",
		"allow c1 camera device-rule: 1.0 allow camera device-rule, "
		"1.1 allow camera device-rule, 1.2 allow audio device-rule"},
	{"a modem and its data", "[a 1:2 allow 02/02/01 0a]", "0001:0002 02/02/01 0a/00/00",
		"allow c1 modem device-rule: 1.0 allow modem device-rule, "
		"1.1 allow modem device-rule"},
	{"a modem without its data", "[a 1:2 allow 02/02/01]", "0001:0002 02/02/01 0a/00/00",
		"allow c1 modem not-listed: 1.0 allow modem device-rule, 1.1 block modem "
		"not-listed"},
};

static void a_list_opens_the_interfaces_that_begin_with_it(void **state)
{
	CHECK(listing_rows);
}

static const struct decision_row guarded_rows[] = {
	{"without a list, plain classes are open", "[a 1:2 allow]", "0001:0002 07/01/02 ff/00/00",
		"allow c1 vendor device-rule: 1.0 allow printer device-rule, "
		"1.1 allow vendor device-rule"},
	{"without a list, no disk", "[a 1:2 allow]", "0001:0002 07/01/02 08/06/50",
		"allow c1 usb-storage not-listed: 1.0 allow printer device-rule, "
		"1.1 block usb-storage not-listed"},
	{"without a list, no keyboard", "[a 1:2 allow]", "0001:0002 03/01/01",
		"block c0 keyboard not-listed: 1.0 block keyboard not-listed"},
	{"without a list, no phone", "[a 1:2 allow]", "0001:0002 06/01/01",
		"block c0 phone not-listed: 1.0 block phone not-listed"},
	{"without a list, no network", "[a 1:2 allow]", "0001:0002 e0/01/01",
		"block c0 bluetooth not-listed: 1.0 block bluetooth not-listed"},
	{"vendor does not list the Android bridge", "[a 1:2 allow ff]", "0001:0002 ff/42/01",
		"block c0 phone not-listed: 1.0 block phone not-listed"},
	{"the bridge by its name", "[a 1:2 allow ff/42/01]", "0001:0002 ff/42/01",
		"allow c1 phone device-rule: 1.0 allow phone device-rule"},
	{"wireless does not list RNDIS", "[a 1:2 allow e0]", "0001:0002 e0/01/03 0a/00/00",
		"block c0 usb-network not-listed: 1.0 block usb-network not-listed, "
		"1.1 block usb-network not-listed"},
	{"wireless lists Bluetooth", "[a 1:2 allow e0]", "0001:0002 e0/01/01",
		"allow c1 bluetooth device-rule: 1.0 allow bluetooth device-rule"},
	{"the mouse protocol lists a mouse", "[a 1:2 allow 03/01/02]", "0001:0002 03/01/02",
		"allow c1 pointer device-rule: 1.0 allow pointer device-rule"},
	{"and no mouse that is a keyboard", "[a 1:2 allow 03/01/02]",
		"0001:0002 03/01/02 | 1.0 report keyboard",
		"block c0 keyboard report-descriptor: 1.0 block keyboard report-descriptor"},
	{"HID as a whole lists both", "[a 1:2 allow 03]",
		"0001:0002 03/01/02 | 1.0 report keyboard",
		"allow c1 keyboard device-rule: 1.0 allow keyboard device-rule"},
};

static void storage_input_phones_and_networks_open_only_by_name(void **state)
{
	CHECK(guarded_rows);
}

static const struct decision_row driver_rows[] = {
	{"a vendor interface that a driver made a disk", "[a 1:2 allow ff]",
		"0001:0002 ff/00/00 | 1.0 driver ums-realtek usb-storage",
		"block c0 usb-storage driver: 1.0 block usb-storage driver"},
	{"unless storage is listed", "[a 1:2 allow ff 08]",
		"0001:0002 ff/00/00 | 1.0 driver ums-realtek usb-storage",
		"allow c1 usb-storage device-rule: 1.0 allow usb-storage device-rule"},
	{"a floppy in the list is no disk", "[a 1:2 allow ff 08/04]",
		"0001:0002 ff/00/00 | 1.0 driver ums-realtek usb-storage",
		"block c0 usb-storage driver: 1.0 block usb-storage driver"},
	{"a vendor interface that is a terminal", "[a 1:2 allow ff]",
		"0001:0002 ff/00/00 | 1.0 driver ftdi_sio serial",
		"allow c1 vendor device-rule: 1.0 allow vendor device-rule"},
	{"a vendor interface that is a network", "[a 1:2 allow ff]",
		"0001:0002 ff/00/00 | 1.0 driver r8152 usb-network",
		"block c0 usb-network driver: 1.0 block usb-network driver"},
	{"a vendor interface that types", "[a 1:2 allow]",
		"0001:0002 ff/00/00 | 1.0 driver input keyboard",
		"block c0 vendor driver: 1.0 block vendor driver"},
};

static void what_a_driver_made_must_be_listed_too(void **state)
{
	CHECK(driver_rows);
}

static const struct decision_row read_only_rows[] = {
	{"a disk may be read", "[a 1:2 read-only 08]", "0001:0002 08/06/50",
		"read-only c1 usb-storage device-rule: 1.0 read-only usb-storage device-rule"},
	{"a disk must be listed all the same", "[a 1:2 read-only]", "0001:0002 08/06/50",
		"block c0 usb-storage not-listed: 1.0 block usb-storage not-listed"},
	{"a printer cannot be read only", "[a 1:2 read-only 08 07]", "0001:0002 08/06/50 07/01/02",
		"read-only c1 usb-storage read-only-unsupported: "
		"1.0 read-only usb-storage device-rule, 1.1 block printer read-only-unsupported"},
};

static void read_only_opens_only_what_can_be_kept_read_only(void **state)
{
	CHECK(read_only_rows);
}

/* sekisho's own promise: the ids of a listed reader open no disk. */
static const struct decision_row reader_rows[] = {
	{"the reader", "vendor=block usb-storage=block [pasori-rc-s380 054c:06c3 allow ff]",
		"054c:06c3 ff/00/00", "allow c1 vendor device-rule: 1.0 allow vendor device-rule"},
	{"its ids with a disk inside",
		"vendor=block usb-storage=block [pasori-rc-s380 054c:06c3 allow ff]",
		"054c:06c3 08/06/50",
		"block c0 usb-storage not-listed: 1.0 block usb-storage not-listed"},
	{"with a disk in a second configuration",
		"vendor=block usb-storage=block [pasori-rc-s380 054c:06c3 allow ff]",
		"054c:06c3 c1 ff/00/00 c2 ff/00/00 08/06/50 | active 2",
		"allow c2 usb-storage not-listed: 1.0 block vendor other-configuration, "
		"2.0 allow vendor device-rule, 2.1 block usb-storage not-listed"},
	{"calling itself a Bluetooth controller as a whole",
		"vendor=block usb-storage=block [pasori-rc-s380 054c:06c3 allow ff]",
		"054c:06c3 d=e0/01/01 ff/00/00",
		"block c0 bluetooth not-listed: 1.0 block bluetooth not-listed"},
};

static void the_ids_of_a_listed_reader_open_nothing_else(void **state)
{
	CHECK(reader_rows);
}

static void a_pattern_of_no_or_too_many_bytes_lists_nothing(void **state)
{
	const struct usb_alternate alternate = {.class = 0};
	struct device_rule rule = {.n_interfaces = 1, .interfaces = {{.n_bytes = 0}}};

	assert_false(device_rule_lists(&rule, &alternate));
	assert_false(device_rule_covers(&rule, CLASS_USB_STORAGE));
	rule.interfaces[0].n_bytes = 4;
	assert_false(device_rule_lists(&rule, &alternate));
	rule.interfaces[0].n_bytes = 3;
	assert_true(device_rule_lists(&rule, &alternate));
}

static void a_class_out_of_range_is_never_covered(void **state)
{
	const struct device_rule rule = {
		.n_interfaces = 1, .interfaces = {{.bytes = {0x08}, .n_bytes = 1}}};

	assert_true(device_rule_covers(&rule, CLASS_USB_STORAGE));
	assert_false(device_rule_covers(&rule, CLASS_COUNT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_rule_with_the_ids_speaks_alone),
		cmocka_unit_test(a_list_opens_the_interfaces_that_begin_with_it),
		cmocka_unit_test(storage_input_phones_and_networks_open_only_by_name),
		cmocka_unit_test(what_a_driver_made_must_be_listed_too),
		cmocka_unit_test(read_only_opens_only_what_can_be_kept_read_only),
		cmocka_unit_test(the_ids_of_a_listed_reader_open_nothing_else),
		cmocka_unit_test(a_pattern_of_no_or_too_many_bytes_lists_nothing),
		cmocka_unit_test(a_class_out_of_range_is_never_covered),
	};

	return cmocka_run_group_tests_name("device_rule", tests, NULL, NULL);
}
