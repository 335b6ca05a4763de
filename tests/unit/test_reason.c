/* Reasons: their stable words, and what people read. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "policy/reason.h"

static const struct row {
	struct reason reason;
	const char *expected;
} rows[] = {
	{{.code = REASON_NOT_JUDGED}, "it was not judged"},
	{{.code = REASON_COUNT}, "it was not judged"},
	{{.code = REASON_CLASS_RULE, .device_class = CLASS_USB_STORAGE, .line = 21},
		"the policy blocks usb-storage (line 21)"},
	{{.code = REASON_CLASS_RULE,
		 .access = VERDICT_ALLOW,
		 .device_class = CLASS_PRINTER,
		 .line = 3},
		"the policy allows printer (line 3)"},
	{{.code = REASON_CLASS_RULE,
		 .access = VERDICT_READ_ONLY,
		 .device_class = CLASS_OPTICAL,
		 .line = 7},
		"the policy allows reading only of optical (line 7)"},
	{{.code = REASON_CLASS_NOT_NAMED, .device_class = CLASS_PHONE},
		"the policy has no rule for phone, so it is blocked"},
	{{.code = REASON_BUILTIN, .device_class = CLASS_VENDOR},
		"no policy was received yet; until then vendor is blocked"},
	{{.code = REASON_BUILTIN, .access = VERDICT_ALLOW, .device_class = CLASS_HUB},
		"no policy was received yet; until then hub is allowed"},
	{{.code = REASON_DEVICE_RULE, .access = VERDICT_ALLOW, .line = 30, .text = "pasori"},
		"[device pasori] allows it (line 30)"},
	{{.code = REASON_DEVICE_RULE, .line = 30, .text = "pasori"},
		"[device pasori] blocks it (line 30)"},
	{{.code = REASON_NOT_LISTED,
		 .device_class = CLASS_USB_STORAGE,
		 .interface = 1,
		 .text = "pasori"},
		"[device pasori] does not list interface 1 (usb-storage)"},
	{{.code = REASON_NOT_ALONE,
		 .device_class = CLASS_PRINTER,
		 .other_class = CLASS_USB_STORAGE,
		 .interface = 2},
		"printer is let in only where nothing else is refused, and usb-storage is beside "
		"it "
		"(interface 2)"},
	{{.code = REASON_NOT_ALONE,
		 .device_class = CLASS_VENDOR,
		 .other_class = CLASS_USB_STORAGE,
		 .configuration = 2,
		 .interface = 0},
		"vendor is let in only where nothing else is refused, and usb-storage is in the "
		"same device (configuration 2, interface 0)"},
	{{.code = REASON_OTHER_CONFIGURATION, .configuration = 2},
		"the device is set to configuration 2 instead"},
	{{.code = REASON_MALFORMED, .number = 27, .text = "one byte left over"},
		"its descriptors cannot be trusted: one byte left over (at byte 27)"},
	{{.code = REASON_NO_INTERFACE}, "it has no interface that could be let in"},
	{{.code = REASON_READ_ONLY_UNSUPPORTED, .device_class = CLASS_USB_STORAGE, .line = 9},
		"read-only is not enforced yet for usb-storage, so it is blocked (line 9)"},
	{{.code = REASON_LAST_INPUT},
		"kept although refused, because nobody could type without it"},
	{{.code = REASON_REPORT_DESCRIPTOR, .device_class = CLASS_KEYBOARD, .line = 4},
		"its report descriptor shows keyboard, which the policy does not allow here "
		"(line 4)"},
	{{.code = REASON_DRIVER, .device_class = CLASS_USB_STORAGE, .text = "uas"},
		"driver uas made it usb-storage, which the policy does not allow here"},
	{{.code = REASON_EXEMPTION, .access = VERDICT_ALLOW, .text = "E-7K3M9Q2X"},
		"the exemption E-7K3M9Q2X allows reading and writing"},
	{{.code = REASON_EXEMPTION, .access = VERDICT_READ_ONLY, .text = "E-7K3M9Q2X"},
		"the exemption E-7K3M9Q2X allows reading only"},
	{{.code = REASON_EXEMPTION_ENDED, .text = "E-7K3M9Q2X"},
		"the exemption E-7K3M9Q2X has ended"},
	{{.code = REASON_EXEMPTION_NOT_YET, .text = "E-7K3M9Q2X"},
		"the exemption E-7K3M9Q2X begins later"},
	{{.code = REASON_EXEMPTION_OFFLINE, .text = "E-7K3M9Q2X"},
		"the exemption E-7K3M9Q2X counts only while the site is heard of"},
	{{.code = REASON_EXEMPTION_ANOTHER_MEDIUM, .text = "E-7K3M9Q2X"},
		"the exemption E-7K3M9Q2X is for another medium than this one"},
	{{.code = REASON_EXEMPTION_FAILED, .text = "E-7K3M9Q2X"},
		"the medium could not be shown for the exemption E-7K3M9Q2X"},
	{{.code = REASON_EXEMPTION_DETACHED, .text = "E-7K3M9Q2X"},
		"the medium of the exemption E-7K3M9Q2X was taken away; plug it in again"},
	{{.code = REASON_EXEMPTION_AMBIGUOUS, .text = "E-7K3M9Q2X"},
		"another device is the same to the exemption E-7K3M9Q2X; unplug one"},
	{{.code = REASON_EXEMPTION_OTHER_USER, .text = "E-7K3M9Q2X"},
		"the exemption E-7K3M9Q2X is not for whoever is at the screen"},
	{{.code = REASON_EXEMPTION_NOT_REDEEMED, .text = "E-7K3M9Q2X"},
		"the code of the exemption E-7K3M9Q2X was not typed yet"},
	{{.code = REASON_REGISTERED_MEDIUM,
		 .access = VERDICT_READ_ONLY,
		 .device_class = CLASS_USB_STORAGE,
		 .line = 40,
		 .text = "M-00123"},
		"the medium M-00123 is registered: read-only (line 40)"},
	{{.code = REASON_CLASS_RULE, .device_class = CLASS_COUNT}, "the policy blocks ?"},
	{{.code = REASON_CLASS_RULE, .access = VERDICT_COUNT, .device_class = CLASS_KEYBOARD},
		"the policy blocks keyboard"},
};

static void each_reason_is_one_plain_sentence(void **state)
{
	unsigned seen = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char buffer[256];
		int length = reason_describe(&rows[i].reason, buffer, sizeof(buffer));

		assert_string_equal(buffer, rows[i].expected);
		assert_int_equal(length, strlen(rows[i].expected));
		seen |= 1u << rows[i].reason.code;
	}
	assert_int_equal(seen, (1u << (REASON_COUNT + 1)) - 1); /* no code without a row */
}

