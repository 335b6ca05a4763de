/*
 * The exemptions of a terminal: which are kept, which count and why not, and that nothing that is
 * withheld, lost or handed in again brings one back.
 */
#include <errno.h>

#include "tests/unit/fixture.h"

#include "tests/unit/terminal.h"

#define POLICY_WITH(lines) \
	{ \
		"[media]\n", "[exemption]\nlongest = 8h\n" lines "[media]\n" \
	}
#define TWO_TO_WRITE "approvals-read-write = 2\nscan = off\n"

static struct made policy, exemption, revocation;

static int setup(void **state)
{
	if (terminal_setup_policies(state) < 0)
		return -1;
	policy = make(DOCUMENT_POLICY,
		&(struct wish){.serial = 50, .edits = {POLICY_WITH(TWO_TO_WRITE)}});
	exemption = make(DOCUMENT_EXEMPTION, &(struct wish){});
	revocation = make(DOCUMENT_REVOCATION, &(struct wish){});
	take(policy);
	return 0;
}

/* How many count; *ret is the only one that is kept. */
static size_t n_live(void)
{
	size_t n, counting = 0;
	const struct live_exemption *live =
		policies_exemptions(terminal.policies, &terminal.clock, &n);

	for (size_t i = 0; i < n; i++)
		counting += live[i].fault == EXEMPTION_FAULT_NONE;
	return counting;
}

/* Of the only one that is kept. */
static const char *fault_now(void)
{
	size_t n;
	const struct live_exemption *live =
		policies_exemptions(terminal.policies, &terminal.clock, &n);

	assert_int_equal(n, 1);
	return exemption_fault_name(live[0].fault);
}

struct row {
	const char *name;
	struct wish wish;
	const char *fault; /* "": it counts */
	const char *detail;
	bool is_kept;
};

#define WRITE \
	{ \
		"direction = read-only", "direction = read-write" \
	}

static const struct row rows[] = {
	{"as it is", {}, "", "good", true},
	{"by the other approver", {.keys = "kondo"}, "", "good", true},
	{"by somebody who signs policies", {.keys = "suzuki"}, "not-in-role",
		"signed by suzuki, who is not in the role approver", false},
	{"by a key that nobody has", {.keys = "yoshida-3"}, "unknown-key", "which the root does",
		false},
	{"by an approver and somebody else", {.keys = "yoshida suzuki"}, "not-in-role", "suzuki",
		false},
	{"to write, by two", {.edits = {WRITE}, .keys = "yoshida kondo"}, "", "good", true},
	{"to write, by one", {.edits = {WRITE}}, "threshold",
		"signed by yoshida only; the policy asks for 2 persons (read-write)", true},
	{"to write, by two keys of one", {.edits = {WRITE}, .keys = "yoshida yoshida-2"},
		"threshold", "signed by yoshida only", true},
	{"asked for by an approver", {.edits = {{"requester = tanaka", "requester = yoshida"}}},
		"own-request", "approved by yoshida, and who asked for it, yoshida is one of them",
		false},
	{"asked for by the other approver",
		{.edits = {{"requester = tanaka", "requester = kondo"}}}, "", "good", true},
	{"asked for by an account of an approver",
		{.edits = {{"requester = tanaka", "requester = a0123"}}}, "own-request", "a0123",
		false},
	{"to be used by an account of an approver",
		{.edits = {{"users = tanaka", "users = tanaka a0123"}}}, "own-request",
		"who is to use it", false},
	{"for as long as the policy allows", {.edits = {{"duration = 30m", "duration = 8h"}}}, "",
		"good", true},
	{"for longer", {.edits = {{"duration = 30m", "duration = 481m"}}}, "too-long",
		"it is for 481m; the policy allows at most 8h", true},
	{"to the end of the fiscal year", {.not_after = "2027-03-31T23:59:59+09:00"}, "", "good",
		true},
	{"past it", {.not_after = "2027-04-01T00:00:00+09:00"}, "past-fiscal-year",
		"ends on 2027-03-31T23:59:59+09:00", false},
	{"of another terminal", {.edits = {{"terminal = desk-17", "terminal = desk-18"}}},
		"terminal", "it is for the terminal desk-18, this is desk-17", false},
	{"of another tier", {.edits = {{"tier = my-number", "tier = lgwan"}}}, "tier",
		"for the tier lgwan", false},
	{"of another epoch", {.epoch = 2}, "epoch", "epoch 2", false},
	{"that begins tomorrow", {.not_before = "2026-06-02T12:00:00+09:00"}, "", "starts on",
		true},
	{"that is over", {.not_after = "2026-06-01T08:00:00+09:00"}, "expired", "ended on", false},
};

