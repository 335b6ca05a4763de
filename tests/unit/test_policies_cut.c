/*
 * Power cuts and disk errors: each change of the documents is made again and again, with the power
 * going, or the disk failing, at its first step, its second, and so on to its last. Whatever holds
 * then is the old document or the new one, nothing counts as lost, and the change can be made
 * again.
 */
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/fixture.h"

#include "tests/unit/disk_faults.h"
#include "tests/unit/terminal.h"

/* No change has more steps than this. */
#define STEPS_MAX 300

static struct made policy_later, root_2, fresh_1000, fresh_1001, tokens_3, tokens_4, desks_3;
static struct made policy_50, exemption_a, exemption_b, revocation_a, revocation_b;
static struct list list_7, list_8;

struct change {
	void (*prepare)(void);
	void (*act)(void);             /* asserts nothing: it may be cut off, or fail */
	uint64_t (*state)(void);       /* what holds */
	uint64_t before, after, again; /* again: after the change was made once more */
};

static int setup(void **state)
{
	if (terminal_setup_policies(state) < 0)
		return -1;
	policy_later = make(DOCUMENT_POLICY,
		&(struct wish){.serial = 43, .not_before = "2026-06-02T00:00:00Z"});
	root_2 = make(DOCUMENT_ROOT, &(struct wish){.serial = 2});
	fresh_1000 = make(DOCUMENT_FRESH, &(struct wish){});
	fresh_1001 = make(DOCUMENT_FRESH, &(struct wish){.serial = 1001});
	tokens_3 = make(DOCUMENT_TOKENS, &(struct wish){.serial = 3});
	tokens_4 = make(DOCUMENT_TOKENS, &(struct wish){.serial = 4});
	desks_3 = make(DOCUMENT_DESKS, &(struct wish){.serial = 3});
	policy_50 = make(DOCUMENT_POLICY,
		&(struct wish){.serial = 50,
			.edits = {{"[media]\n",
				"[exemption]\nlongest = 8h\napprovals-read-write = 2\n"
				"scan = off\n[media]\n"}}});
	exemption_a = make(DOCUMENT_EXEMPTION, &(struct wish){});
	exemption_b =
		make(DOCUMENT_EXEMPTION, &(struct wish){.edits = {{"E-7K3M9Q2X", "E-BBBBBBBB"}}});
	revocation_a = make(DOCUMENT_REVOCATION, &(struct wish){});
	revocation_b =
		make(DOCUMENT_REVOCATION, &(struct wish){.edits = {{"E-7K3M9Q2X", "E-BBBBBBBB"}}});
	list_7 = make_list(&(struct wish){.serial = 7}, 1, 3);
	list_8 = make_list(&(struct wish){.serial = 8}, 3, 5);
	return 0;
}

/* --- the changes --- */

static void prepare_nothing(void)
{
}

static void prepare_42(void)
{
	apply_and_keep(policy_42);
}

static void prepare_trial_of_43(void)
{
	prepare_42();
	take(policy_43);
	assert_int_equal(policies_note_could_type(terminal.policies), 0);
}

static void prepare_first_trial(void)
{
	take(policy_42);
}

static void prepare_next(void)
{
	prepare_42();
	assert_int_equal(offer(policy_later).outcome, POLICIES_NEXT);
	terminal_wait(2 * DAY);
}

static void prepare_lost_42(void)
{
	prepare_42();
	remove_file("policy.ini");
	remove_file("policy.last-good.ini");
	terminal_start_anew();
}

static void prepare_list_7(void)
{
	take_list(&list_7);
}

static void prepare_fresh_1000(void)
{
	take(fresh_1000);
}

static void quietly_offer_policy(struct made made)
{
	struct policies_answer answer;

	(void)policies_offer(terminal.policies, made.bytes, made.size, &terminal.clock, &answer);
}

static void prepare_key(void)
{
	put_key('D');
}

static void prepare_tokens_3(void)
{
	prepare_key();
	take(tokens_3);
}

static void offer_42(void)
{
	quietly_offer_policy(policy_42);
}

static void offer_43(void)
{
	quietly_offer_policy(policy_43);
}

static void offer_later(void)
{
	quietly_offer_policy(policy_later);
}

static void look_at_next(void)
{
	struct policies_answer answer;

	(void)policies_check_next(terminal.policies, &terminal.clock, &answer);
}

static void keep(void)
{
	(void)policies_keep(terminal.policies);
}

/* As the agent: whoever is on trial, and nobody can type. */
static void revert(void)
{
	if (policies_is_on_trial(terminal.policies))
		(void)policies_revert(terminal.policies);
}

static void offer_root_2(void)
{
	struct policies_answer answer;

	(void)policies_offer_root(
		terminal.policies, 2, root_2.bytes, root_2.size, &terminal.clock, &answer);
}

static void quietly_offer_list(const struct list *list)
{
	struct policies_answer answer;

	(void)policies_offer_media(terminal.policies, list->index.bytes, list->index.size,
		list->shards, list->n_shards, &terminal.clock, &answer);
}

