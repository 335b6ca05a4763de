#include "agent/bus_internal.h"
#include "tests/unit/fixture.h"

static const struct document_header a_root = {.serial = 3, .epoch = 2, .not_after = 99};
static const struct document_header a_list = {.serial = 7};

static struct agent_status a_status(void)
{
	return (struct agent_status){
		.site = "tosu",
		.tier = "my-number",
		.policy = {.serial = 42, .sha256 = {0xab}, .not_after = 5},
		.has_next = true,
		.next = {.serial = 43, .sha256 = {0xcd}, .not_before = 6},
		.root = &a_root,
		.media = &a_list,
		.n_media = 1200,
		.has_fresh = true,
		.fresh = {.age_s = 8, .max_age_s = 9, .root = 10, .policy = 11, .media = 12},
		.devices = 13,
		.devices_refused = 14,
		.other_keyboards = 15,
		.contact = "IT\033",
		.record_sequence = 16,
		.record_sha256 = {0xef},
		.records_missing = 17,
		.problems = {{"policy-expired", "a\033b"}},
		.n_problems = 1,
	};
}

static void each_value_finds_its_place(void **state)
{
	struct agent_status status = a_status();
	struct bus_status read;

	bus_status_fill(&status, &read);
	assert_string_equal(read.version, SEKISHO_VERSION);
	assert_string_equal(read.site, "tosu");
	assert_string_equal(read.tier, "my-number");
	assert_int_equal(read.policy_serial, 42);
	assert_int_equal(strlen(read.policy_sha256), 64);
	assert_memory_equal(read.policy_sha256, "ab00", 4);
	assert_int_equal(read.policy_not_after, 5);
	assert_int_equal(read.next_serial, 43);
	assert_memory_equal(read.next_sha256, "cd00", 4);
	assert_int_equal(read.next_not_before, 6);
	assert_int_equal(read.root_number, 3);
	assert_int_equal(read.root_epoch, 2);
	assert_int_equal(read.root_not_after, 99);
	assert_int_equal(read.media_serial, 7);
	assert_int_equal(read.media, 1200);
	assert_int_equal(read.fresh_age, 8);
	assert_int_equal(read.fresh_max_age, 9);
	assert_int_equal(read.newest_root, 10);
	assert_int_equal(read.newest_policy, 11);
	assert_int_equal(read.newest_media, 12);
	assert_int_equal(read.devices, 13);
	assert_int_equal(read.devices_refused, 14);
	assert_int_equal(read.other_keyboards, 15);
	assert_int_equal(read.record_sequence, 16);
	assert_memory_equal(read.record_sha256, "ef00", 4);
	assert_int_equal(read.records_missing, 17);
	assert_string_equal(read.contact, "IT?");
	assert_int_equal(read.n_problems, 1);
	assert_string_equal(read.problems[0].word, "policy-expired");
	assert_string_equal(read.problems[0].text, "a?b");
}

static void what_is_not_there_is_zero_or_empty(void **state)
{
	struct agent_status status = {.is_builtin = true, .fresh = {.max_age_s = 9, .policy = 1}};
	struct bus_status read;

	memset(&read, 0x55, sizeof(read));
	bus_status_fill(&status, &read);
	assert_string_equal(read.site, "");
	assert_string_equal(read.contact, "");
	assert_string_equal(read.policy_sha256, "");
	assert_string_equal(read.record_sha256, "");
	assert_int_equal(read.is_builtin, 1);
	assert_int_equal(read.next_serial, 0);
	assert_string_equal(read.next_sha256, "");
	assert_int_equal(read.root_number, 0);
	assert_int_equal(read.media_serial, 0);
	assert_int_equal(read.newest_policy, 0); /* never confirmed, whatever else stands there */
	assert_int_equal(read.fresh_max_age, 9); /* of the policy */
	assert_int_equal(read.n_problems, 0);
}

/* The one name that is announced after change() had its way; NULL: none. */
static const char *announced(void (*change)(struct agent_status *status))
{
	struct agent_status status = a_status();
	struct bus_status before, now;
	const char *names[BUS_PROPERTIES_MAX];
	size_t n;

	bus_status_fill(&status, &before);
	change(&status);
	bus_status_fill(&status, &now);
	n = bus_properties_changed(bus_vtable, &before, &now, names);
	assert_null(names[n]);
	assert_true(n <= 1);
	return names[0];
}

static void change_nothing(struct agent_status *status)
{
}

static void change_devices(struct agent_status *status)
{
	status->devices++;
}

static void change_trial(struct agent_status *status)
{
	status->is_on_trial = true;
}

static void change_site(struct agent_status *status)
{
	status->site = "tosv";
}

static void change_end(struct agent_status *status)
{
	status->policy.not_after++;
}

static void change_problem(struct agent_status *status)
{
	status->problems[0].word = "policy-lost";
}

static void change_contact(struct agent_status *status)
{
	status->contact = "somebody else";
}

static void change_head(struct agent_status *status)
{
	status->record_sequence++;
	status->record_sha256[5] = 1;
}

static void change_age(struct agent_status *status)
{
	status->fresh.age_s++;
}

static void what_changed_is_announced_and_nothing_else(void **state)
{
	static const struct {
		const char *expected;
		void (*change)(struct agent_status *status);
	} rows[] = {
		{NULL, change_nothing},
		{"Devices", change_devices},
		{"PolicyIsOnTrial", change_trial},
		{"Site", change_site},
		{"PolicyNotAfter", change_end},
		{"Contact", change_contact},
		{"Problems", change_problem},
		{NULL, change_head},
		{NULL, change_age},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *name = announced(rows[i].change);

		if (!name != !rows[i].expected || (name && strcmp(name, rows[i].expected) != 0))
			fail_msg("row %zu: %s", i, name ? name : "nothing");
	}
}

static void all_that_can_change_at_once_finds_room(void **state)
{
	struct agent_status nothing = {.site = NULL}, status = a_status();
	struct bus_status before, now;
	const char *names[BUS_PROPERTIES_MAX];
	size_t n;

	status.is_on_trial = status.is_builtin = true;
	bus_status_fill(&nothing, &before);
	bus_status_fill(&status, &now);
	n = bus_properties_changed(bus_vtable, &before, &now, names);
	assert_string_equal(names[0], "Site");
	assert_string_equal(names[n - 1], "Problems");
	assert_int_equal(n, 25);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_value_finds_its_place),
		cmocka_unit_test(what_is_not_there_is_zero_or_empty),
		cmocka_unit_test(what_changed_is_announced_and_nothing_else),
		cmocka_unit_test(all_that_can_change_at_once_finds_room),
	};

	return cmocka_run_group_tests_name("bus properties", tests, NULL, NULL);
}
