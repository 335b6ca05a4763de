/* How much of the second factor a terminal says that its rules ask for. */
#include "tests/unit/fixture.h"

#include "agent/agent_internal.h"

#define NOW 1000

static struct login_rules rules_of(enum second_factor mode)
{
	return (struct login_rules){
		.mode = mode, .from_s = INT64_MIN, .rehearse_until_s = INT64_MIN};
}

static void all_of_it_is_on(void **state)
{
	struct login_rules rules = rules_of(SECOND_FACTOR_REQUIRED);

	assert_int_equal(agent_report_factor(&rules, NOW), REPORT_FACTOR_ON);
	/* A service that only says its boxes, and one that asks as all do. */
	rules.n_services = 2;
	rules.services[0].mode = SECOND_FACTOR_OFF;
	rules.services[1].has_mode = true;
	rules.services[1].mode = SECOND_FACTOR_REQUIRED;
	/* An exemption that is over, a group whose day has not come. */
	rules.n_exempt = 1;
	rules.exempt[0].until_s = NOW;
	rules.n_groups = 1;
	rules.groups[0].mode = SECOND_FACTOR_OFF;
	rules.groups[0].from_s = NOW + 1;
	assert_int_equal(agent_report_factor(&rules, NOW), REPORT_FACTOR_ON);
}

static void an_exception_makes_it_partial(void **state)
{
	struct login_rules service = rules_of(SECOND_FACTOR_REQUIRED), group = service,
			   exempt = service, one = rules_of(SECOND_FACTOR_OFF);

	service.n_services = group.n_groups = exempt.n_exempt = one.n_services = 1;
	service.services[0].has_mode = one.services[0].has_mode = true;
	service.services[0].mode = SECOND_FACTOR_OFF;
	group.groups[0].mode = SECOND_FACTOR_REHEARSE;
	group.groups[0].from_s = NOW;
	exempt.exempt[0].until_s = NOW + 1;
	one.services[0].mode = SECOND_FACTOR_REQUIRED;
	assert_int_equal(agent_report_factor(&service, NOW), REPORT_FACTOR_PARTIAL);
	assert_int_equal(agent_report_factor(&group, NOW), REPORT_FACTOR_PARTIAL);
	assert_int_equal(agent_report_factor(&exempt, NOW), REPORT_FACTOR_PARTIAL);
	assert_int_equal(agent_report_factor(&one, NOW), REPORT_FACTOR_PARTIAL);
}

static void what_is_not_required_is_not_on(void **state)
{
	struct login_rules off = rules_of(SECOND_FACTOR_OFF);
	struct login_rules rehearse = rules_of(SECOND_FACTOR_REHEARSE);
	struct login_rules later = rules_of(SECOND_FACTOR_REQUIRED), whole = later;

	later.from_s = NOW + 1;
	whole.rehearse_until_s = NOW + 1;
	assert_int_equal(agent_report_factor(&off, NOW), REPORT_FACTOR_OFF);
	assert_int_equal(agent_report_factor(&rehearse, NOW), REPORT_FACTOR_REHEARSE);
	assert_int_equal(agent_report_factor(&later, NOW), REPORT_FACTOR_OFF);
	assert_int_equal(agent_report_factor(&later, NOW + 1), REPORT_FACTOR_ON);
	assert_int_equal(agent_report_factor(&whole, NOW), REPORT_FACTOR_REHEARSE);
	assert_int_equal(agent_report_factor(&whole, NOW + 1), REPORT_FACTOR_ON);
	/* A rehearsal of the whole policy requires nothing of a single service either. */
	off.rehearse_until_s = NOW + 1;
	off.n_services = 1;
	off.services[0].has_mode = true;
	off.services[0].mode = SECOND_FACTOR_REQUIRED;
	assert_int_equal(agent_report_factor(&off, NOW), REPORT_FACTOR_OFF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it_is_on),
		cmocka_unit_test(an_exception_makes_it_partial),
		cmocka_unit_test(what_is_not_required_is_not_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
