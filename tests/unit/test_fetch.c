#include "tests/unit/fixture.h"

#include "agent/fetch_names.h"
#include "agent/fetch_pace.h"
#include "agent/fetch_seen.h"

static void only_a_whole_word_hurries(void **state)
{
	static const struct {
		const char *text;
		enum fetch_pace pace;
	} rows[] = {
		{"waiting\n", FETCH_WAITING},
		{"active\n", FETCH_ACTIVE},
		{"idle\n", FETCH_IDLE},
		{"waiting", FETCH_IDLE},
		{"waiting \n", FETCH_IDLE},
		{"WAITING\n", FETCH_IDLE},
		{"waiting\nactive\n", FETCH_IDLE},
		{"\n", FETCH_IDLE},
		{"", FETCH_IDLE},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (fetch_pace_parse(rows[i].text, strlen(rows[i].text)) != rows[i].pace)
			fail_msg("'%s'", rows[i].text);
	assert_string_equal(fetch_pace_name(FETCH_WAITING), "waiting");
}

static void terminals_do_not_ask_together(void **state)
{
	static const struct {
		enum fetch_pace pace;
		uint64_t least, most;
	} rows[] = {
		{FETCH_IDLE, 48000, 72000},
		{FETCH_WAITING, 1600, 2400},
		{FETCH_ACTIVE, 4000, 6000},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t least = UINT64_MAX, most = 0;

		for (uint32_t random = 0; random < 30000; random++) {
			uint64_t wait = fetch_pace_wait_ms(rows[i].pace, random);

			least = wait < least ? wait : least;
			most = wait > most ? wait : most;
		}
		assert_int_equal(least, rows[i].least);
		assert_int_equal(most, rows[i].most);
		assert_in_range(fetch_pace_wait_ms(rows[i].pace, UINT32_MAX), least, most);
	}
}

static void a_file_is_copied_when_it_was_the_same_in_two_looks(void **state)
{
	const struct fetch_facts first = {.device = 1, .inode = 2, .size = 3, .modified_ns = 4};
	struct fetch_facts second = first;
	struct fetch_seen seen = {};

	assert_int_equal(fetch_seen_step(&seen, &first), FETCH_WAIT);
	assert_int_equal(fetch_seen_step(&seen, &first), FETCH_COPY);
	/* Copying failed: it is tried again. */
	assert_int_equal(fetch_seen_step(&seen, &first), FETCH_COPY);
	fetch_seen_taken(&seen, &first);
	assert_int_equal(fetch_seen_step(&seen, &first), FETCH_SAME);
	second.changed_ns = 5;
	assert_int_equal(fetch_seen_step(&seen, &second), FETCH_WAIT);
	second.size = 6; /* still being written */
	assert_int_equal(fetch_seen_step(&seen, &second), FETCH_WAIT);
	assert_int_equal(fetch_seen_step(&seen, &second), FETCH_COPY);
	/* It is as it was: nothing waits any more, nor later. */
	assert_int_equal(fetch_seen_step(&seen, &first), FETCH_SAME);
	assert_int_equal(fetch_seen_step(&seen, &second), FETCH_WAIT);
}

static void each_fact_alone_tells_two_files_apart(void **state)
{
	const struct fetch_facts first = {1, 2, 3, 4, 5};
	const struct fetch_facts others[] = {{0, 2, 3, 4, 5}, {1, 0, 3, 4, 5}, {1, 2, 0, 4, 5},
		{1, 2, 3, 0, 5}, {1, 2, 3, 4, 0}};

	for (size_t i = 0; i < COUNT(others); i++) {
		struct fetch_seen seen = {};

		fetch_seen_taken(&seen, &first);
		assert_int_equal(fetch_seen_step(&seen, &first), FETCH_SAME);
		assert_int_equal(fetch_seen_step(&seen, &others[i]), FETCH_WAIT);
	}
}

static void names_have_their_sizes(void **state)
{
	static const struct {
		const char *name;
		size_t size;
	} rows[] = {
		{"policy.ini", 256 * 1024},
		{"root/1.ini", 16 * 1024},
		{"media/ff", 64 * 1024},
		{"media/100", 0},
		{"exemptions.ini", 1024 * 1024},
		{"revocations.ini", 1024 * 1024},
		{"root/../policy.ini", 0},
		{"root/01.ini", 0},
		{".new", 0},
		{"", 0},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (fetch_size_max(rows[i].name) != rows[i].size)
			fail_msg("%s", rows[i].name);
	for (size_t i = 0; fetch_name_single(i); i++)
		assert_true(fetch_size_max(fetch_name_single(i)) > 0);
}

static void only_plain_names_go_up(void **state)
{
	static const struct {
		const char *name;
		bool goes;
	} rows[] = {
		{"request-E-7K3M9Q2X.ini", true},
		{"a", true},
		{"0123456789012345678901234567890123456789012345678901234567890123", true},
		{"01234567890123456789012345678901234567890123456789012345678901234", false},
		{".new", false},
		{"..", false},
		{"-a", false},
		{"a/b", false},
		{"a b", false},
		{"\xe3\x81\x82", false},
		{"", false},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (fetch_may_go_up(rows[i].name) != rows[i].goes)
			fail_msg("%s", rows[i].name);
}

static void of_many_roots_the_newest_are_kept_in_order(void **state)
{
	struct fetch_roots roots = {};

	/* 7 has no common factor with 601: each number once, in no order. */
	for (uint64_t i = 1; i <= 600; i++) {
		fetch_roots_add(&roots, i * 7 % 601);
		fetch_roots_add(&roots, i * 7 % 601);
	}
	assert_int_equal(roots.n, FETCH_ROOTS_MAX);
	for (size_t i = 0; i < roots.n; i++)
		assert_int_equal(roots.numbers[i], 600 - FETCH_ROOTS_MAX + 1 + i);
	assert_true(fetch_roots_has(&roots, 600));
	assert_false(fetch_roots_has(&roots, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_a_whole_word_hurries),
		cmocka_unit_test(terminals_do_not_ask_together),
		cmocka_unit_test(a_file_is_copied_when_it_was_the_same_in_two_looks),
		cmocka_unit_test(each_fact_alone_tells_two_files_apart),
		cmocka_unit_test(names_have_their_sizes),
		cmocka_unit_test(only_plain_names_go_up),
		cmocka_unit_test(of_many_roots_the_newest_are_kept_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
