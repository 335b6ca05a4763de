/* Of more sessions than the core takes, which ones it is told of. */
#include "tests/unit/fixture.h"

#include "agent/session_list.h"

static void add(struct session_list *list, unsigned number, enum session_rank rank)
{
	struct core_session session = {.uid = 1000 + number, .is_active = rank == SESSION_ACTIVE};

	snprintf(session.id, sizeof(session.id), "c%u", number);
	session_list_add(list, &session, rank);
}

static bool has(const struct session_list *list, unsigned number)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		n += list->items[i].uid == 1000 + number;
	assert_true(n <= 1);
	return n == 1;
}

static void fill(struct session_list *list, enum session_rank rank)
{
	for (unsigned i = 0; i < 2 * CORE_SESSIONS_MAX; i++)
		add(list, i, rank);
	assert_int_equal(list->n, CORE_SESSIONS_MAX);
}

static void who_sits_here_is_not_crowded_out_by_ssh(void **state)
{
	static const enum session_rank ranks[] = {SESSION_SEATED, SESSION_BOUND, SESSION_ACTIVE};

	for (size_t i = 0; i < COUNT(ranks); i++) {
		struct session_list behind = {}, before = {};

		fill(&behind, SESSION_ELSEWHERE);
		add(&behind, 500, ranks[i]);
		assert_true(has(&behind, 500));
		assert_int_equal(behind.n, CORE_SESSIONS_MAX);
		add(&before, 500, ranks[i]);
		fill(&before, SESSION_ELSEWHERE);
		assert_true(has(&before, 500));
	}
}

static void what_an_exemption_hangs_on_goes_before_other_seats(void **state)
{
	struct session_list list = {};

	fill(&list, SESSION_SEATED);
	add(&list, 500, SESSION_BOUND);
	add(&list, 501, SESSION_ACTIVE);
	add(&list, 502, SESSION_SEATED);
	add(&list, 503, SESSION_ELSEWHERE);
	assert_true(has(&list, 500));
	assert_true(has(&list, 501));
	assert_false(has(&list, 502));
	assert_false(has(&list, 503));
}

/* Else the core would be told anew at every look. */
static void the_order_is_that_in_which_they_came(void **state)
{
	struct session_list list = {};

	fill(&list, SESSION_ELSEWHERE);
	add(&list, 500, SESSION_BOUND);
	add(&list, 501, SESSION_ACTIVE);
	for (unsigned i = 0; i < CORE_SESSIONS_MAX - 2; i++)
		assert_int_equal(list.items[i].uid, 1000 + i);
	assert_int_equal(list.items[CORE_SESSIONS_MAX - 2].uid, 1500);
	assert_int_equal(list.items[CORE_SESSIONS_MAX - 1].uid, 1501);
	assert_true(list.items[CORE_SESSIONS_MAX - 1].is_active);
}

static void bound_is_what_a_state_names_with_its_user(void **state)
{
	const struct exemption_state stored = {
		.id = "E-7K3M9Q2X", .phase = EXEMPTION_ACTIVE, .session = "c7", .uid = 1007};
	const struct core_event event = {.kind = EVENT_EXEMPTION_STATES,
		.states = {.items = &stored, .count = 1, .boot_id = "boot"}};
	struct core_actions actions = {};
	struct core *core;
	uint64_t wake_ms;

	assert_int_equal(core_new(&core), 0);
	assert_false(session_is_bound(core, &(struct core_session){.id = "c7", .uid = 1007}));
	assert_int_equal(core_handle(core, &event, &actions, &wake_ms), 0);
	assert_true(session_is_bound(core, &(struct core_session){.id = "c7", .uid = 1007}));
	assert_false(session_is_bound(core, &(struct core_session){.id = "c7", .uid = 1008}));
	assert_false(session_is_bound(core, &(struct core_session){.id = "c8", .uid = 1007}));
	core_actions_clear(&actions);
	core_free(core);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_sits_here_is_not_crowded_out_by_ssh),
		cmocka_unit_test(what_an_exemption_hangs_on_goes_before_other_seats),
		cmocka_unit_test(the_order_is_that_in_which_they_came),
		cmocka_unit_test(bound_is_what_a_state_names_with_its_user),
	};

	return cmocka_run_group_tests_name("session list", tests, NULL, NULL);
}