static void offer_list_7(void)
{
	quietly_offer_list(&list_7);
}

static void offer_list_8(void)
{
	quietly_offer_list(&list_8);
}

static void offer_fresh_1001(void)
{
	struct policies_answer answer;

	(void)policies_offer_fresh(
		terminal.policies, fresh_1001.bytes, fresh_1001.size, &terminal.clock, &answer);
}

static void quietly_offer_tokens(struct made made)
{
	struct policies_answer answer;

	(void)policies_offer_tokens(
		terminal.policies, made.bytes, made.size, &terminal.clock, &answer);
}

static void offer_tokens_3(void)
{
	quietly_offer_tokens(tokens_3);
}

static void offer_tokens_4(void)
{
	quietly_offer_tokens(tokens_4);
}

static void offer_desks_3(void)
{
	struct policies_answer answer;

	(void)policies_offer_desks(
		terminal.policies, desks_3.bytes, desks_3.size, &terminal.clock, &answer);
}

static void prepare_50(void)
{
	apply_and_keep(policy_50);
}

static void prepare_exemption_a(void)
{
	prepare_50();
	take(exemption_a);
}

static void prepare_two_exemptions(void)
{
	prepare_exemption_a();
	take(exemption_b);
}

static void prepare_revocation_b(void)
{
	prepare_two_exemptions();
	take(revocation_b);
}

static void quietly_offer_bundle(struct made made)
{
	struct policies_answer *answers = NULL;
	size_t n;

	(void)policies_offer_bundle(
		terminal.policies, made.kind, made.bytes, made.size, &terminal.clock, &answers, &n);
	free(answers);
}

static void offer_exemption_a(void)
{
	quietly_offer_bundle(exemption_a);
}

static void offer_exemption_b(void)
{
	quietly_offer_bundle(exemption_b);
}

static void offer_revocation_a(void)
{
	quietly_offer_bundle(revocation_a);
}

/* How many count. */
static uint64_t exemptions_state(void)
{
	size_t n, counting = 0;
	const struct live_exemption *live =
		policies_exemptions(terminal.policies, &terminal.clock, &n);

	if (policies_is_revoked_lost(terminal.policies))
		fail_msg("what was revoked is lost");
	for (size_t i = 0; i < n; i++)
		counting += live[i].fault == EXEMPTION_FAULT_NONE;
	return counting;
}

static uint64_t policy_state(void)
{
	return serial_in_force();
}

static uint64_t waiting_state(void)
{
	const struct policy *next = policies_next(terminal.policies);

	return next ? next->header.serial : 0;
}

static uint64_t root_state(void)
{
	return newest_root();
}

static uint64_t media_state(void)
{
	const struct document_header *header = policies_media_header(terminal.policies);

	if (header)
		assert_int_equal(n_registered(), 3);
	return header ? header->serial : 0;
}

static uint64_t fresh_state(void)
{
	const struct fresh *fresh = policies_fresh(terminal.policies);

	return fresh ? fresh->header.serial : 0;
}

static uint64_t tokens_state(void)
{
	const struct tokens *tokens = policies_tokens(terminal.policies);

	return tokens ? tokens->header.serial : 0;
}

static uint64_t desks_state(void)
{
	const struct desks *desks = policies_desks(terminal.policies, &terminal.clock);

	return desks ? desks->header.serial : 0;
}

/* --- how they are played --- */

static void begin_anew(void (*prepare)(void))
{
	terminal_empty();
	terminal.clock.realtime_s = JUNE_2026;
	terminal_start_anew();
	prepare();
}

static void assert_state(
	const struct change *change, const char *when, unsigned step, bool may_be_lost)
{
	uint64_t state = change->state();

	if (state != change->before && state != change->after)
		fail_msg("step %u, %s: %llu", step, when, (unsigned long long)state);
	if (policies_is_root_lost(terminal.policies) || policies_is_media_lost(terminal.policies) ||
		policies_is_tokens_lost(terminal.policies) ||
		(policies_is_lost(terminal.policies) && !(may_be_lost && state == change->before)))
		fail_msg("step %u, %s: something is lost", step, when);
}

static void make_again(const struct change *change, const char *when, unsigned step)
{
	uint64_t state;

	change->act();
	state = change->state();
	if (state != change->again)
		fail_msg("step %u, %s, again: %llu", step, when, (unsigned long long)state);
}

/* False when the change was over before that step. */
static bool play_cut(const struct change *change, unsigned step, bool may_be_lost)
{
	int status;
	pid_t child;

	begin_anew(change->prepare);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		disk_set_fault(DISK_CUT, step);
		change->act();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	terminal_start_anew();
	assert_state(change, "cut", step, may_be_lost);
	make_again(change, "cut", step);
	return WEXITSTATUS(status) == DISK_CUT_STATUS;
}