/* The root of the tests, and an account of yoshida's. */
static void take_root_with_accounts(void)
{
	take(make(DOCUMENT_ROOT, &(struct wish){.serial = 2,
					 .edits = {{"[person yoshida]\n",
						 "[person yoshida]\naccounts = a0123\n"}}}));
}

/* Two roles of approvers, tanaka's for the tier lgwan. */
static void an_approver_of_another_tier_approves_nothing_here(void **state)
{
	take(make(DOCUMENT_ROOT,
		&(struct wish){.serial = 2,
			.edits = {{"[role approver]\npersons = yoshida kondo\nthreshold = 1\n",
				"[role approver]\npersons = yoshida kondo\nthreshold = 1\n"
				"tiers = my-number\n\n[role approver-of-lgwan]\nrole = approver\n"
				"persons = tanaka\nthreshold = 1\ntiers = lgwan\n"}}}));
	assert_refused(offer(make(DOCUMENT_EXEMPTION, &(struct wish){.keys = "tanaka"})), "scope");
	assert_refused(
		offer(make(DOCUMENT_EXEMPTION, &(struct wish){.keys = "yoshida tanaka"})), "scope");
	take(make(DOCUMENT_EXEMPTION, &(struct wish){.keys = "yoshida"}));
}

/* What an auditor reads beside the word. */
static void approvers_have_the_names_that_the_root_gives_them(void **state)
{
	const struct live_exemption *live;
	size_t n;

	take(make(
		DOCUMENT_ROOT, &(struct wish){.serial = 2,
				       .edits = {{"[person yoshida]\n",
					       "[person yoshida]\nname = %E8%AA%B2%E9%95%B7\n"}}}));
	take(make(DOCUMENT_EXEMPTION, &(struct wish){.keys = "yoshida kondo"}));
	live = policies_exemptions(terminal.policies, &terminal.clock, &n);
	assert_int_equal(n, 1);
	assert_string_equal(live[0].approver_names, "課長 (yoshida), kondo");
}

static void each_rule_says_why(void **state)
{
	take_root_with_accounts();
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];
		struct policies_answer answer;
		size_t n;

		remove_if_there("exemptions.ini");
		terminal_start_anew();
		answer = offer(make(DOCUMENT_EXEMPTION, &row->wish));
		if (strcmp(answer.fault, row->fault) != 0 || !strstr(answer.detail, row->detail))
			fail_msg("%s: %s: %s", row->name, answer.fault, answer.detail);
		assert_int_equal(answer.outcome == POLICIES_TAKEN, row->fault[0] == '\0');
		(void)policies_exemptions(terminal.policies, &terminal.clock, &n);
		if (n != row->is_kept)
			fail_msg("%s: %zu are kept", row->name, n);
		/* A start finds what it left. */
		terminal_start_anew();
		(void)policies_exemptions(terminal.policies, &terminal.clock, &n);
		assert_int_equal(n, row->is_kept);
	}
}

static void what_is_taken_counts_and_names_who_approved(void **state)
{
	const struct live_exemption *live;
	size_t n;

	assert_int_equal(n_live(), 0);
	take(exemption);
	live = policies_exemptions(terminal.policies, &terminal.clock, &n);
	assert_int_equal(n, 1);
	assert_string_equal(live[0].exemption->id, "E-7K3M9Q2X");
	assert_string_equal(live[0].approvers, "yoshida");
	assert_string_equal(live[0].approver_names, "yoshida");
	assert_string_equal(live[0].reason, "");
	assert_int_equal(offer(exemption).outcome, POLICIES_UNCHANGED);
	terminal_start_anew();
	assert_int_equal(n_live(), 1);
}

static void what_is_withheld_ends_nothing(void **state)
{
	take(exemption);
	take(make(DOCUMENT_EXEMPTION, &(struct wish){.edits = {{"E-7K3M9Q2X", "E-AAAAAAAA"}}}));
	assert_int_equal(n_live(), 2);
	terminal_start_anew();
	assert_int_equal(n_live(), 2);
}

