#include "tests/unit/fixture.h"

#include "policy/trusted_time.h"

#define DAY   (24 * 3600)
#define YEAR  (365 * DAY)
#define MARCH ((int64_t)1772323200) /* 2026-03-01, when the root was issued */
#define BOOT  ((uint64_t)5000)

static const struct document_header root = {
	.kind = DOCUMENT_ROOT,
	.epoch = 1,
	.serial = 1,
	.issued = MARCH,
	.not_before = MARCH,
	.not_after = MARCH + 5 * YEAR,
};

static struct trusted_time begun(int64_t saved_s, uint32_t saved_epoch)
{
	struct trusted_time time;
	const struct trusted_time_saved saved = {.floor_s = saved_s, .epoch = saved_epoch};

	memset(&time, 0xff, sizeof(time));
	trusted_time_begin(&time, &saved, &root, BOOT);
	return time;
}

static struct document_header document(enum document_kind kind, int64_t issued)
{
	return (struct document_header){.kind = kind, .epoch = 1, .serial = 2, .issued = issued};
}

/* The floor after a document was taken on the tenth day, with the clock right. */
static int64_t floor_after(struct document_header taken)
{
	struct trusted_time time = begun(0, 0);
	uint64_t now_ms = BOOT + 10 * DAY * UINT64_C(1000);

	trusted_time_take(&time, &taken, MARCH + 10 * DAY, now_ms);
	return trusted_time_floor(&time, now_ms) - MARCH;
}

static void the_floor_begins_where_it_was_saved(void **state)
{
	static const struct {
		const char *name;
		int64_t saved_s;
		uint32_t epoch;
		int64_t floor_s;
	} rows[] = {
		{"nothing was saved", 0, 0, MARCH},
		{"saved later than the root", MARCH + DAY, 1, MARCH + DAY},
		{"saved earlier than the root", MARCH - DAY, 1, MARCH},
		{"saved past the root's end: time ran on", MARCH + 6 * YEAR, 1, MARCH + 6 * YEAR},
		{"saved under an earlier epoch", MARCH + DAY, 0, MARCH},
		{"saved under a later epoch", MARCH + DAY, 2, MARCH},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct trusted_time time = begun(rows[i].saved_s, rows[i].epoch);

		if (trusted_time_floor(&time, BOOT) != rows[i].floor_s)
			fail_msg("%s", rows[i].name);
		assert_int_equal(time.epoch, 1);
		assert_int_equal(time.ceiling_s, root.not_after);
	}
}

static void a_root_issued_after_its_own_end_lifts_no_further_than_that(void **state)
{
	struct document_header odd = root;
	const struct trusted_time_saved nothing = {0};
	struct trusted_time time;

	odd.issued = odd.not_after + YEAR;
	trusted_time_begin(&time, &nothing, &odd, BOOT);
	assert_int_equal(trusted_time_floor(&time, BOOT), odd.not_after);
}

