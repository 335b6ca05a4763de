/* Of more exemptions than a terminal remembers, which may be forgotten, and what becomes of more.
 */
#include "tests/unit/fixture.h"

#include "agent/core.h"

#define STATES    512 /* LIVES_MAX of core_exemption.h */
#define NOT_AFTER 1790000000

static struct core *core;
static struct core_actions actions;

static void handle(struct core_event event, int64_t floor_s)
{
	uint64_t wake_ms;

	/* A clock that is far ahead. */
	event.trusted_ms = (int64_t)(NOT_AFTER + 100000) * 1000;
	event.floor_s = floor_s;
	core_actions_clear(&actions);
	assert_int_equal(core_handle(core, &event, &actions, &wake_ms), 0);
}

/* Ended ones whose documents are withheld; the first is over before the others. */
static int setup(void **state)
{
	static struct exemption_state states[STATES];
	const struct core_event event = {.kind = EVENT_EXEMPTION_STATES,
		.states = {.items = states, .count = STATES, .boot_id = "boot"}};

	for (unsigned i = 0; i < STATES; i++) {
		states[i] = (struct exemption_state){.phase = EXEMPTION_ENDED,
			.end = EXEMPTION_END_EJECT,
			.not_after = NOT_AFTER + i};
		snprintf(states[i].id, sizeof(states[i].id), "E-%08u", i);
	}
	assert_int_equal(core_new(&core), 0);
	actions = (struct core_actions){};
	handle(event, 0);
	return 0;
}

static int teardown(void **state)
{
	core_actions_clear(&actions);
	core_free(core);
	return 0;
}

static void document_comes(int64_t floor_s)
{
	static struct exemption exemption = {.id = "E-7K3M9Q2X",
		.header = {.not_before = NOT_AFTER, .not_after = NOT_AFTER + 1000000}};
	static const struct core_exemption document = {
		.exemption = &exemption, .fault = EXEMPTION_FAULT_NONE};

	handle((struct core_event){.kind = EVENT_EXEMPTIONS,
		       .exemptions = {.items = &document, .count = 1}},
		floor_s);
}

static size_t count(enum core_action_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < actions.count; i++)
		n += actions.items[i].kind == kind;
	return n;
}

static bool has(const char *id)
{
	struct core_exemption_view view;

	for (size_t i = 0; core_exemption_at(core, i, &view); i++)
		if (strcmp(view.state->id, id) == 0)
			return true;
	return false;
}

/* One of no event where there is none. */
static const struct record *recorded(void)
{
	static const struct record none = {};

	for (size_t i = 0; i < actions.count; i++)
		if (actions.items[i].kind == ACTION_RECORD)
			return actions.items[i].record;
	return &none;
}

static void a_clock_that_is_ahead_makes_no_room(void **state)
{
	document_comes(NOT_AFTER);
	assert_int_equal(count(ACTION_EXEMPTION_FORGET), 0);
	assert_true(has("E-00000000"));
	assert_false(has("E-7K3M9Q2X"));
	assert_int_equal(recorded()->event, RECORD_EXEMPTION_REFUSED);
	assert_string_equal(recorded()->exemption->id, "E-7K3M9Q2X");
	assert_string_equal(recorded()->exemption->reason, "too-many");
	/* Once. */
	document_comes(NOT_AFTER);
	assert_int_equal(recorded()->event, RECORD_NONE);
}

static void what_documents_prove_to_be_over_makes_room(void **state)
{
	document_comes(0);
	assert_false(has("E-7K3M9Q2X"));
	document_comes(NOT_AFTER + 1);
	assert_int_equal(count(ACTION_EXEMPTION_FORGET), 1);
	assert_false(has("E-00000000"));
	assert_true(has("E-00000001"));
	assert_true(has("E-7K3M9Q2X"));
	assert_int_equal(recorded()->event, RECORD_EXEMPTION_RECEIVED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_clock_that_is_ahead_makes_no_room),
		TEST(what_documents_prove_to_be_over_makes_room),
	};

	return cmocka_run_group_tests_name("room for exemptions", tests, NULL, NULL);
}