static void one_bad_document_changes_nothing_for_the_others(void **state)
{
	struct made other =
		make(DOCUMENT_EXEMPTION, &(struct wish){.edits = {{"E-7K3M9Q2X", "E-AAAAAAAA"}}});
	struct made both = {.kind = DOCUMENT_EXEMPTION};
	struct policies_answer *answers;
	char bytes[8192];
	size_t n;

	both.size = (size_t)snprintf(bytes, sizeof(bytes), "%s%s", exemption.bytes, other.bytes);
	bytes[exemption.size / 4] ^= 1;
	assert_int_equal(policies_offer_bundle(terminal.policies, DOCUMENT_EXEMPTION, bytes,
				 both.size, &terminal.clock, &answers, &n),
		0);
	assert_int_equal(n, 2);
	assert_string_equal(answers[0].fault, "signature-wrong");
	assert_int_equal(answers[1].outcome, POLICIES_TAKEN);
	assert_string_equal(answers[1].subject, "E-AAAAAAAA");
	free(answers);
	assert_int_equal(n_live(), 1);
}

static void a_second_approver_makes_it_count(void **state)
{
	const struct wish one = {.edits = {WRITE}},
			  two = {.edits = {WRITE}, .keys = "yoshida kondo"};

	assert_refused(offer(make(DOCUMENT_EXEMPTION, &one)), "threshold");
	assert_string_equal(fault_now(), "threshold");
	take(make(DOCUMENT_EXEMPTION, &two));
	assert_string_equal(fault_now(), "none");
	/* Nor does it count less when the file with one signature comes again. */
	assert_int_equal(n_live(), 1);
	(void)offer(make(DOCUMENT_EXEMPTION, &one));
	assert_int_equal(n_live(), 1);
	terminal_start_anew();
	assert_int_equal(n_live(), 1);
}

static void one_number_is_one_exemption(void **state)
{
	struct made longer =
		make(DOCUMENT_EXEMPTION, &(struct wish){.issued = "2026-06-01T07:00:00+09:00",
						 .edits = {{"duration = 30m", "duration = 7h"}}});
	struct made too_long = make(
		DOCUMENT_EXEMPTION, &(struct wish){.edits = {{"duration = 30m", "duration = 9h"}}});

	assert_refused(offer(too_long), "too-long");
	take(longer); /* in place of what never counted */
	assert_refused(offer(make(DOCUMENT_EXEMPTION,
			       &(struct wish){.issued = "2026-06-01T08:00:00+09:00"})),
		"same-number");
	assert_int_equal(offer(exemption).outcome, POLICIES_UNCHANGED); /* an older one */
	assert_int_equal(n_live(), 1);
}

static void a_revoked_one_stays_dead(void **state)
{
	const struct live_exemption *live;
	size_t n;

	take(exemption);
	take(revocation);
	live = policies_exemptions(terminal.policies, &terminal.clock, &n);
	assert_int_equal(live[0].fault, EXEMPTION_FAULT_REVOKED);
	assert_string_equal(live[0].reason, "the form was wrong");
	assert_refused(offer(exemption), "revoked");
	terminal_start_anew();
	assert_refused(offer(exemption), "revoked");
	assert_int_equal(n_live(), 0);
	assert_int_equal(offer(revocation).outcome, POLICIES_UNCHANGED);
	assert_string_equal(policies_revoked(terminal.policies, REVOCATION_EXEMPTION, "E-7K3M9Q2X"),
		"the form was wrong");
	assert_null(policies_revoked(terminal.policies, REVOCATION_REQUEST, "E-7K3M9Q2X"));
}

/* Nothing of what is kept here holds it: only the list of what was revoked does. */
static void a_revocation_that_came_first_counts_too(void **state)
{
	take(revocation);
	terminal_start_anew();
	assert_refused(offer(exemption), "revoked");
	remove_if_there("exemptions.ini");
	terminal_start_anew();
	assert_refused(offer(exemption), "revoked");
}

static void one_approver_is_enough_to_revoke_and_nobody_else_is(void **state)
{
	const struct wish by_two = {.edits = {WRITE}, .keys = "yoshida kondo"};

	take(make(DOCUMENT_EXEMPTION, &by_two));
	assert_refused(
		offer(make(DOCUMENT_REVOCATION, &(struct wish){.keys = "suzuki"})), "not-in-role");
	assert_int_equal(n_live(), 1);
	take(make(DOCUMENT_REVOCATION, &(struct wish){.keys = "yoshida"}));
	assert_int_equal(n_live(), 0);
}

