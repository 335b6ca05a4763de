/*
 * The same document with other signatures. Whoever holds no key can reorder and double them, and an
 * administrator who signs later adds one: none of it makes another document.
 */
#include "tests/unit/fixture.h"

#include "tests/unit/terminal.h"

static const char *const ways[] = {
	"suzuki tanaka", "tanaka suzuki", "suzuki suzuki tanaka", "tanaka suzuki suzuki-2"};

/* The same text, signed in one of these ways. */
static struct made made_in(enum document_kind kind, size_t way, struct wish wish)
{
	wish.keys = ways[way];
	return make(kind, &wish);
}

static struct made policy_in(size_t way)
{
	return made_in(DOCUMENT_POLICY, way, (struct wish){.serial = 42});
}

static void assert_unchanged(struct policies_answer answer)
{
	if (answer.outcome != POLICIES_UNCHANGED)
		fail_msg("%s: %s: %s", policies_outcome_name(answer.outcome), answer.fault,
			answer.detail);
	assert_false(answer.is_known);
}

static void they_are_other_bytes(void **state)
{
	for (size_t i = 0; i < COUNT(ways); i++)
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(policy_in(i).bytes, policy_in(j).bytes);
}

/* --- a policy --- */

static void a_policy_is_unchanged_and_the_stored_one_stays(void **state)
{
	apply_and_keep(policy_in(1));
	for (size_t i = 0; i < COUNT(ways); i++)
		assert_unchanged(offer(policy_in(i)));
	assert_file("policy.ini", policy_in(1));
	assert_int_equal(serial_in_force(), 42);
	assert_false(policies_is_on_trial(terminal.policies));
}

static void a_policy_that_is_lost_is_put_back_whoever_reordered_it(void **state)
{
	for (size_t i = 0; i < COUNT(ways); i++) {
		terminal_empty();
		terminal_start_anew();
		apply_and_keep(policy_in(1));
		remove_file("policy.ini");
		remove_file("policy.last-good.ini");
		terminal_start_anew();
		assert_true(policies_is_lost(terminal.policies));
		take(policy_in(i));
		assert_false(policies_is_lost(terminal.policies));
		assert_file("policy.ini", policy_in(i));
	}
}

/* The last good one stands in for itself: it is stored again. */
static void a_policy_whose_file_alone_is_lost_is_stored_again(void **state)
{
	apply_and_keep(policy_in(1));
	remove_file("policy.ini");
	terminal_start_anew();
	assert_true(policies_is_lost(terminal.policies));
	take(policy_in(0));
	assert_false(policies_is_lost(terminal.policies));
	assert_file("policy.ini", policy_in(0));
}

/* It passed its trial under other signatures. */
static void a_policy_that_was_kept_is_not_tried_again(void **state)
{
	apply_and_keep(policy_in(0));
	put_file("policy.ini", policy_in(1));
	terminal_start_anew();
	assert_false(policies_is_on_trial(terminal.policies));
}

static void a_policy_that_waits_is_unchanged(void **state)
{
	const struct wish later = {.serial = 43, .not_before = "2026-06-02T00:00:00Z"};
	struct policies_answer answer;

	assert_int_equal(offer(made_in(DOCUMENT_POLICY, 1, later)).outcome, POLICIES_NEXT);
	for (size_t i = 0; i < COUNT(ways); i++)
		assert_unchanged(offer(made_in(DOCUMENT_POLICY, i, later)));
	assert_file("policy.next.ini", made_in(DOCUMENT_POLICY, 1, later));
	terminal_wait(2 * DAY);
	assert_unchanged(offer(made_in(DOCUMENT_POLICY, 0, later)));
	assert_int_equal(check_next(&answer), 1);
	assert_int_equal(answer.outcome, POLICIES_APPLIED);
}

