/* Devices that people know, from tests/data/usb, under the policies that a terminal has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/decision_text.h"

#define CHECK(rows) decision_check(rows, sizeof(rows) / sizeof((rows)[0]))

#define TIER \
	"hub=allow keyboard=allow pointer=allow card-reader=allow printer=allow audio=allow " \
	"usb-storage=block phone=block vendor=block optical=read-only " \
	"[pasori 054c:06c3 allow ff] [modem 1199:9071 allow 02/0e 0a]"

static const struct decision_row work_rows[] = {
	{"keyboard", TIER, "@keyboard",
		"allow c1 keyboard class-rule: 1.0 allow keyboard class-rule, 1.1 allow keyboard "
		"class-rule"},
	{"mouse", TIER, "@mouse", "allow c1 pointer class-rule: 1.0 allow pointer class-rule"},
	{"a mouse that sends less than it announces", TIER, "@mouse-short",
		"allow c1 pointer class-rule: 1.0 allow pointer class-rule"},
	{"receiver of a wireless keyboard and mouse", TIER, "@receiver",
		"allow c1 keyboard class-rule: 1.0 allow keyboard class-rule, 1.1 allow pointer "
		"class-rule, 1.2 allow keyboard class-rule"},
	{"hub", TIER, "@hub", "allow c1 hub class-rule: 1.0 allow hub class-rule"},
	{"headset", TIER, "@headset",
		"allow c1 audio class-rule: 1.0 allow audio class-rule, 1.1 allow audio "
		"class-rule, 1.2 allow audio class-rule, 1.3 allow keyboard class-rule"},
	{"printer", TIER, "@printer", "allow c1 printer class-rule: 1.0 allow printer class-rule"},
	{"card reader of the smart card class", TIER, "@reader-ccid",
		"allow c1 card-reader class-rule: 1.0 allow card-reader class-rule"},
	{"card reader of a vendor class, by its rule", TIER, "@reader-vendor",
		"allow c1 vendor device-rule: 1.0 allow vendor device-rule"},
	{"mobile modem, by its rule", TIER, "@modem-mbim",
		"allow c1 modem device-rule: 1.0 allow modem device-rule, 1.1 allow modem "
		"device-rule"},
	{"optical drive, to read", TIER, "@optical",
		"read-only c1 optical class-rule: 1.0 read-only optical class-rule"},
};

static void what_the_work_needs_is_let_in(void **state)
{
	CHECK(work_rows);
}

static const struct decision_row other_rows[] = {
	{"stick", TIER, "@stick",
		"block c0 usb-storage class-rule: 1.0 block usb-storage class-rule"},
	{"disk with two ways to talk", TIER, "@disk-uas",
		"block c0 usb-storage class-rule: 1.0 block usb-storage class-rule"},
	{"floppy drive", TIER, "@floppy",
		"block c0 floppy class-not-named: 1.0 block floppy class-not-named"},
	{"printer with a scanner of a vendor class", TIER, "@printer-scanner",
		"block c0 vendor not-alone: 1.0 block printer not-alone, 1.1 block vendor "
		"class-rule"},
	{"printer with a card slot as well", TIER, "@printer-scanner-slot",
		"block c0 usb-storage not-alone: 1.0 block printer not-alone, 1.1 block vendor "
		"class-rule, 1.2 block usb-storage class-rule"},
	{"webcam: its microphone alone is not let in", TIER, "@webcam",
		"block c0 camera class-not-named: 1.0 block camera class-not-named, 1.1 block "
		"camera class-not-named, 1.2 block audio not-alone, 1.3 block audio not-alone"},
	{"phone showing files", TIER, "@phone-mtp",
		"block c0 phone class-rule: 1.0 block phone class-rule, 1.1 block phone "
		"class-rule"},
	{"phone showing files by a vendor class", TIER, "@phone-mtp-vendor",
		"block c0 vendor class-rule: 1.0 block vendor class-rule"},
	{"phone sharing its network", TIER, "@phone-tethering",
		"block c0 usb-network class-not-named: 1.0 block usb-network class-not-named, "
		"1.1 block usb-network class-not-named"},
	{"phone with a headset configuration: only its buttons", TIER, "@phone-many",
		"allow c2 phone not-alone: 1.0 block phone class-rule, 2.0 block audio "
		"not-alone, 2.1 block audio not-alone, 2.2 allow keyboard class-rule, 3.0 block "
		"phone class-rule, 3.1 block vendor class-rule, 4.0 block phone class-rule, 4.1 "
		"block vendor class-rule, 4.2 block vendor class-rule"},
	{"Bluetooth", TIER, "@bluetooth",
		"block c0 bluetooth class-not-named: 1.0 block bluetooth class-not-named, 1.1 "
		"block bluetooth class-not-named"},
	{"Wi-Fi", TIER, "@wifi", "block c0 vendor class-rule: 1.0 block vendor class-rule"},
	{"Ethernet by vendor class, or by CDC in a second configuration", TIER, "@ethernet",
		"block c0 usb-network class-rule: 1.0 block vendor class-rule, 2.0 block "
		"usb-network class-not-named, 2.1 block usb-network class-not-named"},
	{"serial adapter of a vendor class", TIER, "@serial-vendor",
		"block c0 vendor class-rule: 1.0 block vendor class-rule"},
	{"serial adapter that says modem", TIER, "@serial-acm",
		"block c0 modem class-not-named: 1.0 block modem class-not-named, 1.1 block "
		"modem class-not-named"},
};

static void what_nobody_allowed_stays_out(void **state)
{
	CHECK(other_rows);
}

static const struct decision_row evil_rows[] = {
	{"a keyboard with a disk: the keyboard types", TIER, "@evil-keyboard-disk",
		"allow c1 usb-storage class-rule: 1.0 allow keyboard class-rule, 1.1 block "
		"usb-storage class-rule"},
	{"a disk in a second configuration", TIER, "@evil-second-configuration",
		"block c0 usb-storage class-rule: 1.0 block vendor class-rule, 2.0 block "
		"usb-storage class-rule"},
	{"a listed reader's ids with a disk inside", TIER, "@evil-reader",
		"block c0 usb-storage not-listed: 1.0 block usb-storage not-listed"},
	{"a disk behind a descriptor of two bytes", TIER, "@evil-two-bytes",
		"allow c1 usb-storage class-rule: 1.0 allow keyboard class-rule, 1.1 block "
		"usb-storage class-rule"},
};

static void what_hides_is_found(void **state)
{
	CHECK(evil_rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_work_needs_is_let_in),
		cmocka_unit_test(what_nobody_allowed_stays_out),
		cmocka_unit_test(what_hides_is_found),
	};

	return cmocka_run_group_tests_name("usb_devices", tests, NULL, NULL);
}