/* It only closes: no date and no end of a root keeps it away. */
static void a_revocation_counts_whatever_the_day(void **state)
{
	take(exemption);
	terminal_wait(400 * DAY);
	take(make(DOCUMENT_REVOCATION, &(struct wish){.issued = "2030-01-01T00:00:00Z"}));
	terminal_wait(-400 * DAY);
	assert_string_equal(fault_now(), "revoked");
}

static void revocations_of_other_tiers_are_no_fault(void **state)
{
	struct policies_answer answer = offer(make(DOCUMENT_REVOCATION,
		&(struct wish){.edits = {{"tier = my-number", "tier = lgwan"}}}));

	assert_int_equal(answer.outcome, POLICIES_UNCHANGED);
	assert_null(policies_revoked(terminal.policies, REVOCATION_EXEMPTION, "E-7K3M9Q2X"));
}

static void assert_lost(void)
{
	terminal_start_anew();
	assert_true(policies_is_revoked_lost(terminal.policies));
	assert_string_equal(fault_now(), "revocations-lost");
	take(revocation);
	assert_false(policies_is_revoked_lost(terminal.policies));
	assert_string_equal(fault_now(), "none");
}

/* Which one was revoked nobody knows then: so none counts. */
static void without_the_list_of_what_was_revoked_none_counts(void **state)
{
	take(make(DOCUMENT_EXEMPTION, &(struct wish){.edits = {{"E-7K3M9Q2X", "E-AAAAAAAA"}}}));
	take(revocation);
	damage("revoked");
	assert_lost();
	cut_in_half("revoked");
	assert_lost();
	remove_file("revoked");
	assert_lost();
}

static void a_revoked_medium_is_not_registered_and_no_exemption_helps(void **state)
{
	struct list list = make_list(&(struct wish){.serial = 7}, 1, 3);
	struct medium_identity first = {.vendor = 0x0951, .product = 0x1666, .serial = "S1"};
	struct made lost = make(DOCUMENT_REVOCATION,
		&(struct wish){.edits = {{"exemption = E-7K3M9Q2X", "medium = M-1"}}});
	const struct media *media;

	take_list(&list);
	take(exemption);
	take(lost);
	media = policies_media(terminal.policies, &terminal.clock);
	assert_null(media_find(media, &first));
	assert_string_equal(media_find_struck(media, &first)->number, "M-1");
	assert_string_equal(fault_now(), "medium-revoked");
	assert_refused(offer(exemption), "medium-revoked");
	terminal_start_anew();
	assert_null(media_find(policies_media(terminal.policies, &terminal.clock), &first));
	list = make_list(&(struct wish){.serial = 8}, 1, 3);
	take_list(&list);
	assert_null(media_find(policies_media(terminal.policies, &terminal.clock), &first));
	assert_string_equal(fault_now(), "medium-revoked");
}

/* Ids and serial are another way to say the same stick. */
static void a_revoked_medium_is_known_by_its_serial_too(void **state)
{
	struct list list = make_list(&(struct wish){.serial = 7}, 1, 3);

	take_list(&list);
	take(make(DOCUMENT_EXEMPTION,
		&(struct wish){
			.edits = {{"registered = M-1\n",
				"device = 0951:1666 S1\n"
				"descriptors = DAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"}}}));
	assert_string_equal(fault_now(), "none");
	take(make(DOCUMENT_REVOCATION,
		&(struct wish){.edits = {{"exemption = E-7K3M9Q2X", "medium = M-1"}}}));
	assert_string_equal(fault_now(), "medium-revoked");
}

static void a_key_that_is_retired_approves_nothing_any_more(void **state)
{
	take(exemption);
	take(make(DOCUMENT_ROOT,
		&(struct wish){.serial = 2, .edits = {{"key-1 = @yoshida@\n", ""}}}));
	assert_int_equal(n_live(), 0);
	assert_refused(offer(exemption), "unknown-key");
	take(make(DOCUMENT_EXEMPTION, &(struct wish){.keys = "yoshida-2"}));
	assert_int_equal(n_live(), 1);
}

static void what_was_revoked_stays_so_under_a_new_root(void **state)
{
	take(exemption);
	take(revocation);
	take(make(DOCUMENT_ROOT, &(struct wish){.serial = 2, .epoch = 2}));
	assert_refused(offer(make(DOCUMENT_EXEMPTION, &(struct wish){.epoch = 2})), "revoked");
	assert_false(policies_is_revoked_lost(terminal.policies));
}

