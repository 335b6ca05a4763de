/*
 * Memory that runs out: every reader and verifier of the pure core is called with its first
 * allocation failing, its second, and so on until the call succeeds. Whatever fails then, nothing
 * of it stays, no output was written, no document counts that did not count before, and the next
 * call gives what it always gave. Allocations of libcrypto fail too, and libinih as a whole.
 */
#include <errno.h>

#include "tests/unit/allocation_subjects.h"
#include "tests/unit/failing_allocator.h"
#include "tests/unit/fixture.h"
#include "tests/unit/media_builder.h"

#include "policy/rollout.h"

/* No call makes more allocations than this. */
#define ALLOCATIONS_MAX 20000

/* A verification as it is before a call: every byte of it set. */
static struct verification blank(void)
{
	struct verification verification;

	memset(&verification, 0xa5, sizeof(verification));
	return verification;
}

static bool is_blank(const struct verification *verification)
{
	struct verification expected = blank();

	return memcmp(verification, &expected, sizeof(expected)) == 0;
}

static struct outcome call(const struct subject *subject)
{
	struct outcome outcome = {.value = &untouched, .verification = blank()};

	outcome.r = subject->act(subject, &outcome);
	return outcome;
}

static void clear(const struct subject *subject, struct outcome *outcome)
{
	if (outcome->value != &untouched)
		subject->reader->free(outcome->value);
	problems_clear(&outcome->problems);
}

static bool is_same_problems(const struct problems *a, const struct problems *b)
{
	if (a->count != b->count || a->omitted != b->omitted)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->items[i].line != b->items[i].line ||
			strcmp(a->items[i].expected, b->items[i].expected) != 0)
			return false;
	return true;
}

static bool is_same_verification(const struct verification *a, const struct verification *b)
{
	if (is_blank(a) || is_blank(b))
		return is_blank(a) && is_blank(b);
	return a->verdict == b->verdict && a->fault == b->fault && a->signers == b->signers &&
	       strcmp(a->detail, b->detail) == 0 &&
	       memcmp(a->text_sha256, b->text_sha256, sizeof(a->text_sha256)) == 0;
}

static bool is_same(const struct subject *subject, const struct outcome *a, const struct outcome *b)
{
	bool has_value = a->value != &untouched;

	if (a->r != b->r || has_value != (b->value != &untouched))
		return false;
	if (has_value && !subject->is_same(a->value, b->value))
		return false;
	return is_same_problems(&a->problems, &b->problems) &&
	       is_same_verification(&a->verification, &b->verification);
}

/* Nothing came, as if there had been no call; what is wrong in a text may be known already. */
static bool is_no_memory(const struct subject *subject, const struct outcome *outcome)
{
	return outcome->r == -ENOMEM && outcome->value == &untouched &&
	       is_blank(&outcome->verification) &&
	       (!subject->is_good || !problems_any(&outcome->problems));
}

/* Without memory for a problem, there is no less of them. */
static bool is_found_without_memory(const struct outcome *outcome, const struct outcome *expected)
{
	bool is_right = outcome->verification.verdict == expected->verification.verdict &&
			outcome->verification.fault == expected->verification.fault;

	return outcome->r == expected->r && is_right &&
	       (outcome->value == &untouched) == (expected->value == &untouched) &&
	       outcome->problems.omitted > 0 &&
	       problems_found(&outcome->problems) == problems_found(&expected->problems);
}

static bool is_allowed(const struct subject *subject, const struct outcome *outcome,
	const struct outcome *expected)
{
	bool was_program = allocations_failed() > 0;
	bool was_libcrypto = allocations_of_libcrypto_failed() > 0;

	if (is_no_memory(subject, outcome))
		return true;
	if (was_program && !subject->is_good && is_found_without_memory(outcome, expected))
		return true;
	/* libcrypto can do without some of its allocations. */
	return was_libcrypto && !was_program && is_same(subject, outcome, expected);
}

/* Returns whether any allocation failed: whether number was reached. */
static bool fail_one(const struct subject *subject, const struct outcome *expected,
	enum allocation_fault fault, unsigned number)
{
	long live = allocations_live();
	struct outcome outcome;
	bool has_failed;

