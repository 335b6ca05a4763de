/* For which devices somebody is sent to ask for permission. */
#include "tests/unit/fixture.h"

#include "agent/cli_may_request.h"

static void only_storage_that_is_nothing_else_may_be_asked_for(void **state)
{
	static const struct {
		const char *classes[2];
		const char *verdicts[2];
		enum reason_code code;
		bool expected;
	} rows[] = {
		{{"usb-storage"}, {"block"}, REASON_CLASS_RULE, true},
		{{"usb-storage", "usb-storage"}, {"block", "block"}, REASON_CLASS_RULE, true},
		{{"usb-storage"}, {"read-only"}, REASON_CLASS_RULE, true},
		{{"usb-storage"}, {"allow"}, REASON_CLASS_RULE, false},
		{{"usb-storage"}, {"allow"}, REASON_EXEMPTION, true},
		{{"keyboard"}, {"block"}, REASON_CLASS_RULE, false},
		{{"usb-storage", "keyboard"}, {"block", "block"}, REASON_CLASS_RULE, false},
		{{"usb-storage", "keyboard"}, {"block", "allow"}, REASON_CLASS_RULE, false},
		{{"optical"}, {"block"}, REASON_CLASS_RULE, false},
		{{NULL}, {NULL}, REASON_NO_INTERFACE, false},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cli_device device = {.verdict = "block", .reason = {.code = rows[i].code}};

		for (size_t k = 0; k < 2 && rows[i].classes[k]; k++) {
			device.interfaces[device.n_interfaces++] = (struct cli_interface){
				.class = rows[i].classes[k], .verdict = rows[i].verdicts[k]};
			if (strcmp(rows[i].verdicts[k], "block") != 0)
				device.verdict = rows[i].verdicts[k];
		}
		if (cli_device_may_be_asked(&device) != rows[i].expected)
			fail_msg("row %zu", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_storage_that_is_nothing_else_may_be_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
