/* What is found out after binding: report descriptors and drivers against the claims. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/decision_text.h"

#define CHECK(rows) decision_check(rows, sizeof(rows) / sizeof((rows)[0]))

#define STICK "0951:1666 08/06/50"
#define MOUSE "046d:c077 03/01/02"

static const struct decision_row report_rows[] = {
	{"a report descriptor may make a pointer of a keyboard", "keyboard=block pointer=allow",
		"046d:c52b 03/00/00 | 1.0 report pointer",
		"allow c1 pointer class-rule: 1.0 allow pointer class-rule"},
	{"before it was read, it is a keyboard", "keyboard=block pointer=allow",
		"046d:c52b 03/00/00",
		"block c0 keyboard class-rule: 1.0 block keyboard class-rule"},
	{"a report descriptor may make a keyboard of a pointer", "keyboard=block pointer=allow",
		MOUSE " | 1.0 report keyboard",
		"block c0 keyboard report-descriptor: 1.0 block keyboard report-descriptor"},
	{"a report descriptor that agrees changes nothing", "keyboard=block pointer=allow",
		MOUSE " | 1.0 report pointer",
		"allow c1 pointer class-rule: 1.0 allow pointer class-rule"},
	{"what typed once is a keyboard, whatever it showed later", "keyboard=block pointer=allow",
		MOUSE " | 1.0 report keyboard, 1.0 report pointer",
		"block c0 keyboard report-descriptor: 1.0 block keyboard report-descriptor"},
	{"or before", "keyboard=block pointer=allow",
		MOUSE " | 1.0 report pointer, 1.0 report keyboard",
		"block c0 keyboard report-descriptor: 1.0 block keyboard report-descriptor"},
	{"of another interface", "keyboard=block pointer=allow", MOUSE " | 1.1 report keyboard",
		"allow c1 pointer class-rule: 1.0 allow pointer class-rule"},
	{"of another configuration", "keyboard=block pointer=allow", MOUSE " | 2.0 report keyboard",
		"allow c1 pointer class-rule: 1.0 allow pointer class-rule"},
	{"a report descriptor makes nothing of a disk", "usb-storage=block pointer=allow",
		STICK " | 1.0 report pointer",
		"block c0 usb-storage class-rule: 1.0 block usb-storage class-rule"},
	{"nor takes anything from it", "usb-storage=allow pointer=block",
		STICK " | 1.0 report pointer",
		"allow c1 usb-storage class-rule: 1.0 allow usb-storage class-rule"},
	{"a report descriptor makes no hub", "keyboard=block hub=allow",
		"046d:c52b 03/00/00 | 1.0 report hub",
		"block c0 keyboard class-rule: 1.0 block keyboard class-rule"},
};

static void a_report_descriptor_tells_keyboard_from_pointer_and_nothing_else(void **state)
{
	CHECK(report_rows);
}

static const struct decision_row driver_rows[] = {
	{"a driver adds a disk to a vendor interface", "vendor=allow usb-storage=block",
		"1234:5678 ff/00/00 | 1.0 driver usb-storage usb-storage",
		"block c0 usb-storage driver: 1.0 block usb-storage driver"},
	{"a driver that says the same", "usb-storage=allow", STICK " | 1.0 driver uas usb-storage",
		"allow c1 usb-storage class-rule: 1.0 allow usb-storage class-rule"},
	{"a driver makes nothing harmless", "vendor=block serial=allow",
		"0403:6001 ff/ff/ff | 1.0 driver ftdi_sio serial",
		"block c0 vendor class-rule: 1.0 block vendor class-rule"},
	{"a driver adds a less dangerous class too", "vendor=allow serial=block",
		"0403:6001 ff/ff/ff | 1.0 driver ftdi_sio serial",
		"block c0 vendor driver: 1.0 block vendor driver"},
	{"and both allowed", "vendor=allow serial=allow",
		"0403:6001 ff/ff/ff | 1.0 driver ftdi_sio serial",
		"allow c1 vendor class-rule: 1.0 allow vendor class-rule"},
	{"what a driver adds is company for the others",
		"vendor=allow printer=allow usb-storage=block",
		"04f9:0001 07/01/02 ff/00/00 | 1.1 driver usb-storage usb-storage",
		"block c0 usb-storage not-alone: 1.0 block printer not-alone, "
		"1.1 block usb-storage driver"},
	{"a drive that calls itself optical is the disk that its driver makes",
		"optical=allow usb-storage=block",
		"0e8d:1806 08/02/50 | 1.0 driver usb-storage usb-storage",
		"block c0 usb-storage driver: 1.0 block usb-storage driver"},
	{"the input driver leaves a mouse to its report descriptor", "keyboard=block pointer=allow",
		MOUSE " | 1.0 report pointer, 1.0 driver usbhid keyboard",
		"allow c1 pointer class-rule: 1.0 allow pointer class-rule"},
	{"a vendor interface that makes input is a keyboard", "vendor=allow keyboard=block",
		"1234:5678 ff/00/00 | 1.0 driver input keyboard",
		"block c0 vendor driver: 1.0 block vendor driver"},
};

static void a_driver_adds_what_must_be_allowed_too(void **state)
{
	CHECK(driver_rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_descriptor_tells_keyboard_from_pointer_and_nothing_else),
		cmocka_unit_test(a_driver_adds_what_must_be_allowed_too),
	};

	return cmocka_run_group_tests_name("evidence", tests, NULL, NULL);
}