	allocations_set_fault(fault, number);
	outcome = call(subject);
	allocations_stop_failing();
	has_failed = allocations_failed() + allocations_of_libcrypto_failed() > 0;
	if (has_failed ? !is_allowed(subject, &outcome, expected)
		       : !is_same(subject, &outcome, expected))
		fail_msg("%s, allocation %u: %d, '%.255s'", subject->name, number, outcome.r,
			is_blank(&outcome.verification) ? "" : outcome.verification.detail);
	clear(subject, &outcome);
	if (allocations_live() != live)
		fail_msg("%s, allocation %u: %ld pieces of memory are left", subject->name, number,
			allocations_live() - live);
	outcome = call(subject);
	if (!is_same(subject, &outcome, expected))
		fail_msg("%s, after allocation %u: another result", subject->name, number);
	clear(subject, &outcome);
	return has_failed;
}

static void fail_each(const struct subject *subject, enum allocation_fault fault)
{
	/* Twice, because libcrypto keeps what it needed the first time. */
	struct outcome first = call(subject), expected = call(subject);
	unsigned number = 1;

	assert_true(is_same(subject, &first, &expected));
	if (subject->is_good && expected.value == &untouched)
		fail_msg("%s: no value with all memory", subject->name);
	if (subject->verdict != DOCUMENT_REFUSED &&
		expected.verification.verdict != subject->verdict)
		fail_msg("%s: %s", subject->name, expected.verification.detail);
	while (fail_one(subject, &expected, fault, number)) {
		number++;
		assert_true(number < ALLOCATIONS_MAX);
	}
	/* Else nothing was tried. */
	if (number < 2)
		fail_msg("%s: no allocation", subject->name);
	clear(subject, &first);
	clear(subject, &expected);
}

static void one_allocation_that_fails_changes_nothing(void **state)
{
	for (size_t i = 0; i < n_subjects; i++)
		fail_each(&subjects[i], ALLOCATION_FAILS);
}

static void memory_that_is_at_its_end_changes_nothing(void **state)
{
	for (size_t i = 0; i < n_subjects; i++)
		fail_each(&subjects[i], ALLOCATIONS_FAIL_FROM_IT);
}

static void no_memory_for_large_pieces_changes_nothing(void **state)
{
	for (size_t i = 0; i < n_subjects; i++) {
		struct outcome expected = call(&subjects[i]);

		for (unsigned size = 4096; size > 0; size -= 4)
			(void)fail_one(&subjects[i], &expected, ALLOCATIONS_FAIL_OF_SIZE, size);
		clear(&subjects[i], &expected);
	}
}

/* Answers that have no way to say "no memory" are the careful ones. */
static void without_libcrypto_nothing_is_registered_and_nobody_is_early(void **state)
{
	const struct medium medium = media_builder_medium("M-1 0951:1666 A");
	struct policy most = {.ring = 9, .percent = 99}, all = {.ring = 9, .percent = 100};
	struct media_builder builder;
	struct media *media;
	uint8_t sha256[SHA256_SIZE];

	media_builder_start(&builder, 1, &medium, 1);
	media = media_builder_load(&builder);
	assert_non_null(media_find(media, &medium.identity));
	assert_true(medium_identity_hash(&medium.identity, sha256));
	assert_true(policy_reaches(&most, "tosu", "desk-17", 0));
	allocations_set_fault(ALLOCATIONS_FAIL_FROM_IT, 1);
	assert_null(media_find(media, &medium.identity));
	assert_false(medium_identity_hash(&medium.identity, sha256));
	assert_false(policy_reaches(&most, "tosu", "desk-17", 0));
	assert_true(policy_reaches(&all, "tosu", "desk-17", 0));
	allocations_stop_failing();
	assert_true(policy_reaches(&most, "tosu", "desk-17", 0));
	media_free(media);
	media_builder_clear(&builder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_allocation_that_fails_changes_nothing),
		cmocka_unit_test(memory_that_is_at_its_end_changes_nothing),
		cmocka_unit_test(no_memory_for_large_pieces_changes_nothing),
		cmocka_unit_test(without_libcrypto_nothing_is_registered_and_nobody_is_early),
	};

	if (!allocations_take_libcrypto())
		return 1;
	return cmocka_run_group_tests(tests, subjects_setup, subjects_teardown);
}