static void a_policy_that_ended_or_that_followed_a_failed_one_is_unchanged(void **state)
{
	apply_and_keep(policy_in(0));
	take(make(DOCUMENT_POLICY, &(struct wish){.serial = 43}));
	assert_int_equal(policies_revert(terminal.policies), 0);
	assert_unchanged(offer(policy_in(1)));
	terminal_wait(500 * DAY);
	assert_unchanged(offer(policy_in(1)));
	assert_refused(offer(make(DOCUMENT_POLICY, &(struct wish){.serial = 44})), "root-expired");
}

static void a_policy_that_failed_is_not_taken_in_another_way(void **state)
{
	apply_and_keep(make(DOCUMENT_POLICY, &(struct wish){.serial = 41}));
	take(policy_in(0));
	assert_int_equal(policies_revert(terminal.policies), 0);
	for (size_t i = 0; i < COUNT(ways); i++)
		assert_refused(offer(policy_in(i)), "serial");
}

static void another_text_is_another_policy(void **state)
{
	struct made other = make(DOCUMENT_POLICY,
		&(struct wish){.serial = 42, .not_after = "2027-04-29T00:00:00+09:00"});

	apply_and_keep(policy_in(0));
	assert_refused(offer(other), "serial");
	remove_file("policy.ini");
	remove_file("policy.last-good.ini");
	terminal_start_anew();
	assert_refused(offer(other), "serial");
	take(policy_in(1));
}

/* --- signatures that are not good --- */

static void the_same_text_with_a_bad_signature_is_refused(void **state)
{
	static const struct {
		enum document_kind kind;
		const char *keys, *fault;
	} rows[] = {
		{DOCUMENT_POLICY, "", "unsigned"},
		{DOCUMENT_POLICY, "suzuki", "threshold"},
		{DOCUMENT_POLICY, "suzuki tanaka stranger", "unknown-key"},
		{DOCUMENT_POLICY, "suzuki tanaka clock", "not-in-role"},
		{DOCUMENT_FRESH, "", "unsigned"},
		{DOCUMENT_FRESH, "clock suzuki", "not-in-role"},
		{DOCUMENT_ROOT, "", "unsigned"},
		{DOCUMENT_ROOT, "suzuki", "threshold"},
		{DOCUMENT_ROOT, "suzuki tanaka stranger", "unknown-key"},
	};

	take(make(DOCUMENT_POLICY, &(struct wish){.serial = 2}));
	take(make(DOCUMENT_FRESH, &(struct wish){.serial = 2, .issued = "2026-05-31T23:00:00Z"}));
	take(make(DOCUMENT_ROOT, &(struct wish){.serial = 2}));
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct wish wish = {.serial = 2, .keys = rows[i].keys};
		struct made bad;

		if (rows[i].kind == DOCUMENT_FRESH)
			wish.issued = "2026-05-31T23:00:00Z";
		bad = make(rows[i].kind, &wish);
		/* Each reason is recorded, and once. */
		assert_false(offer(bad).is_known);
		assert_refused(offer(bad), rows[i].fault);
		assert_true(offer(bad).is_known);
	}
	assert_int_equal(serial_in_force(), 2);
	assert_int_equal(newest_root(), 2);
}

/* Whoever holds no key could fill the records otherwise. */
static void a_signature_that_is_bent_in_another_way_is_not_recorded_again(void **state)
{
	struct made policy = policy_in(0);
	char *end = strstr(policy.bytes, "-----END"), *letter = end - 20;

	*letter = *letter == 'A' ? 'B' : 'A';
	assert_false(offer(policy).is_known);
	*letter = 'C';
	assert_refused(offer(policy), "signature-wrong");
	assert_true(offer(policy).is_known);
}

static void the_same_text_cut_among_its_signatures_is_refused(void **state)
{
	struct made policy = policy_in(0), root = made_in(DOCUMENT_ROOT, 0, (struct wish){});

	apply_and_keep(policy);
	policy.size -= 5;
	assert_refused(offer(policy), "cut");
	root.size -= 5;
	assert_refused(offer(root), "cut");
}

/* --- the others --- */