static void a_short_buffer_is_ended_and_the_whole_length_returned(void **state)
{
	const struct reason reason = {.code = REASON_NO_INTERFACE};
	char buffer[8] = "xxxxxxx";

	assert_int_equal(reason_describe(&reason, buffer, sizeof(buffer)), 40);
	assert_string_equal(buffer, "it has ");
}

static void every_code_comes_back_from_its_word(void **state)
{
	for (unsigned i = 0; i < REASON_COUNT; i++) {
		enum reason_code code = REASON_COUNT;

		assert_int_equal(
			reason_code_from_name(reason_code_name((enum reason_code)i), &code), 0);
		assert_int_equal(code, i);
	}
	assert_null(reason_code_name(REASON_COUNT));
}

static void an_unknown_word_leaves_the_output_alone(void **state)
{
	enum reason_code code = REASON_DRIVER;

	assert_int_equal(reason_code_from_name("because", &code), -EINVAL);
	assert_int_equal(code, REASON_DRIVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_reason_is_one_plain_sentence),
		cmocka_unit_test(a_short_buffer_is_ended_and_the_whole_length_returned),
		cmocka_unit_test(every_code_comes_back_from_its_word),
		cmocka_unit_test(an_unknown_word_leaves_the_output_alone),
	};

	return cmocka_run_group_tests_name("reason", tests, NULL, NULL);
}