static void it_begins_ends_and_begins_again_with_the_time(void **state)
{
	take(exemption);
	terminal_wait(400 * DAY);
	assert_string_equal(fault_now(), "ended");
	assert_int_equal(offer(exemption).outcome, POLICIES_UNCHANGED);
	terminal_wait(-400 * DAY); /* the clock was ahead */
	assert_string_equal(fault_now(), "none");
	take(make(DOCUMENT_EXEMPTION, &(struct wish){.not_before = "2026-06-03T00:00:00+09:00",
					      .edits = {{"E-7K3M9Q2X", "E-AAAAAAAA"}}}));
	assert_int_equal(n_live(), 1);
	terminal_wait(3 * DAY);
	assert_int_equal(n_live(), 2);
}

static void what_was_approved_says_what_time_it_is_at_least(void **state)
{
	terminal.clock.realtime_s = JUNE_2026 - 100 * DAY;
	take(exemption);
	assert_int_equal(
		policies_floor(terminal.policies, &terminal.clock), JUNE_2026 - DAY + HOUR);
	terminal_start_anew();
	assert_int_equal(
		policies_floor(terminal.policies, &terminal.clock), JUNE_2026 - DAY + HOUR);
}

/* Somebody who may approve alone nothing, or only for others, moves no clock. */
static void what_does_not_count_says_nothing_of_the_time(void **state)
{
	int64_t before = policies_floor(terminal.policies, &terminal.clock);

	assert_refused(offer(make(DOCUMENT_EXEMPTION,
			       &(struct wish){.issued = "2026-06-20T00:00:00Z", .edits = {WRITE}})),
		"threshold");
	assert_int_equal(policies_floor(terminal.policies, &terminal.clock), before);
}

static void the_policy_in_force_decides(void **state)
{
	static const struct {
		struct wish wish;
		const char *fault;
	} policies[] = {
		{{.serial = 51}, "no-exemptions"},
		{{.serial = 52,
			 .edits = {POLICY_WITH("approvals-read-write = 1\nscan = required\n")}},
			"scan"},
		{{.serial = 53, .edits = {POLICY_WITH(TWO_TO_WRITE "approvals-read-only = 2\n")}},
			"threshold"},
		{{.serial = 54,
			 .edits = {{"mode = enforce\n",
					   "mode = rehearse\nuntil = 2026-04-20T00:00:00+09:00\n"},
				 POLICY_WITH(TWO_TO_WRITE)}},
			"none"},
		{{.serial = 55,
			 .not_after = "2026-06-01T09:30:00+09:00",
			 .edits = {POLICY_WITH(TWO_TO_WRITE)}},
			"none"},
	};

	take(exemption);
	for (size_t i = 0; i < COUNT(policies); i++) {
		take(make(DOCUMENT_POLICY, &policies[i].wish));
		assert_string_equal(fault_now(), policies[i].fault);
	}
	terminal_wait(HOUR);
	assert_string_equal(fault_now(), "policy-ended");
}

static void without_a_policy_none_counts(void **state)
{
	take(exemption);
	assert_int_equal(policies_revert(terminal.policies), 0); /* to the built-in one */
	assert_string_equal(fault_now(), "no-exemptions");
}

static void silence_ends_what_is_online(void **state)
{
	assert_refused(offer(make(DOCUMENT_EXEMPTION,
			       &(struct wish){.edits = {{"duration = 30m\n",
						      "duration = 30m\nonline = on\n"}}})),
		"online");
	assert_string_equal(fault_now(), "online"); /* no fresh was ever seen */
	take(make(DOCUMENT_FRESH, &(struct wish){.issued = "2026-06-01T08:00:00+09:00"}));
	assert_string_equal(fault_now(), "none");
	terminal_wait(15 * 60);
	assert_string_equal(fault_now(), "none");
	terminal_wait(1);
	assert_string_equal(fault_now(), "online");
	policies_note_heard(terminal.policies, &terminal.clock);
	assert_string_equal(fault_now(), "none");
	terminal_wait(4 * DAY); /* it answers, but with old news */
	policies_note_heard(terminal.policies, &terminal.clock);
	assert_string_equal(fault_now(), "online");
}

