/* HID report descriptors: who can press a key, who only points, and who tries to hide it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "policy/hid_report.h"

#define REPORT_TEXT_MAX 256

struct row {
	const char *name;
	const char *report;   /* hexadecimal bytes; spaces do not count */
	const char *expected; /* which of k(eyboard) p(ointer) o(ther) m(alformed) are set */
};

static size_t report_bytes(const char *text, uint8_t bytes[REPORT_TEXT_MAX])
{
	size_t size = 0;

	while (*text) {
		char digits[3] = "";

		if (*text == ' ') {
			text++;
			continue;
		}
		memcpy(digits, text, 2);
		bytes[size++] = (uint8_t)strtoul(digits, NULL, 16);
		text += 2;
	}
	return size;
}

static void check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint8_t bytes[REPORT_TEXT_MAX];
		size_t size = report_bytes(rows[i].report, bytes);
		struct hid_usages usages;
		char found[8];

		memset(&usages, 0xff, sizeof(usages));
		hid_report_parse(bytes, size, &usages);
		snprintf(found, sizeof(found), "%s%s%s%s", usages.has_keyboard ? "k" : "",
			usages.has_pointer ? "p" : "", usages.has_other ? "o" : "",
			usages.is_malformed ? "m" : "");
		if (strcmp(found, rows[i].expected) != 0)
			fail_msg("%s: \"%s\", expected \"%s\"", rows[i].name, found,
				rows[i].expected);
	}
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof((rows)[0]))

/* Three buttons, X, Y and a wheel, within an application that the row opens and closes. */
#define POINTING \
	"0901 a100 0509 1901 2903 1500 2501 9503 7501 8102 9501 7505 8103 " \
	"0501 0930 0931 0938 1581 257f 7508 9503 8106 c0 "

static const struct row device_rows[] = {
	{"keyboard",
		"0501 0906 a101 0507 19e0 29e7 1500 2501 7501 9508 8102 9501 7508 8103 "
		"0508 1901 2905 9102 9506 7508 2565 0507 1900 2965 8100 c0",
		"ko"},
	{"keypad without fields", "0501 0907 a101 c0", "k"},
	{"mouse", "0501 0902 a101 " POINTING "c0", "p"},
	{"pointer", "0501 0901 a101 " POINTING "c0", "p"},
	{"joystick", "0501 0904 a101 0901 a100 0930 0931 8102 c0 c0", "o"},
	{"touch pad with a certificate in a feature report",
		"050d 0905 a101 0922 a102 0942 8102 0501 0930 8102 c0 0600ff 09c5 b102 c0", "p"},
	{"mouse with a sideways wheel", "0501 0902 a101 " POINTING "050c 0a3802 8106 c0", "p"},
	{"mouse with a calculator key", "0501 0902 a101 " POINTING "050c 0a9201 8106 c0", "po"},
	{"mouse with a power key", "0501 0902 a101 " POINTING "0501 0981 8106 c0", "po"},
	{"mouse with keys of a vendor page", "0501 0902 a101 " POINTING "0600ff 0921 8102 c0",
		"po"},
	{"mouse and keyboard in one",
		"0501 0902 a101 " POINTING "c0 0906 a101 0507 1904 2965 8100 c0", "kpo"},
	{"mouse and media keys in one", "0501 0902 a101 " POINTING "c0 050c 0901 a101 09e9 8102 c0",
		"po"},
	{"mouse and a vendor collection", "0501 0902 a101 " POINTING "c0 0600ff 0901 a101 c0",
		"po"},
	{"buttons of a headset", "050c 0901 a101 09e9 09ea 8102 c0", "o"},
};

static void a_device_is_what_its_collections_and_fields_are(void **state)
{
	CHECK(device_rows);
}

