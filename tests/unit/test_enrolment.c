/* Which step of an enrolment by ticket a record allows: nothing but what came before it. */
#include "tests/unit/fixture.h"

#include "pam/enrolment.h"

#define UNTIL_S 1000

static struct user_head head_of(const char *ticket)
{
	struct user_head head = {};

	snprintf(head.ticket.hash, sizeof(head.ticket.hash), "%s", ticket);
	head.ticket.until_s = ticket[0] ? UNTIL_S : 0;
	return head;
}

static void each_step_has_one_before_it(void **state)
{
	static const struct {
		const char *ticket;
		uint16_t spent;
		int64_t now_s;
		enum enrolment enrolment;
	} rows[] = {
		{"", 0, 1, ENROLMENT_NONE}, {"", SPENT_TICKET, 1, ENROLMENT_NONE},
		{"$y$a", 0, 1, ENROLMENT_UNUSED},
		{"$y$a", 0x3ff, 1, ENROLMENT_UNUSED}, /* recovery codes */
		{"$y$a", SPENT_TICKET, UNTIL_S - 1, ENROLMENT_SECRET},
		{"$y$a", SPENT_TICKET, UNTIL_S, ENROLMENT_OVER},
		{"$y$a", SPENT_TICKET | SPENT_SECRET, UNTIL_S - 1, ENROLMENT_CODES},
		{"$y$a", SPENT_TICKET | SPENT_SECRET, UNTIL_S + 1, ENROLMENT_CODES},
		{"$y$a", SPENT_BY_TICKET, 1, ENROLMENT_DONE},
		{"$y$a", SPENT_ENROLMENT, 1, ENROLMENT_DONE},
		{"$y$a", SPENT_SECRET, 1, ENROLMENT_UNUSED},
		{"$y$a", UINT16_MAX, 1, ENROLMENT_DONE}, /* nobody knows */
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct user_head head = head_of(rows[i].ticket);

		assert_int_equal(
			enrolment_judge(&head, rows[i].spent, rows[i].now_s), rows[i].enrolment);
	}
	assert_int_equal(ENROLMENT_NONE, 0);
}

static void a_code_of_the_token_shuts_what_it_makes_needless(void **state)
{
	const struct user_head with = head_of("$y$a"), without = head_of("");

	assert_int_equal(enrolment_by_code(&without, 0x5), 0x5);
	assert_int_equal(enrolment_by_code(&with, 0x5), 0x5 | SPENT_BY_TICKET);
	assert_int_equal(
		enrolment_by_code(&with, SPENT_TICKET | 1), SPENT_TICKET | SPENT_SECRET | 1);
	assert_int_equal(enrolment_by_code(&with, SPENT_BY_TICKET), SPENT_BY_TICKET);
}

static void another_ticket_begins_anew_and_the_same_one_never(void **state)
{
	static const struct {
		const char *old, *new;
		bool carries;
	} rows[] = {
		{"$y$a", "$y$a", true},
		{"$y$a", "$y$b", false},
		{"$y$a", "", true}, /* and back */
		{"", "$y$a", true},
		{"", "", true},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct user_head old = head_of(rows[i].old), new = head_of(rows[i].new);

		assert_int_equal(enrolment_carry(UINT16_MAX, &old, &new),
			rows[i].carries ? SPENT_BY_TICKET : 0);
		assert_int_equal(enrolment_carry(0x3ff, &old, &new), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_step_has_one_before_it),
		cmocka_unit_test(a_code_of_the_token_shuts_what_it_makes_needless),
		cmocka_unit_test(another_ticket_begins_anew_and_the_same_one_never),
	};

	return cmocka_run_group_tests_name("enrolment", tests, NULL, NULL);
}
