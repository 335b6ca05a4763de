/* What this version makes of read-only: nothing gets in that way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "policy/enforced.h"
#include "tests/unit/decision_text.h"
#include "tests/unit/usb_builder.h"

static const char *judge(const char *rules, const char *device)
{
	static struct usb_builder builder;
	static char text[512];
	struct device_decision decision;
	struct usb_facts *usb = NULL;
	struct device_facts facts = {};
	struct policy policy;

	policy_text(rules, &policy);
	usb_builder_text(&builder, device);
	assert_int_equal(usb_facts_parse(builder.bytes, builder.size, &usb), 0);
	facts.usb = usb;
	decide_enforced(&policy, &facts, &decision);
	decision_text(&decision, text, sizeof(text));
	usb_facts_free(usb);
	policy_text_free(&policy);
	return text;
}

static void what_is_allowed_or_blocked_stays_so(void **state)
{
	assert_string_equal(
		judge("keyboard=allow usb-storage=block", "0001:0001 03/01/01 08/06/50"),
		"allow c1 usb-storage class-rule: 1.0 allow keyboard class-rule, "
		"1.1 block usb-storage class-rule");
}

static void what_is_read_only_is_refused(void **state)
{
	assert_string_equal(judge("usb-storage=read-only", "0001:0001 08/06/50"),
		"block c0 usb-storage read-only-unsupported: "
		"1.0 block usb-storage read-only-unsupported");
}

static void a_keyboard_beside_what_is_read_only_works(void **state)
{
	assert_string_equal(
		judge("keyboard=allow usb-storage=read-only", "0001:0001 03/01/01 08/06/50"),
		"allow c1 usb-storage read-only-unsupported: 1.0 allow keyboard class-rule, "
		"1.1 block usb-storage read-only-unsupported");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_allowed_or_blocked_stays_so),
		cmocka_unit_test(what_is_read_only_is_refused),
		cmocka_unit_test(a_keyboard_beside_what_is_read_only_works),
	};

	return cmocka_run_group_tests_name("enforced", tests, NULL, NULL);
}
