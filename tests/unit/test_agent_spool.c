#include "tests/unit/fixture.h"

#include <time.h>

#include "agent/agent_internal.h"

#define DAY_S 86400

static struct agent agent;

static void a_server_is_a_problem_at_once_or_after_a_day_of_silence(void **state)
{
	int64_t now_s = (int64_t)time(NULL);
	const struct {
		struct fetch_server server;
		bool is_problem;
	} rows[] = {
		{{FETCH_SERVER_UNKNOWN, 0, 0}, false},
		{{FETCH_SERVER_OK, now_s, 0}, false},
		{{FETCH_SERVER_OK, now_s - 2 * DAY_S, 0}, false},
		{{FETCH_SERVER_CERTIFICATE, now_s, 0}, true},
		{{FETCH_SERVER_NOT_CONFIGURED, 0, 0}, true},
		{{FETCH_SERVER_NO_ANSWER, now_s - DAY_S + 60, 0}, false},
		{{FETCH_SERVER_NO_ANSWER, now_s - DAY_S - 60, 0}, true},
		{{FETCH_SERVER_REFUSED, now_s - DAY_S - 60, 500}, true},
		{{FETCH_SERVER_REFUSED, now_s - 60, 403}, false},
		{{FETCH_SERVER_PARTLY, now_s, 403}, false},
		{{FETCH_SERVER_PROXY, now_s - DAY_S - 60, 0}, true},
		/* A clock that was set back. */
		{{FETCH_SERVER_NO_ANSWER, now_s + DAY_S, 0}, false},
		{{FETCH_SERVER_NO_ANSWER, INT64_MAX, 0}, false},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		agent.spool.server = rows[i].server;
		if ((agent_spool_problem(&agent) != NULL) != rows[i].is_problem)
			fail_msg("row %zu", i);
	}
}

static void the_status_has_the_word_of_a_server_that_was_asked(void **state)
{
	struct agent_status status = {};

	agent.spool.server = (struct fetch_server){};
	agent_spool_status(&agent, &status);
	assert_null(status.server);
	agent.spool.server = (struct fetch_server){FETCH_SERVER_REFUSED, 1800000000, 403};
	agent_spool_status(&agent, &status);
	assert_string_equal(status.server, "refused");
	assert_int_equal(status.server_heard, 1800000000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_server_is_a_problem_at_once_or_after_a_day_of_silence),
		cmocka_unit_test(the_status_has_the_word_of_a_server_that_was_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
