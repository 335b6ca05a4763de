/* Classes: their words, their weights, and what the three bytes of an interface make of it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "policy/device_class.h"

static const struct code_row {
	const char *name;
	uint8_t class, subclass, protocol;
	enum device_class expected;
} code_rows[] = {
	{"audio streaming", 0x01, 0x02, 0x00, CLASS_AUDIO},
	{"class 00 says nothing", 0x00, 0x00, 0x00, CLASS_UNKNOWN},
	{"ACM without commands is a terminal", 0x02, 0x02, 0x00, CLASS_SERIAL},
	{"ACM with AT commands is a modem", 0x02, 0x02, 0x01, CLASS_MODEM},
	{"ACM with CDMA commands is a modem", 0x02, 0x02, 0x06, CLASS_MODEM},
	{"ACM beyond the known commands is a network", 0x02, 0x02, 0x07, CLASS_USB_NETWORK},
	{"RNDIS under ACM's code", 0x02, 0x02, 0xff, CLASS_USB_NETWORK},
	{"CDC Ethernet", 0x02, 0x06, 0x00, CLASS_USB_NETWORK},
	{"CDC EEM", 0x02, 0x0c, 0x07, CLASS_USB_NETWORK},
	{"CDC NCM", 0x02, 0x0d, 0x00, CLASS_USB_NETWORK},
	{"CDC MBIM", 0x02, 0x0e, 0x00, CLASS_MODEM},
	{"CDC device management", 0x02, 0x09, 0x01, CLASS_MODEM},
	{"CDC subclass nobody knows", 0x02, 0x77, 0x00, CLASS_USB_NETWORK},
	{"CDC data by itself", 0x0a, 0x00, 0x00, CLASS_SERIAL},
	{"boot keyboard", 0x03, 0x01, 0x01, CLASS_KEYBOARD},
	{"boot mouse", 0x03, 0x01, 0x02, CLASS_POINTER},
	{"mouse protocol without the boot subclass", 0x03, 0x00, 0x02, CLASS_KEYBOARD},
	{"HID of no protocol", 0x03, 0x00, 0x00, CLASS_KEYBOARD},
	{"physical feedback is no HID", 0x05, 0x01, 0x02, CLASS_UNKNOWN},
	{"camera or phone by PTP", 0x06, 0x01, 0x01, CLASS_PHONE},
	{"image class of another kind", 0x06, 0x00, 0x00, CLASS_PHONE},
	{"printer", 0x07, 0x01, 0x02, CLASS_PRINTER},
	{"printer by IPP", 0x07, 0x01, 0x04, CLASS_PRINTER},
	{"stick", 0x08, 0x06, 0x50, CLASS_USB_STORAGE},
	{"UAS disk", 0x08, 0x06, 0x62, CLASS_USB_STORAGE},
	{"optical drive", 0x08, 0x02, 0x50, CLASS_OPTICAL},
	{"tape drive", 0x08, 0x03, 0x50, CLASS_USB_STORAGE},
	{"floppy drive", 0x08, 0x04, 0x00, CLASS_FLOPPY},
	{"old removable disk", 0x08, 0x05, 0x50, CLASS_USB_STORAGE},
	{"storage of no subclass", 0x08, 0x00, 0x00, CLASS_USB_STORAGE},
	{"hub", 0x09, 0x00, 0x01, CLASS_HUB},
	{"smart card reader", 0x0b, 0x00, 0x00, CLASS_CARD_READER},
	{"class 0c was never given", 0x0c, 0x00, 0x00, CLASS_UNKNOWN},
	{"content security", 0x0d, 0x00, 0x00, CLASS_UNKNOWN},
	{"webcam", 0x0e, 0x01, 0x00, CLASS_CAMERA},
	{"healthcare", 0x0f, 0x00, 0x00, CLASS_UNKNOWN},
	{"audio and video", 0x10, 0x01, 0x00, CLASS_UNKNOWN},
	{"billboard", 0x11, 0x00, 0x00, CLASS_UNKNOWN},
	{"type C bridge", 0x12, 0x00, 0x00, CLASS_UNKNOWN},
	{"diagnostic", 0xdc, 0x01, 0x01, CLASS_UNKNOWN},
	{"Bluetooth", 0xe0, 0x01, 0x01, CLASS_BLUETOOTH},
	{"Bluetooth AMP is radio", 0xe0, 0x01, 0x04, CLASS_WIRELESS},
	{"RNDIS under the wireless code", 0xe0, 0x01, 0x03, CLASS_USB_NETWORK},
	{"wireless USB", 0xe0, 0x02, 0x01, CLASS_WIRELESS},
	{"RNDIS under the miscellaneous code", 0xef, 0x04, 0x01, CLASS_USB_NETWORK},
	{"RNDIS over Wi-Fi", 0xef, 0x04, 0x02, CLASS_USB_NETWORK},
	{"ActiveSync", 0xef, 0x01, 0x01, CLASS_UNKNOWN},
	{"industrial camera", 0xef, 0x05, 0x00, CLASS_CAMERA},
	{"firmware upgrade", 0xfe, 0x01, 0x02, CLASS_UNKNOWN},
	{"IrDA", 0xfe, 0x02, 0x00, CLASS_UNKNOWN},
	{"vendor class", 0xff, 0x00, 0x00, CLASS_VENDOR},
	{"Android debug bridge", 0xff, 0x42, 0x01, CLASS_PHONE},
	{"between bridge and fastboot", 0xff, 0x42, 0x02, CLASS_VENDOR},
	{"fastboot", 0xff, 0x42, 0x03, CLASS_PHONE},
};

static void the_three_bytes_of_an_interface_give_its_class(void **state)
{
	for (size_t i = 0; i < sizeof(code_rows) / sizeof(code_rows[0]); i++) {
		const struct code_row *row = &code_rows[i];
		enum device_class found =
			device_class_of_interface(row->class, row->subclass, row->protocol);

		if (found != row->expected)
			fail_msg("%s: %s, expected %s", row->name, device_class_name(found),
				device_class_name(row->expected));
	}
}

static void no_code_reaches_a_class_that_usb_does_not_have(void **state)
{
	for (unsigned code = 0; code < 1u << 24; code++) {
		enum device_class found = device_class_of_interface(
			(uint8_t)(code >> 16), (uint8_t)(code >> 8), (uint8_t)code);

		if (found >= CLASS_COUNT || found == CLASS_NVME || found == CLASS_LOOP ||
			found == CLASS_SD_CARD || found == CLASS_SATA_EXTERNAL ||
			found == CLASS_THUNDERBOLT || found == CLASS_FIREWIRE)
			fail_msg("%06x is of class %d", code, found);
		if (code >> 16 == 0x08 && device_class_group(found) != CLASS_GROUP_STORAGE)
			fail_msg("%06x is no storage", code);
		if (code >> 16 == 0x03 && device_class_group(found) != CLASS_GROUP_INPUT)
			fail_msg("%06x is no input", code);
		if (code >> 16 != 0x03 && device_class_group(found) == CLASS_GROUP_INPUT)
			fail_msg("%06x is input", code);
	}
}

static void every_class_comes_back_from_its_word(void **state)
{
	for (unsigned i = 0; i < CLASS_COUNT; i++) {
		enum device_class found = CLASS_COUNT;

		assert_int_equal(
			device_class_from_name(device_class_name((enum device_class)i), &found), 0);
		assert_int_equal(found, i);
	}
	assert_null(device_class_name(CLASS_COUNT));
}

static void an_unknown_word_leaves_the_output_alone(void **state)
{
	enum device_class found = CLASS_HUB;

	assert_int_equal(device_class_from_name("usb-stick", &found), -EINVAL);
	assert_int_equal(found, CLASS_HUB);
}

static void no_two_classes_are_equally_dangerous(void **state)
{
	for (unsigned i = 0; i < CLASS_COUNT; i++)
		for (unsigned j = 0; j < i; j++)
			assert_int_not_equal(device_class_danger((enum device_class)i),
				device_class_danger((enum device_class)j));
}

/* Each is more dangerous than the next. */
static const enum device_class danger_order[] = {CLASS_COUNT, CLASS_USB_STORAGE, CLASS_OPTICAL,
	CLASS_FLOPPY, CLASS_PHONE, CLASS_USB_NETWORK, CLASS_MODEM, CLASS_WIRELESS, CLASS_BLUETOOTH,
	CLASS_UNKNOWN, CLASS_VENDOR, CLASS_SERIAL, CLASS_PRINTER, CLASS_CARD_READER, CLASS_KEYBOARD,
	CLASS_POINTER, CLASS_HUB};