static bool play_error(
	const struct change *change, unsigned step, bool starts_anew, bool may_be_lost)
{
	bool came;

	begin_anew(change->prepare);
	disk_set_fault(DISK_ERROR, step);
	change->act();
	came = disk_fault_came();
	disk_set_fault(DISK_IS_GOOD, 0);
	assert_state(change, "failed", step, may_be_lost);
	if (starts_anew) {
		terminal_start_anew();
		assert_state(change, "failed and started", step, may_be_lost);
	}
	make_again(change, "failed", step);
	terminal_start_anew();
	make_again(change, "failed and again started", step);
	return came;
}

static void play_steps(const struct change *change, bool may_be_lost)
{
	unsigned cuts = 1, errors = 1;

	while (play_cut(change, cuts, may_be_lost))
		assert_true(++cuts < STEPS_MAX);
	while (play_error(change, errors, false, may_be_lost) &&
		play_error(change, errors, true, may_be_lost))
		assert_true(++errors < STEPS_MAX);
	/* A temporary file, its rename, the folder: less would not be durable. */
	assert_true(cuts > 3 && errors > 3);
	print_message("%u steps\n", cuts - 1);
}

static void play(const struct change *change)
{
	play_steps(change, false);
}

static void the_first_policy(void **state)
{
	play(&(struct change){prepare_nothing, offer_42, policy_state, 0, 42, 42});
}

static void another_policy(void **state)
{
	play(&(struct change){prepare_42, offer_43, policy_state, 42, 43, 43});
}

static void a_policy_that_waits(void **state)
{
	play(&(struct change){prepare_42, offer_later, waiting_state, 0, 43, 43});
}

static void a_policy_whose_day_has_come(void **state)
{
	play(&(struct change){prepare_next, look_at_next, policy_state, 42, 43, 43});
}

static void a_policy_that_passed_its_trial(void **state)
{
	play(&(struct change){prepare_trial_of_43, keep, policy_state, 43, 43, 43});
}

static void a_policy_that_failed_its_trial(void **state)
{
	play(&(struct change){prepare_trial_of_43, revert, policy_state, 43, 42, 42});
}

static void a_first_policy_that_failed_its_trial(void **state)
{
	play(&(struct change){prepare_first_trial, revert, policy_state, 42, 0, 0});
}

static void a_policy_that_is_put_back(void **state)
{
	play_steps(&(struct change){prepare_lost_42, offer_42, policy_state, 0, 42, 42}, true);
}

static void a_root(void **state)
{
	play(&(struct change){prepare_42, offer_root_2, root_state, 1, 2, 2});
}

static void the_first_list_of_media(void **state)
{
	play(&(struct change){prepare_nothing, offer_list_7, media_state, 0, 7, 7});
}

static void another_list_of_media(void **state)
{
	play(&(struct change){prepare_list_7, offer_list_8, media_state, 7, 8, 8});
}

static void what_is_said_of_the_newest_documents(void **state)
{
	play(&(struct change){prepare_fresh_1000, offer_fresh_1001, fresh_state, 1000, 1001, 1001});
}

static void the_first_tokens(void **state)
{
	play(&(struct change){prepare_key, offer_tokens_3, tokens_state, 0, 3, 3});
}

static void other_tokens(void **state)
{
	play(&(struct change){prepare_tokens_3, offer_tokens_4, tokens_state, 3, 4, 4});
}

static void the_desks_of_the_terminal(void **state)
{
	play(&(struct change){prepare_key, offer_desks_3, desks_state, 0, 3, 3});
}

static void the_first_exemption(void **state)
{
	play(&(struct change){prepare_50, offer_exemption_a, exemptions_state, 0, 1, 1});
}

static void another_exemption(void **state)
{
	play(&(struct change){prepare_exemption_a, offer_exemption_b, exemptions_state, 1, 2, 2});
}

static void the_first_revocation(void **state)
{
	play(&(struct change){
		prepare_two_exemptions, offer_revocation_a, exemptions_state, 2, 1, 1});
}

static void another_revocation(void **state)
{
	play(&(struct change){prepare_revocation_b, offer_revocation_a, exemptions_state, 1, 0, 0});
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, terminal_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_policy),
		TEST(another_policy),
		TEST(a_policy_that_waits),
		TEST(a_policy_whose_day_has_come),
		TEST(a_policy_that_passed_its_trial),
		TEST(a_policy_that_failed_its_trial),
		TEST(a_first_policy_that_failed_its_trial),
		TEST(a_policy_that_is_put_back),
		TEST(a_root),
		TEST(the_first_list_of_media),
		TEST(another_list_of_media),
		TEST(what_is_said_of_the_newest_documents),
		TEST(the_first_tokens),
		TEST(other_tokens),
		TEST(the_first_exemption),
		TEST(another_exemption),
		TEST(the_first_revocation),
		TEST(another_revocation),
		TEST(the_desks_of_the_terminal),
	};

	return cmocka_run_group_tests_name("power cuts", tests, NULL, NULL);
}
