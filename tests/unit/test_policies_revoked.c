/* However much is revoked, and by whom: nothing that is revoked stays open for it. */
#include <errno.h>

#include "tests/unit/fixture.h"

#include "agent/revoked.h"
#include "agent/store.h"
#include "policy/bundle.h"
#include "tests/unit/terminal.h"

static struct made exemption, revocation;

static int setup(void **state)
{
	if (terminal_setup_policies(state) < 0)
		return -1;
	take(make(DOCUMENT_POLICY,
		&(struct wish){.serial = 50,
			.edits = {{"[media]\n",
				"[exemption]\nlongest = 8h\napprovals-read-write = 2\n"
				"scan = off\n[media]\n"}}}));
	exemption = make(DOCUMENT_EXEMPTION, &(struct wish){});
	revocation = make(DOCUMENT_REVOCATION, &(struct wish){});
	take(exemption);
	return 0;
}

static const char *fault_now(void)
{
	size_t n;
	const struct live_exemption *live =
		policies_exemptions(terminal.policies, &terminal.clock, &n);

	assert_int_equal(n, 1);
	return exemption_fault_name(live[0].fault);
}

static struct made of(const char *kind_and_subject, const char *reason)
{
	return make(DOCUMENT_REVOCATION,
		&(struct wish){.edits = {{"exemption = E-7K3M9Q2X", kind_and_subject},
				       {"the form was wrong", reason}}});
}

/* More than is told of the first, and the second behind them; *ret_n answers, to free. */
static struct policies_answer *offer_behind(struct made junk, struct made last, size_t *ret_n)
{
	const size_t n_junk = POLICIES_REFUSALS_MAX + 2;
	char *bytes = malloc(n_junk * junk.size + last.size);
	struct policies_answer *answers;

	assert_non_null(bytes);
	for (size_t i = 0; i < n_junk; i++)
		memcpy(bytes + i * junk.size, junk.bytes, junk.size);
	memcpy(bytes + n_junk * junk.size, last.bytes, last.size);
	assert_int_equal(policies_offer_bundle(terminal.policies, DOCUMENT_REVOCATION, bytes,
				 n_junk * junk.size + last.size, &terminal.clock, &answers, ret_n),
		0);
	free(bytes);
	return answers;
}

static void what_is_known_keeps_nothing_behind_it_from_being_read(void **state)
{
	struct policies_answer *answers;
	size_t n;

	answers = offer_behind(of("medium = M-1", "junk"), revocation, &n);
	assert_int_equal(n, 3); /* M-1, all that says so again, and the other */
	assert_int_equal(answers[0].outcome, POLICIES_TAKEN);
	assert_int_equal(answers[1].outcome, POLICIES_UNCHANGED);
	assert_int_equal(answers[2].outcome, POLICIES_TAKEN);
	free(answers);
	assert_string_equal(fault_now(), "revoked");
}

static void what_is_refused_keeps_nothing_behind_it_from_being_read(void **state)
{
	struct policies_answer *answers;
	size_t n;

	answers = offer_behind(
		make(DOCUMENT_REVOCATION, &(struct wish){.keys = "suzuki"}), revocation, &n);
	assert_int_equal(n, POLICIES_REFUSALS_MAX + 2);
	assert_string_equal(answers[0].fault, "not-in-role");
	assert_string_equal(answers[POLICIES_REFUSALS_MAX].fault, "too-many");
	assert_int_equal(answers[POLICIES_REFUSALS_MAX + 1].outcome, POLICIES_TAKEN);
	free(answers);
	assert_string_equal(fault_now(), "revoked");
}

static void one_subject_takes_the_room_of_one(void **state)
{
	take(of("medium = M-1", "lost"));
	assert_int_equal(ratchet(DOCUMENT_REVOCATION, 1).serial, 1);
	assert_int_equal(offer(of("medium = M-1", "again")).outcome, POLICIES_UNCHANGED);
	assert_int_equal(ratchet(DOCUMENT_REVOCATION, 1).serial, 1);
	take(of("exemption = E-AAAAAAAA", "another"));
	assert_int_equal(ratchet(DOCUMENT_REVOCATION, 1).serial, 2);
}

static void put_junk(size_t n_junk)
{
	struct revoked_list list = {};
	struct revocation junk = {.kind = REVOCATION_REQUEST, .header = {.epoch = 1}};
	uint8_t sha256[SHA256_SIZE] = {0};
	char *file;
	size_t size;

	for (size_t i = 0; i < n_junk; i++) {
		snprintf(junk.subject, sizeof(junk.subject), "R-%zu", i);
		memcpy(sha256, &i, sizeof(i));
		assert_int_equal(revoked_add(&list, &junk, sha256), 0);
	}
	assert_int_equal(revoked_encode(&list, &file, &size), 0);
	assert_int_equal(store_write(terminal.state->fd, "revoked", file, size), 0);
	free(file);
	revoked_clear(&list);
	terminal_start_anew();
}

