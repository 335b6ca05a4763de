/*
 * Memory that runs out on a terminal, of sekishod and of libcrypto: each change of the documents is
 * made with the first allocation failing, the second, and so on until it succeeds. What held holds
 * on, or the new one does; nothing counts as lost, a policy that waits goes on waiting, and with
 * memory the change is made.
 */
#include <errno.h>

#include "tests/unit/fixture.h"

#include "tests/unit/failing_allocator.h"
#include "tests/unit/terminal.h"

#define ALLOCATIONS_MAX 20000

static struct made policy_later, root_2, fresh_1001, tokens_3;
static struct list list_7;
static int64_t floor_saved;

struct change {
	void (*prepare)(void);
	int (*act)(void);
	uint64_t (*state)(void);
	uint64_t before, after;
	bool is_lost; /* something is, before and after */
};

/* The power stays on here, and thousands of these would take minutes. */
int __wrap_fsync(int fd);
int __wrap_syncfs(int fd);

int __wrap_fsync(int fd)
{
	return 0;
}

int __wrap_syncfs(int fd)
{
	return 0;
}

static int setup(void **state)
{
	if (terminal_setup_policies(state) < 0)
		return -1;
	policy_later = make(DOCUMENT_POLICY,
		&(struct wish){.serial = 43, .not_before = "2026-06-02T00:00:00Z"});
	root_2 = make(DOCUMENT_ROOT, &(struct wish){.serial = 2});
	fresh_1001 = make(DOCUMENT_FRESH, &(struct wish){.serial = 1001});
	tokens_3 = make(DOCUMENT_TOKENS, &(struct wish){.serial = 3});
	list_7 = make_list(&(struct wish){.serial = 7}, 1, 3);
	return 0;
}

static void prepare_42(void)
{
	apply_and_keep(policy_42);
}

static void prepare_next(void)
{
	prepare_42();
	assert_int_equal(offer(policy_later).outcome, POLICIES_NEXT);
	terminal_wait(2 * DAY);
}

static void prepare_key(void)
{
	prepare_42();
	put_key('D');
}

/* The power went before it was in place. */
static void prepare_candidate(void)
{
	uint8_t text_sha256[SHA256_SIZE];

	prepare_42();
	put_file("policy.candidate.ini", policy_43);
	assert_int_equal(document_text_sha256(policy_43.bytes, policy_43.size, text_sha256), 0);
	assert_int_equal(
		store_raise_serial(terminal.state->fd, DOCUMENT_POLICY, 1, 43, text_sha256), 0);
}

static void prepare_all(void)
{
	take(root_2);
	prepare_next();
	take_list(&list_7);
	take(fresh_1001);
	put_key('D');
	take(tokens_3);
	terminal_wait(10 * DAY);
	floor_saved = policies_floor(terminal.policies, &terminal.clock);
	assert_int_equal(policies_save_time(terminal.policies, &terminal.clock), 0);
	terminal_start_anew();
}

static void prepare_lost(void)
{
	prepare_all();
	remove_file("root/2.ini");
	remove_file("media.ini");
	remove_file("tokens.ini");
	terminal_start_anew();
}

static int act_on(int r, const struct policies_answer *answer)
{
	if (r == 0 && answer->outcome == POLICIES_REFUSED)
		assert_int_equal(answer->error, ENOMEM);
	return r;
}

static int offer_43(void)
{
	struct policies_answer answer;

	return act_on(policies_offer(terminal.policies, policy_43.bytes, policy_43.size,
			      &terminal.clock, &answer),
		&answer);
}

static int look_at_next(void)
{
	struct policies_answer answer = {.outcome = POLICIES_UNCHANGED};
	int r = check_next(&answer);

	return act_on(r > 0 ? 0 : r, &answer);
}

static int offer_root_2(void)
{
	struct policies_answer answer;

	return act_on(policies_offer_root(terminal.policies, 2, root_2.bytes, root_2.size,
			      &terminal.clock, &answer),
		&answer);
}

static int offer_list_7(void)
{
	struct policies_answer answer;

	return act_on(policies_offer_media(terminal.policies, list_7.index.bytes, list_7.index.size,
			      list_7.shards, list_7.n_shards, &terminal.clock, &answer),
		&answer);
}

static int offer_fresh_1001(void)
{
	struct policies_answer answer;

	return act_on(policies_offer_fresh(terminal.policies, fresh_1001.bytes, fresh_1001.size,
			      &terminal.clock, &answer),
		&answer);
}

static int offer_tokens_3(void)
{
	struct policies_answer answer;

	return act_on(policies_offer_tokens(terminal.policies, tokens_3.bytes, tokens_3.size,
			      &terminal.clock, &answer),
		&answer);
}