static void a_full_disk_is_told_and_opens_nothing(void **state)
{
	limit_file_size(100);
	assert_refused(offer(exemption), "not-stored");
	assert_int_equal(n_live(), 0);
	limit_file_size(SIZE_MAX);
	take(exemption);
	limit_file_size(10);
	assert_refused(offer(revocation), "not-stored");
	assert_int_equal(n_live(), 0); /* it closes all the same */
	limit_file_size(SIZE_MAX);
	take(make(DOCUMENT_ROOT, &(struct wish){.serial = 2}));
	assert_int_equal(n_live(), 0); /* nor does another root forget it */
	assert_int_equal(policies_save_time(terminal.policies, &terminal.clock), 0);
	terminal_start_anew();
	assert_string_equal(fault_now(), "revoked");
}

/* A site that began a new epoch keeps its old revocations in the file. */
static void revocations_of_other_epochs_are_no_fault(void **state)
{
	struct policies_answer answer =
		offer(make(DOCUMENT_REVOCATION, &(struct wish){.epoch = 2}));

	assert_int_equal(answer.outcome, POLICIES_UNCHANGED);
	assert_non_null(strstr(answer.detail, "epoch 2"));
}

static void there_is_room_for_new_ones_when_old_ones_are_over(void **state)
{
	for (unsigned i = 0; i < BUNDLE_EXEMPTIONS_MAX; i++) {
		char id[32];

		snprintf(id, sizeof(id), "E-AAAAAA%02u", i);
		take(make(DOCUMENT_EXEMPTION, &(struct wish){.edits = {{"E-7K3M9Q2X", id}}}));
	}
	assert_int_equal(n_live(), BUNDLE_EXEMPTIONS_MAX);
	assert_refused(offer(exemption), "too-many");
	terminal_wait(31 * DAY);
	take(make(DOCUMENT_EXEMPTION, &(struct wish){.not_before = "2026-07-01T00:00:00+09:00",
					      .not_after = "2026-07-30T00:00:00+09:00"}));
	assert_int_equal(n_live(), 1);
}

static void an_approver_is_told_by_his_accounts(void **state)
{
	const struct live_exemption *live;
	size_t n;

	take_root_with_accounts();
	take(exemption);
	live = policies_exemptions(terminal.policies, &terminal.clock, &n);
	assert_true(policies_is_approver(terminal.policies, live, "yoshida"));
	assert_true(policies_is_approver(terminal.policies, live, "a0123"));
	assert_false(policies_is_approver(terminal.policies, live, "kondo"));
	assert_false(policies_is_approver(terminal.policies, live, "tanaka"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, terminal_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(approvers_have_the_names_that_the_root_gives_them),
		TEST(an_approver_of_another_tier_approves_nothing_here),
		TEST(each_rule_says_why),
		TEST(what_is_taken_counts_and_names_who_approved),
		TEST(what_is_withheld_ends_nothing),
		TEST(one_bad_document_changes_nothing_for_the_others),
		TEST(a_second_approver_makes_it_count),
		TEST(one_number_is_one_exemption),
		TEST(a_revoked_one_stays_dead),
		TEST(a_revocation_that_came_first_counts_too),
		TEST(one_approver_is_enough_to_revoke_and_nobody_else_is),
		TEST(a_revocation_counts_whatever_the_day),
		TEST(revocations_of_other_tiers_are_no_fault),
		TEST(revocations_of_other_epochs_are_no_fault),
		TEST(without_the_list_of_what_was_revoked_none_counts),
		TEST(a_revoked_medium_is_not_registered_and_no_exemption_helps),
		TEST(a_revoked_medium_is_known_by_its_serial_too),
		TEST(a_key_that_is_retired_approves_nothing_any_more),
		TEST(what_was_revoked_stays_so_under_a_new_root),
		TEST(it_begins_ends_and_begins_again_with_the_time),
		TEST(what_was_approved_says_what_time_it_is_at_least),
		TEST(what_does_not_count_says_nothing_of_the_time),
		TEST(the_policy_in_force_decides),
		TEST(without_a_policy_none_counts),
		TEST(silence_ends_what_is_online),
		TEST(a_full_disk_is_told_and_opens_nothing),
		TEST(there_is_room_for_new_ones_when_old_ones_are_over),
		TEST(an_approver_is_told_by_his_accounts),
	};

	return cmocka_run_group_tests_name("exemptions", tests, NULL, NULL);
}