/* What is revoked next could not be remembered: so none counts, until another epoch begins. */
static void a_full_list_counts_as_a_lost_one(void **state)
{
	put_junk(REVOKED_MAX - 1);
	assert_false(policies_is_revoked_full(terminal.policies));
	assert_string_equal(fault_now(), "none");
	take(of("medium = M-9", "the last that fits"));
	assert_true(policies_is_revoked_full(terminal.policies));
	assert_string_equal(fault_now(), "revocations-lost");
	terminal_start_anew();
	assert_true(policies_is_revoked_full(terminal.policies));
	assert_string_equal(fault_now(), "revocations-lost");
	assert_refused(offer(revocation), "too-many");
	take(make(DOCUMENT_ROOT, &(struct wish){.serial = 2, .epoch = 2}));
	assert_false(policies_is_revoked_full(terminal.policies));
	take(make(DOCUMENT_REVOCATION, &(struct wish){.epoch = 2}));
	assert_non_null(policies_revoked(terminal.policies, REVOCATION_MEDIUM, "M-9"));
	assert_non_null(policies_revoked(terminal.policies, REVOCATION_EXEMPTION, "E-7K3M9Q2X"));
	terminal_start_anew();
	assert_false(policies_is_revoked_lost(terminal.policies));
	assert_non_null(policies_revoked(terminal.policies, REVOCATION_EXEMPTION, "E-7K3M9Q2X"));
}

static struct policies_answer offer_of_size(size_t size)
{
	struct policies_answer *answers, answer;
	char *bytes = malloc(size);
	size_t n;

	assert_non_null(bytes);
	memset(bytes, '\n', size);
	memcpy(bytes, revocation.bytes, revocation.size);
	assert_int_equal(policies_offer_bundle(terminal.policies, DOCUMENT_REVOCATION, bytes, size,
				 &terminal.clock, &answers, &n),
		0);
	answer = answers[0];
	free(answers);
	free(bytes);
	return answer;
}

/* What is in it is not known: as with a lost list nothing counts, whatever comes in between. */
static void one_that_is_too_large_closes_until_one_is_read(void **state)
{
	take(of("medium = M-8", "before"));
	assert_refused(offer_of_size(BUNDLE_SIZE_MAX + 1), "too-large");
	assert_true(policies_is_revoked_unread(terminal.policies));
	assert_true(policies_is_revoked_unknown(terminal.policies));
	assert_string_equal(fault_now(), "revocations-lost");
	terminal_start_anew();
	assert_string_equal(fault_now(), "revocations-lost");
	assert_refused(offer(exemption), "revocations-lost");
	assert_string_equal(fault_now(), "revocations-lost");
	take(of("medium = M-9", "it can be read"));
	assert_false(policies_is_revoked_unknown(terminal.policies));
	assert_string_equal(fault_now(), "none");
	terminal_start_anew();
	assert_string_equal(fault_now(), "none");
}

static void one_that_is_as_large_as_it_may_be_is_read(void **state)
{
	assert_int_equal(offer_of_size(BUNDLE_SIZE_MAX).outcome, POLICIES_TAKEN);
	assert_false(policies_is_revoked_unknown(terminal.policies));
	assert_string_equal(fault_now(), "revoked");
}

/* Somebody's list of exemptions is no list of what is revoked. */
static void exemptions_that_are_too_many_bytes_close_nothing(void **state)
{
	struct policies_answer *answers;
	size_t n;

	assert_int_equal(policies_offer_bundle(terminal.policies, DOCUMENT_EXEMPTION, "",
				 BUNDLE_SIZE_MAX + 1, &terminal.clock, &answers, &n),
		0);
	assert_refused(answers[0], "too-large");
	free(answers);
	assert_string_equal(fault_now(), "none");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, terminal_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_known_keeps_nothing_behind_it_from_being_read),
		TEST(what_is_refused_keeps_nothing_behind_it_from_being_read),
		TEST(one_subject_takes_the_room_of_one),
		TEST(a_full_list_counts_as_a_lost_one),
		TEST(one_that_is_too_large_closes_until_one_is_read),
		TEST(one_that_is_as_large_as_it_may_be_is_read),
		TEST(exemptions_that_are_too_many_bytes_close_nothing),
	};

	return cmocka_run_group_tests_name("revocations of a terminal", tests, NULL, NULL);
}
