/* The requests of a terminal: how many a person may have, which go, and the file of one. */
#include <errno.h>

#include "tests/unit/fixture.h"

#include "agent/exemption_requests.h"

#define NOW  1800000000
#define HOUR 3600

static struct request_entry entry_of(unsigned number, uint32_t uid, enum request_phase phase)
{
	struct request_entry entry = {
		.phase = phase,
		.uid = uid,
		.method = EXEMPTION_METHOD_SCREEN,
		.asked_s = NOW,
		.decided_s = phase == REQUEST_OPEN ? 0 : NOW,
		.record = 1234,
		.request =
			{
				.header = {.site = "tosu",
					.tier = "my-number",
					.epoch = 1,
					.issued = NOW},
				.terminal = "desk-17",
				.requester = "tanaka",
				.medium = {.kind = EXEMPTION_MEDIUM_REGISTERED,
					.number = "M-00123"},
				.use = {.access = VERDICT_READ_ONLY, .duration_s = 1800},
				.form = {.purpose = "予算; 100 %"},
			},
	};

	snprintf(entry.request.id, sizeof(entry.request.id), "E-%08u", number);
	return entry;
}

static int set_up(void **state)
{
	static struct requests requests;

	*state = &requests;
	return requests_init(&requests);
}

static int tear_down(void **state)
{
	requests_clear(*state);
	return 0;
}

static void add(struct requests *requests, unsigned number, uint32_t uid, enum request_phase phase,
	int64_t asked_s)
{
	struct request_entry entry = entry_of(number, uid, phase);

	entry.asked_s = asked_s;
	entry.decided_s = phase == REQUEST_OPEN ? 0 : asked_s;
	requests_add(requests, &entry);
}

static void a_person_has_five_open_requests_at_most(void **state)
{
	struct requests *requests = *state;

	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(requests_may_ask(requests, 1000, NOW), REQUEST_MAY);
		add(requests, i, 1000, REQUEST_OPEN, NOW - 2 * HOUR);
	}
	assert_int_equal(requests_may_ask(requests, 1000, NOW), REQUEST_TOO_MANY_OPEN);
	assert_int_equal(requests_may_ask(requests, 1001, NOW), REQUEST_MAY);
	assert_int_equal(requests_open(requests), 5);
	requests_find(requests, "E-00000002")->phase = REQUEST_GRANTED;
	assert_int_equal(requests_may_ask(requests, 1000, NOW), REQUEST_MAY);
}

static void a_person_asks_ten_times_an_hour_at_most(void **state)
{
	struct requests *requests = *state;

	for (unsigned i = 0; i < 10; i++)
		add(requests, i, 1000, REQUEST_WITHDRAWN, NOW - HOUR + 1);
	assert_int_equal(requests_may_ask(requests, 1000, NOW), REQUEST_TOO_FAST);
	assert_int_equal(requests_may_ask(requests, 1001, NOW), REQUEST_MAY);
	assert_int_equal(requests_may_ask(requests, 1000, NOW + 1), REQUEST_MAY);
}

static void a_clock_that_was_ahead_and_is_set_right_counts_them_all(void **state)
{
	struct requests *requests = *state;

	for (unsigned i = 0; i < 10; i++)
		add(requests, i, 1000, REQUEST_WITHDRAWN, NOW + 365 * 24 * HOUR);
	assert_int_equal(requests_may_ask(requests, 1000, NOW), REQUEST_TOO_FAST);
	assert_null(requests_superfluous(requests, NOW));
}