static void a_document_lifts_the_floor_to_its_day_and_never_lowers_it(void **state)
{
	static const struct {
		const char *name;
		enum document_kind kind;
		int64_t issued, floor; /* after the root's day */
	} rows[] = {
		{"a policy of later", DOCUMENT_POLICY, 12 * DAY, 12 * DAY},
		{"a policy of earlier", DOCUMENT_POLICY, 9 * DAY, 10 * DAY},
		{"a policy of this moment", DOCUMENT_POLICY, 10 * DAY, 10 * DAY},
		{"a policy from past the root's end", DOCUMENT_POLICY, 9 * YEAR, 5 * YEAR},
		{"a policy from the root's end", DOCUMENT_POLICY, 5 * YEAR, 5 * YEAR},
		{"fresh that agrees", DOCUMENT_FRESH, 11 * DAY, 11 * DAY},
		{"fresh a second too late", DOCUMENT_FRESH, 11 * DAY + 1, 10 * DAY},
		{"fresh of yesterday", DOCUMENT_FRESH, 9 * DAY, 10 * DAY},
		{"fresh of ten years later", DOCUMENT_FRESH, 10 * YEAR, 10 * DAY},
		{"a list of media", DOCUMENT_MEDIA, 12 * DAY, 10 * DAY},
		{"tokens", DOCUMENT_TOKENS, 12 * DAY, 10 * DAY},
		{"an exemption of later", DOCUMENT_EXEMPTION, 12 * DAY, 12 * DAY},
		{"an exemption of earlier", DOCUMENT_EXEMPTION, 9 * DAY, 10 * DAY},
		{"an exemption from past the root's end", DOCUMENT_EXEMPTION, 9 * YEAR, 5 * YEAR},
		{"a revocation", DOCUMENT_REVOCATION, 12 * DAY, 10 * DAY},
		{"no document", DOCUMENT_NONE, 12 * DAY, 10 * DAY},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (floor_after(document(rows[i].kind, MARCH + rows[i].issued)) != rows[i].floor)
			fail_msg("%s", rows[i].name);
}

/* The clock was a day ahead or behind, which is agreement; a second more is none. */
static void fresh_counts_only_where_the_clock_agrees(void **state)
{
	static const struct {
		int64_t clock;
		bool lifts;
	} rows[] = {
		{20 * DAY, true},
		{21 * DAY, true},
		{21 * DAY + 1, false},
		{19 * DAY, true},
		{19 * DAY - 1, false},
		{-40 * YEAR, false},
		{INT64_MAX - MARCH, false},
	};
	const struct document_header fresh = document(DOCUMENT_FRESH, MARCH + 20 * DAY);

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct trusted_time time = begun(0, 0);

		trusted_time_take(&time, &fresh, MARCH + rows[i].clock, BOOT);
		assert_int_equal(
			trusted_time_floor(&time, BOOT), rows[i].lifts ? MARCH + 20 * DAY : MARCH);
	}
}

static void only_documents_of_this_epoch_count(void **state)
{
	struct document_header other = document(DOCUMENT_POLICY, MARCH + 100 * DAY);

	assert_int_equal(floor_after(other), 100 * DAY);
	other.epoch = 2;
	assert_int_equal(floor_after(other), 10 * DAY);
	other.epoch = 0;
	assert_int_equal(floor_after(other), 10 * DAY);
}

static struct document_header next_root(uint32_t epoch, int64_t issued, int64_t not_after)
{
	struct document_header next = root;

	next.serial = 2;
	next.epoch = epoch;
	next.issued = MARCH + issued;
	next.not_after = MARCH + not_after;
	return next;
}

static void a_root_of_the_same_epoch_moves_the_end_and_only_lifts(void **state)
{
	struct trusted_time time = begun(MARCH + 100 * DAY, 1);
	const struct document_header next = next_root(1, 50 * DAY, 9 * YEAR);
	const struct document_header policy = document(DOCUMENT_POLICY, MARCH + 20 * YEAR);

	trusted_time_take(&time, &next, MARCH, BOOT);
	assert_int_equal(trusted_time_floor(&time, BOOT), MARCH + 100 * DAY);
	trusted_time_take(&time, &policy, MARCH, BOOT);
	assert_int_equal(trusted_time_floor(&time, BOOT), MARCH + 9 * YEAR);
}

static void a_root_of_a_new_epoch_sets_the_floor_anew(void **state)
{
	struct trusted_time time = begun(MARCH + 5 * YEAR, 1);
	const struct document_header cure = next_root(2, 50 * DAY, 9 * YEAR);
	struct document_header policy = document(DOCUMENT_POLICY, MARCH + 60 * DAY);

	trusted_time_take(&time, &cure, MARCH, BOOT + 1000);
	assert_int_equal(trusted_time_floor(&time, BOOT + 2000), MARCH + 50 * DAY + 1);
	assert_int_equal(time.epoch, 2);
	trusted_time_take(&time, &policy, MARCH, BOOT);
	assert_int_equal(trusted_time_floor(&time, BOOT + 1000), MARCH + 50 * DAY);
	policy.epoch = 2;
	trusted_time_take(&time, &policy, MARCH, BOOT);
	assert_int_equal(trusted_time_floor(&time, BOOT), MARCH + 60 * DAY);
}

