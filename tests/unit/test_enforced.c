/* What this version can make true of a policy: what it cannot keep read-only it blocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "policy/enforced.h"
#include "policy/policy.h"
#include "tests/unit/decision_text.h"
#include "tests/unit/usb_builder.h"

/* Of all that a policy can set to read-only, what this version keeps so. Not CDs: nothing stops the
 * commands that write them. */
static void disks_on_usb_are_kept_read_only_and_nothing_else(void **state)
{
	for (unsigned i = 0; i <= CLASS_COUNT; i++)
		assert_int_equal(enforced_read_only(i), i == CLASS_USB_STORAGE);
}

static void a_rule_is_kept_where_it_lists_disks_alone(void **state)
{
	static const struct {
		struct interface_pattern patterns[3];
		size_t n;
		bool is_kept;
	} lists[] = {
		{{{.bytes = {0x08}, .n_bytes = 1}}, 1, true},
		{{{.bytes = {0x08, 0x06, 0x50}, .n_bytes = 3}}, 1, true},
		{{{.bytes = {0x08, 0x06}, .n_bytes = 2}, {.bytes = {0x08, 0x05}, .n_bytes = 2}}, 2,
			true},
		{{{.bytes = {0x08, 0x02}, .n_bytes = 2}}, 1, false},
		{{{.bytes = {0x08, 0x06}, .n_bytes = 2}, {.bytes = {0x08, 0x04}, .n_bytes = 2}}, 2,
			false},
		{{{.bytes = {0x03}, .n_bytes = 1}}, 1, false},
		{{}, 0, false},
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct device_rule rule = {.access = VERDICT_READ_ONLY, .n_interfaces = lists[i].n};

		memcpy(rule.interfaces, lists[i].patterns, sizeof(lists[i].patterns));
		assert_int_equal(enforced_read_only_rule(&rule), lists[i].is_kept);
	}
}

static void only_what_can_be_read_only_is_kept_so(void **state)
{
	for (unsigned i = 0; i < CLASS_COUNT; i++)
		if (enforced_read_only(i))
			assert_true(device_class_can_be_read_only(i));
}

static const struct enforced_row {
	const char *name, *policy, *device;
	enum device_class device_class; /* of the last interface */
	enum verdict asked;             /* what the policy asks for it */
	enum verdict rest;              /* what the device gets without it */
} rows[] = {
	{"a disk by its class", "usb-storage=read-only", "0951:1666 08/06/50", CLASS_USB_STORAGE,
		VERDICT_READ_ONLY, VERDICT_BLOCK},
	{"a disk that is allowed", "usb-storage=allow", "0951:1666 08/06/50", CLASS_USB_STORAGE,
		VERDICT_ALLOW, VERDICT_BLOCK},
	{"a CD drive by its class", "optical=read-only", "0951:1666 08/02/50", CLASS_OPTICAL,
		VERDICT_READ_ONLY, VERDICT_BLOCK},
	{"a CD drive by a rule for all storage", "[a 1:2 read-only 08]", "0001:0002 08/02/50",
		CLASS_OPTICAL, VERDICT_READ_ONLY, VERDICT_BLOCK},
	{"a CD drive beside a keyboard", "keyboard=allow optical=read-only",
		"0951:1666 03/01/01 08/02/50", CLASS_OPTICAL, VERDICT_READ_ONLY, VERDICT_ALLOW},
	{"a disk by a device rule", "[a 1:2 read-only 08]", "0001:0002 08/06/50", CLASS_USB_STORAGE,
		VERDICT_READ_ONLY, VERDICT_BLOCK},
	{"a registered disk", "usb-storage=block registered=read-only",
		"0951:1666 08/06/50 | medium M-1 0951:1666", CLASS_USB_STORAGE, VERDICT_READ_ONLY,
		VERDICT_BLOCK},
	{"a disk beside a keyboard", "keyboard=allow usb-storage=read-only",
		"0951:1666 03/01/01 08/06/50", CLASS_USB_STORAGE, VERDICT_READ_ONLY, VERDICT_ALLOW},
};

static void decide_row(
	const struct enforced_row *row, bool is_enforced, struct device_decision *ret)
{
	const struct decision_row text = {row->name, row->policy, row->device, ""};

	(is_enforced ? decision_judge_enforced : decision_judge)(&text, ret);
}

static void what_cannot_be_kept_read_only_is_blocked_and_nothing_else(void **state)
{
	static struct device_decision asked, got;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct enforced_row *row = &rows[i];
		bool is_kept =
			row->asked != VERDICT_READ_ONLY || enforced_read_only(row->device_class);
		const struct interface_decision *last;

		decide_row(row, false, &asked);
		decide_row(row, true, &got);
		last = &got.interfaces[got.n_interfaces - 1];
		assert_int_equal(asked.interfaces[asked.n_interfaces - 1].verdict, row->asked);
		assert_int_equal(last->verdict, is_kept ? row->asked : VERDICT_BLOCK);
		assert_int_equal(last->reason.code == REASON_READ_ONLY_UNSUPPORTED, !is_kept);
		assert_int_equal(
			last->reason.line, asked.interfaces[asked.n_interfaces - 1].reason.line);
		if (is_kept)
			continue;
		assert_int_equal(got.verdict, row->rest);
		assert_int_equal(got.configuration, row->rest == VERDICT_BLOCK ? 0 : 1);
		assert_int_equal(got.reason.code, REASON_READ_ONLY_UNSUPPORTED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(disks_on_usb_are_kept_read_only_and_nothing_else),
		cmocka_unit_test(a_rule_is_kept_where_it_lists_disks_alone),
		cmocka_unit_test(only_what_can_be_read_only_is_kept_so),
		cmocka_unit_test(what_cannot_be_kept_read_only_is_blocked_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
