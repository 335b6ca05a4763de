/* What the names of drivers and of their children give away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "policy/driver_class.h"

static const struct row {
	const char *name;
	const char *expected; /* class word; NULL: the name says nothing */
} driver_rows[] = {
	{"usb-storage", "usb-storage"},
	{"usb-storag", NULL},
	{"usb-storage2", NULL},
	{"uas", "usb-storage"},
	{"ums-realtek", "usb-storage"},
	{"ums-", "usb-storage"},
	{"ums", NULL},
	{"rtsx_usb", "sd-card"},
	{"ipheth", "phone"},
	{"cdc_ether", "usb-network"},
	{"rndis_host", "usb-network"},
	{"r8152", "usb-network"},
	{"cdc_mbim", "modem"},
	{"option", "modem"},
	{"rtl8xxxu", "wireless"},
	{"btusb", "bluetooth"},
	{"cdc_acm", "serial"},
	{"ftdi_sio", "serial"},
	{"usbhid", "keyboard"},
	{"snd-usb-audio", "audio"},
	{"uvcvideo", "camera"},
	{"usblp", "printer"},
	{"hub", "hub"},
	{"usb", NULL},
	{"usbfs", NULL},
	{"usbtmc", NULL},
	{"", NULL},
};

static const struct row subsystem_rows[] = {
	{"block", "usb-storage"},
	{"scsi_host", "usb-storage"},
	{"scsi_hos", NULL},
	{"mmc_host", "sd-card"},
	{"net", "usb-network"},
	{"ieee80211", "wireless"},
	{"bluetooth", "bluetooth"},
	{"tty", "serial"},
	{"input", "keyboard"},
	{"hidraw", "keyboard"},
	{"video4linux", "camera"},
	{"sound", "audio"},
	{"usb", NULL},
	{"usbmisc", NULL},
	{"leds", NULL},
	{"", NULL},
};

typedef bool look_up(const char *name, enum device_class *ret);

static void check_rows(const struct row *rows, size_t count, look_up *look)
{
	for (size_t i = 0; i < count; i++) {
		enum device_class found = CLASS_COUNT;
		bool is_known = look(rows[i].name, &found);

		if (is_known != (rows[i].expected != NULL))
			fail_msg("\"%s\" is %s", rows[i].name, is_known ? "known" : "not known");
		if (!is_known && found != CLASS_COUNT)
			fail_msg("\"%s\" changed the output", rows[i].name);
		if (is_known && strcmp(device_class_name(found), rows[i].expected) != 0)
			fail_msg("\"%s\" is %s", rows[i].name, device_class_name(found));
	}
}

static void a_driver_gives_away_what_it_makes(void **state)
{
	check_rows(driver_rows, sizeof(driver_rows) / sizeof(driver_rows[0]), driver_class);
}

static void a_child_gives_away_what_the_driver_made(void **state)
{
	check_rows(subsystem_rows, sizeof(subsystem_rows) / sizeof(subsystem_rows[0]),
		child_subsystem_class);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_driver_gives_away_what_it_makes),
		cmocka_unit_test(a_child_gives_away_what_the_driver_made),
	};

	return cmocka_run_group_tests_name("driver_class", tests, NULL, NULL);
}