static const struct row hiding_rows[] = {
	{"keys in a mouse", "0501 0902 a101 " POINTING "0507 1904 2965 8100 c0", "kpo"},
	{"keys in an output", "0501 0902 a101 " POINTING "0507 0904 9102 c0", "kp"},
	{"keys in a feature", "0501 0902 a101 " POINTING "0507 0904 b102 c0", "kp"},
	{"keys by a 32-bit usage", "0501 0902 a101 " POINTING "0b04000700 8102 c0", "kpo"},
	{"another page by a 32-bit usage", "0501 0902 a101 " POINTING "0b30000100 8102 c0", "p"},
	{"keys outside of any collection", "0507 1904 2965 8100", "ko"},
	{"the page after the usage", "0501 0902 a101 0904 0507 8100 c0", "kpo"},
	{"the page before, and taken back", "0501 0902 a101 0507 0904 0509 8100 c0", "kpo"},
	{"the page from the stack", "0507 a4 0501 0902 a101 b4 0904 8102 c0", "kpo"},
	{"a keyboard by a later page", "050c 0906 0501 a101 c0", "k"},
	{"a keyboard by an earlier page", "0501 0906 050c a101 c0", "k"},
	{"a keyboard by a 32-bit usage", "050c 0b06000100 a101 c0", "k"},
	{"a keyboard that is no application", "0501 0902 a101 0906 a100 c0 c0", "kp"},
	{"a keyboard as the second usage", "0501 0902 0906 a101 c0", "k"},
	{"a keyboard within a range", "0501 1901 2907 a101 c0", "k"},
	{"a range that ends before it", "0501 1901 2902 a101 c0", "p"},
	{"a maximum without a minimum, from the power key down",
		"0501 0902 a101 050c 2a3802 8102 c0", "po"},
	{"a minimum before another usage", "0501 0902 a101 0501 1930 0931 2990 8102 c0", "po"},
	{"a maximum below its minimum", "0501 0902 a101 0509 1903 2901 8102 c0", "po"},
	{"a maximum on another page", "0501 0902 a101 0509 1901 0501 2903 8102 c0", "po"},
	{"a minimum and a maximum with a page of their own",
		"0501 0902 a101 1b30000100 2b31000100 8102 c0", "p"},
	{"a maximum with a page of its own", "0501 0902 a101 1930 2b31000100 8102 c0", "po"},
	{"a minimum with a page of its own", "0501 0902 a101 1b30000100 2931 8102 c0", "po"},
	{"a digitizer by an earlier page", "050d 0902 050c a101 c0", "o"},
	{"an application of usage 0", "0501 0900 a101 c0", "o"},
	{"a controller of many axes", "0501 0908 a101 c0", "o"},
	{"a range up to the power key", "0501 0902 a101 1930 2981 8102 c0", "po"},
	{"a range up to the last axis", "0501 0902 a101 1930 297f 8102 c0", "p"},
	{"the wheel at the end of a range of keys", "0501 0902 a101 050c 1900 2a3802 8102 c0",
		"po"},
	{"the wheel in a range of keys", "0501 0902 a101 050c 1a3802 2a3902 8102 c0", "po"},
	{"a mouse inside a keyboard", "0501 0906 a101 0902 a101 0930 8102 c0 c0", "kp"},
	{"a group inside a keyboard", "0501 0906 a101 0901 a100 0930 8102 c0 c0", "ko"},
	{"a maximum without a minimum opens a mouse", "0501 0902 2906 a101 c0", "o"},
	{"an application inside a mouse", "0501 0902 a101 050c 0901 a101 c0 c0", "po"},
	{"a field after the mouse was closed", "0501 0902 a101 c0 0509 0901 8102", "po"},
	{"an application of no usage", "0501 a101 0930 8102 c0", "o"},
	{"padding of the keyboard page", "0501 0902 a101 0507 7508 9501 8101 c0", "p"},
	{"a group outside of any application", "0501 0902 a100 0930 8102 c0", "o"},
	{"nothing but sizes", "7508 9501", ""},
};

static void a_key_is_seen_wherever_it_hides(void **state)
{
	CHECK(hiding_rows);
}

static const struct row malformed_rows[] = {
	{"nothing", "", "m"},
	{"a collection left open", "0501 0902 a101", "pm"},
	{"a collection closed", "0501 0902 a101 c0", "p"},
	{"a collection closed twice", "0501 0902 a101 c0 c0", "pm"},
	{"an item cut off", "0501 0902 a101 c0 05", "pm"},
	{"a 32-bit item cut off", "0501 0902 a101 c0 07 010000", "pm"},
	{"a 32-bit item whole", "0501 0902 a101 c0 07 01000000", "p"},
	{"a long item", "0501 0902 a101 c0 fe 00 10", "pm"},
	{"a pop too many", "0501 0902 a101 c0 b4", "pm"},
	{"a push and a pop", "0501 0902 a101 c0 a4 b4", "p"},
	{"four pushes", "0501 0902 a101 c0 a4a4a4a4", "p"},
	{"five pushes", "0501 0902 a101 c0 a4a4a4a4a4", "pm"},
};

