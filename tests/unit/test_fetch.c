#include "tests/unit/fixture.h"

#include "agent/fetch_names.h"
#include "agent/fetch_pace.h"
#include "agent/fetch_seen.h"

static void only_whole_lines_hurry(void **state)
{
	static const struct {
		const char *text;
		struct fetch_wish wish;
	} rows[] = {
		{"waiting\n", {FETCH_WAITING, 0}},
		{"active\n", {FETCH_ACTIVE, 0}},
		{"idle\n", {FETCH_IDLE, 0}},
		{"waiting\nevent 12\n", {FETCH_WAITING, 12}},
		{"idle\nevent 18446744073709551615\n", {FETCH_IDLE, UINT64_MAX}},
		{"waiting\nevent 18446744073709551616\n", {}},
		{"waiting\nevent 012\n", {}},
		{"waiting\nevent -1\n", {}},
		{"waiting\nevent 1", {}},
		{"waiting\nevent \n", {}},
		{"waiting\nevent 1\n\n", {}},
		{"waiting\nevents 1\n", {}},
		{"waiting", {}},
		{"waiting \n", {}},
		{"WAITING\n", {}},
		{"waiting\nactive\n", {}},
		{"\n", {}},
		{"", {}},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fetch_wish wish = fetch_wish_parse(rows[i].text, strlen(rows[i].text));

		if (wish.pace != rows[i].wish.pace || wish.events != rows[i].wish.events)
			fail_msg("'%s'", rows[i].text);
	}
}

static void what_is_wished_is_read_as_it_was_written(void **state)
{
	static const struct fetch_wish rows[] = {
		{FETCH_IDLE, 0}, {FETCH_WAITING, 7}, {FETCH_ACTIVE, UINT64_MAX}};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[FETCH_WISH_SIZE];
		struct fetch_wish again;

		fetch_wish_format(&rows[i], text);
		again = fetch_wish_parse(text, strlen(text));
		assert_int_equal(again.pace, rows[i].pace);
		assert_true(again.events == rows[i].events);
	}
}

static void only_who_begins_to_wait_is_news(void **state)
{
	static const struct {
		struct fetch_wish before, after;
		bool is_news;
	} rows[] = {
		{{FETCH_IDLE, 3}, {FETCH_IDLE, 3}, false},
		{{FETCH_IDLE, 3}, {FETCH_IDLE, 4}, true},
		{{FETCH_IDLE, 3}, {FETCH_WAITING, 3}, true},
		{{FETCH_IDLE, 3}, {FETCH_ACTIVE, 3}, true},
		{{FETCH_WAITING, 3}, {FETCH_ACTIVE, 3}, true},
		{{FETCH_WAITING, 3}, {FETCH_WAITING, 3}, false},
		{{FETCH_WAITING, 3}, {FETCH_IDLE, 3}, false},
		/* sekishod was started anew. */
		{{FETCH_IDLE, 3}, {FETCH_IDLE, 0}, false},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (fetch_wish_is_news(&rows[i].before, &rows[i].after) != rows[i].is_news)
			fail_msg("row %zu", i);
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
		cmocka_unit_test(only_whole_lines_hurry),
		cmocka_unit_test(what_is_wished_is_read_as_it_was_written),
		cmocka_unit_test(only_who_begins_to_wait_is_news),
		cmocka_unit_test(terminals_do_not_ask_together),
		cmocka_unit_test(a_file_is_copied_when_it_was_the_same_in_two_looks),
		cmocka_unit_test(each_fact_alone_tells_two_files_apart),
		cmocka_unit_test(names_have_their_sizes),
		cmocka_unit_test(only_plain_names_go_up),
		cmocka_unit_test(of_many_roots_the_newest_are_kept_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