static void the_oldest_that_is_decided_makes_room(void **state)
{
	struct requests *requests = *state;

	for (unsigned i = 0; i < REQUESTS_MAX; i++)
		add(requests, i, 1000 + i, i == 7 ? REQUEST_REFUSED : REQUEST_OPEN,
			NOW - 2 * HOUR - i);
	assert_int_equal(requests_may_ask(requests, 1, NOW), REQUEST_MAY);
	assert_string_equal(requests_superfluous(requests, NOW)->request.id, "E-00000007");
	requests_remove(requests, requests_superfluous(requests, NOW));
	assert_null(requests_find(requests, "E-00000007"));
	assert_non_null(requests_find(requests, "E-00000063"));
	assert_null(requests_superfluous(requests, NOW));
	add(requests, 99, 1, REQUEST_OPEN, NOW);
	assert_int_equal(requests_may_ask(requests, 2, NOW), REQUEST_TOO_MANY);
}

static void none_is_kept_for_ever(void **state)
{
	struct requests *requests = *state;

	add(requests, 1, 1000, REQUEST_GRANTED, NOW);
	add(requests, 2, 1000, REQUEST_OPEN, NOW);
	assert_null(requests_superfluous(requests, NOW + REQUEST_KEPT_S - 1));
	assert_null(requests_unanswered(requests, NOW + REQUEST_KEPT_S - 1));
	assert_string_equal(
		requests_superfluous(requests, NOW + REQUEST_KEPT_S)->request.id, "E-00000001");
	assert_string_equal(
		requests_unanswered(requests, NOW + REQUEST_KEPT_S)->request.id, "E-00000002");
}

static void a_request_is_found_again_in_its_file(void **state)
{
	struct request_entry entry = entry_of(1, 4294967295u, REQUEST_REFUSED), read;
	char *text = NULL;
	size_t size;

	snprintf(entry.text, sizeof(entry.text), "先に登録; 100%%");
	assert_int_equal(request_encode(&entry, &text, &size), 0);
	assert_true(size < REQUEST_FILE_SIZE);
	assert_int_equal(request_decode(text, size, &read), 0);
	assert_int_equal(read.phase, REQUEST_REFUSED);
	assert_int_equal(read.uid, 4294967295u);
	assert_int_equal(read.method, EXEMPTION_METHOD_SCREEN);
	assert_int_equal(read.asked_s, NOW);
	assert_int_equal(read.decided_s, NOW);
	assert_int_equal(read.record, 1234);
	assert_string_equal(read.text, entry.text);
	assert_string_equal(read.request.id, "E-00000001");
	assert_string_equal(read.request.form.purpose, "予算; 100 %");
	assert_int_equal(read.request.use.duration_s, 1800);
	free(text);
}

static void a_file_that_is_not_whole_is_not_believed(void **state)
{
	struct request_entry entry = entry_of(1, 1000, REQUEST_OPEN), read = {.uid = 7};
	char *text = NULL;
	size_t size;

	assert_int_equal(request_encode(&entry, &text, &size), 0);
	for (size_t i = 0; i < size; i += 7) {
		text[i] ^= 1;
		assert_int_equal(request_decode(text, size, &read), -EBADMSG);
		text[i] ^= 1;
	}
	for (size_t cut = 0; cut < size; cut += 11) {
		char *part = strndup(text, cut);

		assert_int_equal(request_decode(part, cut, &read), -EBADMSG);
		free(part);
	}
	assert_int_equal(read.uid, 7);
	free(text);
}

static void a_request_that_no_reader_takes_is_not_written(void **state)
{
	struct request_entry entry = entry_of(1, 1000, REQUEST_OPEN);
	char *text = NULL;
	size_t size;

	entry.request.use.duration_s = 0;
	assert_int_equal(request_encode(&entry, &text, &size), -EBADMSG);
	assert_null(text);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_person_has_five_open_requests_at_most),
		TEST(a_person_asks_ten_times_an_hour_at_most),
		TEST(a_clock_that_was_ahead_and_is_set_right_counts_them_all),
		TEST(the_oldest_that_is_decided_makes_room),
		TEST(none_is_kept_for_ever),
		cmocka_unit_test(a_request_is_found_again_in_its_file),
		cmocka_unit_test(a_file_that_is_not_whole_is_not_believed),
		cmocka_unit_test(a_request_that_no_reader_takes_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