static void a_root_is_unchanged_and_put_back_when_it_is_lost(void **state)
{
	const struct wish second = {.serial = 2}, third = {.serial = 3};

	take(made_in(DOCUMENT_ROOT, 1, second));
	take(made_in(DOCUMENT_ROOT, 1, third));
	for (size_t i = 0; i < COUNT(ways); i++) {
		assert_unchanged(offer(made_in(DOCUMENT_ROOT, i, (struct wish){})));
		assert_unchanged(offer(made_in(DOCUMENT_ROOT, i, second)));
		assert_unchanged(offer(made_in(DOCUMENT_ROOT, i, third)));
	}
	assert_file("root/3.ini", made_in(DOCUMENT_ROOT, 1, third));
	remove_file("root/3.ini");
	terminal_start_anew();
	assert_true(policies_is_root_lost(terminal.policies));
	take(made_in(DOCUMENT_ROOT, 0, third));
	assert_false(policies_is_root_lost(terminal.policies));
	terminal_start_anew();
	assert_false(policies_is_root_lost(terminal.policies));
	take(policy_in(0));
}

static void another_root_with_the_number_of_the_lost_one_is_none(void **state)
{
	struct made other = make(DOCUMENT_ROOT,
		&(struct wish){.serial = 2, .not_after = "2027-04-29T00:00:00+09:00"});

	take(made_in(DOCUMENT_ROOT, 0, (struct wish){.serial = 2}));
	remove_file("root/2.ini");
	terminal_start_anew();
	assert_refused(offer(other), "serial");
	take(made_in(DOCUMENT_ROOT, 1, (struct wish){.serial = 2}));
}

static void a_list_of_media_is_unchanged_and_put_back_when_it_is_lost(void **state)
{
	struct list lists[COUNT(ways)];

	for (size_t i = 0; i < COUNT(ways); i++)
		lists[i] = make_list(&(struct wish){.serial = 7, .keys = ways[i]}, 1, 3);
	take_list(&lists[1]);
	for (size_t i = 0; i < COUNT(ways); i++)
		assert_unchanged(offer_list(&lists[i]));
	assert_file("media.ini", lists[1].index);
	remove_file("media.ini");
	terminal_start_anew();
	assert_true(policies_is_media_lost(terminal.policies));
	take_list(&lists[0]);
	assert_int_equal(n_registered(), 3);
}

static void fresh_is_unchanged_and_taken_again_when_it_is_lost(void **state)
{
	struct wish wish = {.serial = 7, .issued = "2026-05-31T23:00:00Z"};
	struct made once = make(DOCUMENT_FRESH, &wish), twice;

	wish.keys = "clock clock";
	twice = make(DOCUMENT_FRESH, &wish);
	take(twice);
	assert_unchanged(offer(once));
	assert_file("fresh.ini", twice);
	remove_file("fresh.ini");
	terminal_start_anew();
	take(once);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, terminal_setup, terminal_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(they_are_other_bytes),
		TEST(a_policy_is_unchanged_and_the_stored_one_stays),
		TEST(a_policy_that_is_lost_is_put_back_whoever_reordered_it),
		TEST(a_policy_whose_file_alone_is_lost_is_stored_again),
		TEST(a_policy_that_was_kept_is_not_tried_again),
		TEST(a_policy_that_waits_is_unchanged),
		TEST(a_policy_that_ended_or_that_followed_a_failed_one_is_unchanged),
		TEST(a_policy_that_failed_is_not_taken_in_another_way),
		TEST(another_text_is_another_policy),
		TEST(the_same_text_with_a_bad_signature_is_refused),
		TEST(a_signature_that_is_bent_in_another_way_is_not_recorded_again),
		TEST(the_same_text_cut_among_its_signatures_is_refused),
		TEST(a_root_is_unchanged_and_put_back_when_it_is_lost),
		TEST(another_root_with_the_number_of_the_lost_one_is_none),
		TEST(a_list_of_media_is_unchanged_and_put_back_when_it_is_lost),
		TEST(fresh_is_unchanged_and_taken_again_when_it_is_lost),
	};

	return cmocka_run_group_tests_name("the same document", tests, NULL, NULL);
}