static void a_root_of_an_earlier_epoch_changes_nothing(void **state)
{
	struct trusted_time time = begun(0, 0);
	const struct document_header old = next_root(0, 50 * DAY, 9 * YEAR);

	trusted_time_take(&time, &old, MARCH, BOOT);
	assert_int_equal(trusted_time_floor(&time, BOOT), MARCH);
	assert_int_equal(time.epoch, 1);
	assert_int_equal(time.ceiling_s, root.not_after);
}

/* A thousand documents that lift nothing, each between two seconds. */
static void documents_that_lift_nothing_cost_no_time(void **state)
{
	const struct document_header policy = document(DOCUMENT_POLICY, MARCH);
	struct trusted_time time = begun(0, 0);
	uint64_t now_ms = BOOT;

	for (int i = 0; i < 1000; i++) {
		now_ms += 900;
		trusted_time_take(&time, &policy, MARCH, now_ms);
	}
	assert_int_equal(trusted_time_floor(&time, now_ms), MARCH + 900);
}

static void the_later_of_floor_and_clock_is_the_time(void **state)
{
	struct trusted_time time = begun(MARCH + DAY, 1);
	uint64_t hour = BOOT + 3600 * 1000;

	assert_int_equal(trusted_time_now(&time, 0, BOOT), MARCH + DAY);
	assert_int_equal(trusted_time_now(&time, INT64_MIN, hour), MARCH + DAY + 3600);
	assert_int_equal(trusted_time_now(&time, MARCH + YEAR, BOOT), MARCH + YEAR);
	assert_int_equal(trusted_time_floor(&time, BOOT), MARCH + DAY);
	assert_int_equal(trusted_time_floor(&time, hour), MARCH + DAY + 3600);
}

static void what_is_saved_is_the_floor_and_never_the_clock(void **state)
{
	struct trusted_time time = begun(MARCH + DAY, 1);
	struct trusted_time_saved saved;

	assert_int_equal(trusted_time_now(&time, MARCH + 10 * YEAR, BOOT), MARCH + 10 * YEAR);
	trusted_time_save(&time, BOOT + 60999, &saved);
	assert_int_equal(saved.floor_s, MARCH + DAY + 60);
	assert_int_equal(saved.epoch, 1);
}

static void a_boottime_that_goes_back_takes_nothing_away(void **state)
{
	struct trusted_time time = begun(MARCH + DAY, 1);

	assert_int_equal(trusted_time_floor(&time, 0), MARCH + DAY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_floor_begins_where_it_was_saved),
		cmocka_unit_test(a_root_issued_after_its_own_end_lifts_no_further_than_that),
		cmocka_unit_test(a_document_lifts_the_floor_to_its_day_and_never_lowers_it),
		cmocka_unit_test(fresh_counts_only_where_the_clock_agrees),
		cmocka_unit_test(only_documents_of_this_epoch_count),
		cmocka_unit_test(a_root_of_the_same_epoch_moves_the_end_and_only_lifts),
		cmocka_unit_test(a_root_of_a_new_epoch_sets_the_floor_anew),
		cmocka_unit_test(a_root_of_an_earlier_epoch_changes_nothing),
		cmocka_unit_test(documents_that_lift_nothing_cost_no_time),
		cmocka_unit_test(the_later_of_floor_and_clock_is_the_time),
		cmocka_unit_test(what_is_saved_is_the_floor_and_never_the_clock),
		cmocka_unit_test(a_boottime_that_goes_back_takes_nothing_away),
	};

	return cmocka_run_group_tests_name("trusted time", tests, NULL, NULL);
}