static int start_anew(void)
{
	struct policies_config config = {
		.etc_fd = terminal.etc->fd,
		.state_fd = terminal.state->fd,
		.clock = terminal.clock,
	};

	policies_close(terminal.policies);
	terminal.policies = NULL;
	return policies_open(&config, &terminal.policies);
}

static uint64_t media_state(void)
{
	return n_registered();
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

/* Of every kind something. */
static uint64_t whole_state(void)
{
	assert_int_equal(newest_root(), 2);
	assert_int_equal(n_registered(), 3);
	assert_int_equal(fresh_state(), 1001);
	assert_int_equal(tokens_state(), 3);
	assert_non_null(policies_next(terminal.policies));
	assert_true(policies_floor(terminal.policies, &terminal.clock) >= floor_saved);
	return serial_in_force();
}

static uint64_t lost_state(void)
{
	return policies_is_tokens_lost(terminal.policies) * 4U +
	       policies_is_root_lost(terminal.policies) * 2U +
	       policies_is_media_lost(terminal.policies);
}

static void assert_state(const struct change *change, unsigned number, int r)
{
	uint64_t state;

	/* sekishod ends then, and starts anew. */
	if (!terminal.policies)
		terminal_start_anew();
	state = change->state();
	if (r != 0 && r != -ENOMEM)
		fail_msg("allocation %u: %d", number, r);
	if (state != change->before && state != change->after)
		fail_msg("allocation %u: %llu", number, (unsigned long long)state);
	if (change->is_lost)
		return;
	if (policies_is_lost(terminal.policies) || policies_is_root_lost(terminal.policies) ||
		policies_is_media_lost(terminal.policies) ||
		policies_is_tokens_lost(terminal.policies))
		fail_msg("allocation %u: something is lost", number);
}

static void begin_anew(const struct change *change)
{
	terminal_empty();
	terminal.clock.realtime_s = JUNE_2026;
	terminal_start_anew();
	change->prepare();
}

/* False when no allocation was left to fail. */
static bool play_one(const struct change *change, enum allocation_fault fault, unsigned number)
{
	bool came;
	int r;

	allocations_set_fault(fault, number);
	r = change->act();
	allocations_stop_failing();
	came = allocations_failed() + allocations_of_libcrypto_failed() > 0;
	assert_state(change, number, r);
	/* What did not succeed must have changed nothing, so it is tried from there. */
	if (change->state() == change->before && number % 16 != 0)
		return came;
	assert_int_equal(change->act(), 0);
	assert_int_equal(change->state(), change->after);
	begin_anew(change);
	return came;
}

static void play(const struct change *change)
{
	unsigned number;

	for (enum allocation_fault fault = ALLOCATION_FAILS; fault <= ALLOCATIONS_FAIL_FROM_IT;
		fault++) {
		begin_anew(change);
		for (number = 1; play_one(change, fault, number); number++)
			assert_true(number < ALLOCATIONS_MAX);
		assert_true(number > 10);
		print_message("%u allocations\n", number - 1);
	}
}

static void another_policy(void **state)
{
	play(&(struct change){prepare_42, offer_43, serial_in_force, 42, 43, false});
}

static void a_policy_whose_day_has_come_goes_on_waiting(void **state)
{
	play(&(struct change){prepare_next, look_at_next, serial_in_force, 42, 43, false});
}

static void a_root(void **state)
{
	play(&(struct change){prepare_42, offer_root_2, newest_root, 1, 2, false});
}

static void a_list_of_media(void **state)
{
	play(&(struct change){prepare_42, offer_list_7, media_state, 0, 3, false});
}

static void what_is_said_of_the_newest_documents(void **state)
{
	play(&(struct change){prepare_42, offer_fresh_1001, fresh_state, 0, 1001, false});
}

static void tokens(void **state)
{
	play(&(struct change){prepare_key, offer_tokens_3, tokens_state, 0, 3, false});
}

static void a_start(void **state)
{
	play(&(struct change){prepare_all, start_anew, whole_state, 42, 42, false});
}

static void a_start_after_a_power_cut(void **state)
{
	play(&(struct change){prepare_candidate, start_anew, serial_in_force, 43, 43, false});
}

static void a_start_where_something_is_lost(void **state)
{
	play(&(struct change){prepare_lost, start_anew, lost_state, 7, 7, .is_lost = true});
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, terminal_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(another_policy),
		TEST(a_policy_whose_day_has_come_goes_on_waiting),
		TEST(a_root),
		TEST(a_list_of_media),
		TEST(what_is_said_of_the_newest_documents),
		TEST(tokens),
		TEST(a_start),
		TEST(a_start_after_a_power_cut),
		TEST(a_start_where_something_is_lost),
	};

	if (!allocations_take_libcrypto())
		return 1;
	return cmocka_run_group_tests_name("no memory", tests, NULL, NULL);
}