static void what_the_kernel_would_not_parse_is_malformed(void **state)
{
	CHECK(malformed_rows);
}

static void more_than_the_kernel_reads_is_malformed(void **state)
{
	static uint8_t bytes[HID_REPORT_SIZE_MAX + 1]; /* items of no size and no meaning */
	struct hid_usages usages;

	hid_report_parse(bytes, HID_REPORT_SIZE_MAX, &usages);
	assert_false(usages.is_malformed);
	hid_report_parse(bytes, HID_REPORT_SIZE_MAX + 1, &usages);
	assert_true(usages.is_malformed);
}

/* Opens mouse collections within each other, count of them, and closes them. */
static size_t nested_mice(uint8_t *bytes, size_t count)
{
	size_t size = 0;

	for (size_t i = 0; i < count; i++) {
		const uint8_t open[6] = {0x05, 0x01, 0x09, 0x02, 0xa1, 0x01};

		memcpy(bytes + size, open, sizeof(open));
		size += sizeof(open);
	}
	memset(bytes + size, 0xc0, count);
	return size + count;
}

static void collections_deeper_than_there_is_room_for_are_malformed(void **state)
{
	uint8_t bytes[65 * 7];
	struct hid_usages usages;

	hid_report_parse(bytes, nested_mice(bytes, 64), &usages);
	assert_false(usages.is_malformed);
	hid_report_parse(bytes, nested_mice(bytes, 65), &usages);
	assert_true(usages.is_malformed);
}

/* A mouse with one field of count usages, X each. */
static size_t many_usages(uint8_t *bytes, size_t count)
{
	const uint8_t open[6] = {0x05, 0x01, 0x09, 0x02, 0xa1, 0x01};
	const uint8_t close[3] = {0x81, 0x02, 0xc0};
	size_t size = sizeof(open);

	memcpy(bytes, open, sizeof(open));
	for (size_t i = 0; i < count; i++) {
		bytes[size++] = 0x09;
		bytes[size++] = 0x30;
	}
	memcpy(bytes + size, close, sizeof(close));
	return size + sizeof(close);
}

static void usages_beyond_the_room_for_them_may_be_keys(void **state)
{
	uint8_t bytes[256];
	struct hid_usages usages;

	hid_report_parse(bytes, many_usages(bytes, 64), &usages);
	assert_int_equal(hid_usages_class(&usages), CLASS_POINTER);
	hid_report_parse(bytes, many_usages(bytes, 65), &usages);
	assert_int_equal(hid_usages_class(&usages), CLASS_KEYBOARD);
}

static const struct class_row {
	struct hid_usages usages;
	enum device_class expected;
} class_rows[] = {
	{{.has_pointer = true}, CLASS_POINTER},
	{{.has_pointer = true, .has_keyboard = true}, CLASS_KEYBOARD},
	{{.has_pointer = true, .has_other = true}, CLASS_KEYBOARD},
	{{.has_pointer = true, .is_malformed = true}, CLASS_KEYBOARD},
	{{.has_keyboard = true}, CLASS_KEYBOARD},
	{{.has_other = true}, CLASS_KEYBOARD},
	{{.has_pointer = false}, CLASS_KEYBOARD},
};

static void only_what_points_and_nothing_else_is_a_pointer(void **state)
{
	for (size_t i = 0; i < sizeof(class_rows) / sizeof(class_rows[0]); i++)
		assert_int_equal(hid_usages_class(&class_rows[i].usages), class_rows[i].expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_is_what_its_collections_and_fields_are),
		cmocka_unit_test(a_key_is_seen_wherever_it_hides),
		cmocka_unit_test(what_the_kernel_would_not_parse_is_malformed),
		cmocka_unit_test(more_than_the_kernel_reads_is_malformed),
		cmocka_unit_test(collections_deeper_than_there_is_room_for_are_malformed),
		cmocka_unit_test(usages_beyond_the_room_for_them_may_be_keys),
		cmocka_unit_test(only_what_points_and_nothing_else_is_a_pointer),
	};

	return cmocka_run_group_tests_name("hid_report", tests, NULL, NULL);
}
