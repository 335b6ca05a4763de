/* Requests and states of exemptions on a disk that fails or is cut: nothing is half there, and
 * nothing is opened that the disk does not know of. */
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/fixture.h"

#include "agent/agent_internal.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/terminal.h"

#define ID "E-7K3M9Q2X"

static struct agent agent;

static int setup(void **state)
{
	struct record_log_config config = {
		.boot_id = "01234567-89ab-cdef-0123-456789abcdef", .file_size_max = 1 << 20};
	bool torn;

	if (terminal_setup(state) < 0)
		return -1;
	agent = (struct agent){
		.policies = terminal.policies,
		.state_fd = terminal.state->fd,
		.run_fd = terminal.state->fd,
		.exemption = {.folder_fd = terminal.state->fd, .requests_fd = -1, .up_fd = -1},
	};
	config.directory_fd = terminal.etc->fd;
	assert_int_equal(record_log_open(&config, &agent.log, &torn), 0);
	assert_true(sd_event_new(&agent.event) >= 0);
	assert_int_equal(core_new(&agent.core), 0);
	assert_int_equal(agent_requests_start(&agent), 0);
	return 0;
}

static int teardown(void **state)
{
	disk_set_fault(DISK_IS_GOOD, 0);
	core_free(agent.core);
	requests_clear(&agent.exemption.requests);
	close(agent.exemption.requests_fd);
	close(agent.exemption.up_fd);
	record_log_close(agent.log);
	sd_event_source_unref(agent.sync_source);
	sd_event_unref(agent.event);
	return terminal_teardown(state);
}

static struct request_entry a_request(void)
{
	return (struct request_entry){
		.phase = REQUEST_OPEN,
		.uid = 1000,
		.method = EXEMPTION_METHOD_SCREEN,
		.asked_s = JUNE_2026,
		.request =
			{
				.header = {.site = "tosu",
					.tier = "my-number",
					.epoch = 1,
					.issued = JUNE_2026},
				.id = ID,
				.terminal = "desk-17",
				.requester = "tanaka",
				.medium = {.kind = EXEMPTION_MEDIUM_REGISTERED, .number = "M-1"},
				.use = {.access = VERDICT_READ_ONLY, .duration_s = 1800},
				.form = {.purpose = "予算"},
			},
	};
}

static bool is_kept(void)
{
	return faccessat(agent.exemption.requests_fd, ID, F_OK, 0) == 0;
}

static bool is_handed_up(void)
{
	return faccessat(agent.exemption.up_fd, "request-" ID ".ini", F_OK, 0) == 0;
}

static void forget_all(void)
{
	if (agent.exemption.requests.n > 0)
		requests_remove(&agent.exemption.requests, &agent.exemption.requests.items[0]);
	(void)unlinkat(agent.exemption.requests_fd, ID, 0);
	(void)unlinkat(agent.exemption.up_fd, "request-" ID ".ini", 0);
	/* Which the next one of that name replaces. */
	(void)unlinkat(agent.exemption.requests_fd, ".new-" ID, 0);
	(void)unlinkat(agent.exemption.up_fd, ".new-request-" ID ".ini", 0);
}

static void a_request_is_there_whole_or_not_at_all(void **state)
{
	const struct request_entry request = a_request();
	struct request_entry *added;
	unsigned step = 0, n_failed = 0;
	int r;

	do {
		disk_set_fault(DISK_ERROR, ++step);
		r = agent_request_add(&agent, &request, &added);
		n_failed += r < 0;
		if (is_kept() != (r == 0) || is_handed_up() != (r == 0) ||
			agent.exemption.requests.n != (r == 0))
			fail_msg("step %u: %d", step, r);
		if (r == 0 && added->record == 0)
			fail_msg("step %u: it is not recorded", step);
		forget_all();
	} while (disk_fault_came());
	assert_true(n_failed >= 6);
}

/* Another sekishod finds what one that was cut has left. */
static void load_anew(void)
{
	requests_clear(&agent.exemption.requests);
	close(agent.exemption.requests_fd);
	close(agent.exemption.up_fd);
	assert_int_equal(agent_requests_start(&agent), 0);
}

static void a_power_cut_leaves_a_request_or_none(void **state)
{
	const struct request_entry request = a_request();
	unsigned n_found = 0, step = 1;
	int status = 0;

	for (;; step++) {
		struct request_entry *added;
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0) {
			/* An event loop is not its child's. */
			agent.sync_source = NULL;
			assert_true(sd_event_new(&agent.event) >= 0);
			disk_set_fault(DISK_CUT, step);
			_exit(agent_request_add(&agent, &request, &added) == 0 ? 0 : 1);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		if (WEXITSTATUS(status) != DISK_CUT_STATUS)
			break;
		load_anew();
		n_found += agent.exemption.requests.n;
		if (agent.exemption.requests.n > 0 && agent.exemption.requests.items[0].record == 0)
			fail_msg("step %u: it is not recorded", step);
		forget_all();
	}
	forget_all();
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_true(step > 6 && n_found > 0);
}

static struct exemption_state a_state(void)
{
	return (struct exemption_state){.id = ID, .phase = EXEMPTION_ACTIVE, .user = "tanaka"};
}

static const struct core_plan opens = {.authorize = true, .access = DISK_ACCESS_MEDIUM};

static void what_the_disk_does_not_know_is_not_opened(void **state)
{
	const struct core_plan shuts = {.authorize = false, .access = DISK_ACCESS_MEDIUM},
			       keyboard = {.authorize = true};
	const struct exemption_state kept = a_state();
	int folder_fd = agent.exemption.folder_fd;

	assert_true(agent_exemption_may_open(&agent, &opens));
	agent.exemption.folder_fd = -1; /* all that is written there fails */
	assert_int_equal(agent_exemption_keep(&agent, &kept), 0);
	assert_false(agent_exemption_may_open(&agent, &opens));
	assert_true(agent_exemption_may_open(&agent, &shuts));
	assert_true(agent_exemption_may_open(&agent, &keyboard));
	agent.exemption.folder_fd = folder_fd;
	assert_true(agent_exemption_may_open(&agent, &opens));
	assert_int_equal(faccessat(folder_fd, ID, F_OK, 0), 0);
}

static void a_state_that_failed_once_is_written_before_anything_is_opened(void **state)
{
	const struct exemption_state kept = a_state();
	struct exemption_state read;
	unsigned step = 0;

	do {
		char *text = NULL;
		size_t size;

		(void)unlinkat(agent.exemption.folder_fd, ID, 0);
		disk_set_fault(DISK_ERROR, ++step);
		assert_int_equal(agent_exemption_keep(&agent, &kept), 0);
		assert_true(agent_exemption_may_open(&agent, &opens));
		assert_int_equal(store_read(agent.exemption.folder_fd, ID, EXEMPTION_STATE_SIZE,
					 &text, &size),
			0);
		assert_int_equal(exemption_state_parse(text, size, &read), 0);
		assert_int_equal(read.phase, EXEMPTION_ACTIVE);
		free(text);
	} while (disk_fault_came());
	assert_true(step > 3);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_request_is_there_whole_or_not_at_all),
		TEST(a_power_cut_leaves_a_request_or_none),
		TEST(what_the_disk_does_not_know_is_not_opened),
		TEST(a_state_that_failed_once_is_written_before_anything_is_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