static void storage_is_worst_and_input_and_hub_are_least(void **state)
{
	for (size_t i = 1; i < sizeof(danger_order) / sizeof(danger_order[0]); i++)
		assert_true(device_class_danger(danger_order[i - 1]) >
			    device_class_danger(danger_order[i]));
	assert_int_equal(device_class_danger(CLASS_HUB), 0);
	assert_int_equal(device_class_danger(CLASS_POINTER), 1);
	assert_int_equal(device_class_danger(CLASS_KEYBOARD), 2);
}

static const struct group_row {
	enum device_class device_class;
	enum device_class_group group;
	int can_be_read_only;
} group_rows[] = {
	{CLASS_USB_STORAGE, CLASS_GROUP_STORAGE, 1},
	{CLASS_SD_CARD, CLASS_GROUP_STORAGE, 1},
	{CLASS_OPTICAL, CLASS_GROUP_STORAGE, 1},
	{CLASS_FLOPPY, CLASS_GROUP_STORAGE, 1},
	{CLASS_NVME, CLASS_GROUP_STORAGE, 1},
	{CLASS_THUNDERBOLT, CLASS_GROUP_STORAGE, 0},
	{CLASS_PHONE, CLASS_GROUP_PHONE, 0},
	{CLASS_USB_NETWORK, CLASS_GROUP_NETWORK, 0},
	{CLASS_WIRELESS, CLASS_GROUP_NETWORK, 0},
	{CLASS_BLUETOOTH, CLASS_GROUP_NETWORK, 0},
	{CLASS_MODEM, CLASS_GROUP_NETWORK, 0},
	{CLASS_SERIAL, CLASS_GROUP_PLAIN, 0},
	{CLASS_KEYBOARD, CLASS_GROUP_INPUT, 0},
	{CLASS_POINTER, CLASS_GROUP_INPUT, 0},
	{CLASS_HUB, CLASS_GROUP_PLAIN, 0},
	{CLASS_UNKNOWN, CLASS_GROUP_PLAIN, 0},
	{CLASS_VENDOR, CLASS_GROUP_PLAIN, 0},
	{CLASS_COUNT, CLASS_GROUP_STORAGE, 0},
};

static void each_class_is_in_its_group_and_only_media_can_be_read_only(void **state)
{
	for (size_t i = 0; i < sizeof(group_rows) / sizeof(group_rows[0]); i++) {
		const struct group_row *row = &group_rows[i];

		assert_int_equal(device_class_group(row->device_class), row->group);
		assert_int_equal(
			device_class_can_be_read_only(row->device_class), row->can_be_read_only);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_three_bytes_of_an_interface_give_its_class),
		cmocka_unit_test(no_code_reaches_a_class_that_usb_does_not_have),
		cmocka_unit_test(every_class_comes_back_from_its_word),
		cmocka_unit_test(an_unknown_word_leaves_the_output_alone),
		cmocka_unit_test(no_two_classes_are_equally_dangerous),
		cmocka_unit_test(storage_is_worst_and_input_and_hub_are_least),
		cmocka_unit_test(each_class_is_in_its_group_and_only_media_can_be_read_only),
	};

	return cmocka_run_group_tests_name("device_class", tests, NULL, NULL);
}
