/* One thread per controller: order, and that a device that stalls delays only its own. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/sysfs.h"
#include "agent/worker.h"
#include "tests/unit/fake_sysfs.h"

static struct workers *workers;
static int disks_fd;

static int setup(void **state)
{
	if (fake_sysfs_setup(state) < 0)
		return -1;
	disks_fd = fake_open_disks();
	fake_usb_device("1-1", 1, "0951:1666 08/06/50");
	fake_usb_device("1-2", 2, "046d:c31c 03/01/01");
	fake_usb_device("2-1", 3, "046d:c31c 03/01/01");
	fake_usb_probed("1-1");
	fake_usb_probed("1-2");
	fake_usb_probed("2-1");
	return workers_new(disks_fd, &workers);
}

static int teardown(void **state)
{
	workers_free(workers);
	close(disks_fd);
	return fake_sysfs_teardown(state);
}

static struct worker_job job_for(const char *name, uint64_t id, enum observed_because because)
{
	struct worker_job job = {
		.device_id = id,
		.bus = (unsigned)(name[0] - '0'),
		.controller_fd = -1,
		.because = because,
		.device_fd = fake_open_device(name),
	};

	snprintf(job.name, sizeof(job.name), "%s", name);
	snprintf(job.plan.name, sizeof(job.plan.name), "%s", name);
	return job;
}

static void submit(const char *name, uint64_t id, enum observed_because because)
{
	struct worker_job job = job_for(name, id, because);

	assert_int_equal(workers_submit(workers, &job), 0);
}

/* Waits for the next result; the time only bounds a test that fails. */
static struct worker_result take(void)
{
	struct pollfd ready = {.fd = workers_fd(workers), .events = POLLIN};
	struct worker_result result;

	while (!workers_take(workers, &result))
		if (poll(&ready, 1, 60000) != 1)
			fail_msg("no result came");
	return result;
}

static void a_look_tells_what_it_saw(void **state)
{
	struct worker_result result;

	submit("1-1", 5, OBSERVED_PRESENT);
	result = take();
	assert_int_equal(result.device_id, 5);
	assert_int_equal(result.because, OBSERVED_PRESENT);
	assert_string_equal(result.name, "1-1");
	assert_int_equal(result.error, 0);
	assert_int_equal(result.observation->number, 1);
	observation_free(result.observation);
	assert_false(workers_take(workers, &result));
}

/* Its verdict need not wait for the kernel, and what comes after needs the kernel to be done. */
static void what_the_kernel_still_probes_is_looked_at_twice(void **state)
{
	struct worker_result result;

	fake_usb_device("1-3", 4, "0951:1666 08/06/50");
	submit("1-3", 7, OBSERVED_PRESENT);
	submit("1-1", 5, OBSERVED_PRESENT);
	for (int i = 0; i < 2; i++) {
		result = take();
		assert_int_equal(result.device_id, 7);
		assert_int_equal(result.is_followed, i == 0);
		assert_false(result.observation->is_probed);
		observation_free(result.observation);
	}
	result = take();
	assert_int_equal(result.device_id, 5);
	assert_false(result.is_followed);
	observation_free(result.observation);
	assert_false(workers_take(workers, &result));
}

/* Else every restart would let every disk in anew. */
static void a_look_tells_what_was_said_of_its_disks(void **state)
{
	char name[DISK_ACCESS_NAME_SIZE];
	struct worker_result result;
	struct worker_job job = job_for("1-1", 5, OBSERVED_PRESENT);

	assert_int_equal(disk_access_name(job.device_fd, name), 0);
	assert_int_equal(disk_access_set(disks_fd, name, DISK_ACCESS_WRITE), 0);
	assert_int_equal(workers_submit(workers, &job), 0);
	submit("1-2", 6, OBSERVED_PRESENT);
	result = take();
	assert_int_equal(result.observation->access, DISK_ACCESS_WRITE);
	observation_free(result.observation);
	result = take();
	assert_int_equal(result.observation->access, DISK_ACCESS_NONE);
	observation_free(result.observation);
}

static void an_act_tells_how_it_ended(void **state)
{
	struct worker_result result;

	fake_text(fake_attribute("1-1", "authorized"), "1\n");
	submit("1-1", 5, OBSERVED_RESULT); /* a plan of zeros shuts */
	result = take();
	assert_int_equal(result.because, OBSERVED_RESULT);
	assert_int_equal(result.error, 0);
	assert_false(result.observation->is_authorized);
	observation_free(result.observation);
	assert_string_equal(fake_read(fake_attribute("1-1", "authorized")), "0");
}

static void a_device_that_is_gone_gives_an_error(void **state)
{
	struct worker_job job = job_for("1-1", 5, OBSERVED_PRESENT);
	struct worker_result result;

	fake_remove("devices/pci/usb1/1-1");
	assert_int_equal(workers_submit(workers, &job), 0);
	result = take();
	assert_int_equal(result.error, -ENODEV);
	assert_null(result.observation);
	assert_false(result.is_followed);
}

static void jobs_of_one_controller_keep_their_order(void **state)
{
	for (uint64_t id = 1; id <= 100; id++)
		submit(id % 2 ? "1-1" : "1-2", id, OBSERVED_PRESENT);
	for (uint64_t id = 1; id <= 100; id++) {
		struct worker_result result = take();

		assert_int_equal(result.device_id, id);
		observation_free(result.observation);
	}
}

/*
 * A pipe in which nothing comes holds whoever reads "authorized", as a kernel does that waits for a
 * device. (The test holds it open, so that opening it holds nobody: umockdev opens one file at a
 * time.)
 */
static void a_device_that_stalls_delays_no_other_controller(void **state)
{
	char path[512];
	struct worker_result result;
	int pipe_fd;

	snprintf(path, sizeof(path), "%s", fake_path(fake_attribute("1-1", "authorized")));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	pipe_fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(pipe_fd >= 0);
	submit("1-1", 1, OBSERVED_PRESENT);
	submit("1-2", 2, OBSERVED_PRESENT);
	submit("2-1", 3, OBSERVED_PRESENT);
	result = take();
	assert_int_equal(result.device_id, 3);
	observation_free(result.observation);
	assert_false(workers_take(workers, &result));

	/* A line longer than any number: it was read to no end, and is over. */
	assert_int_equal(write(pipe_fd, "11111111111111111111111111111111111111\n", 39), 39);
	result = take();
	assert_int_equal(result.device_id, 1);
	assert_int_equal(result.error, -EOVERFLOW);
	result = take();
	assert_int_equal(result.device_id, 2);
	observation_free(result.observation);
	close(pipe_fd);
}

static size_t open_descriptors(void)
{
	size_t count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static void descriptors_are_closed_when_the_job_is_done(void **state)
{
	size_t before = open_descriptors();

	for (uint64_t id = 0; id < 20; id++) {
		struct worker_job job = job_for("1-1", id, OBSERVED_RESULT);
		struct worker_result result;

		job.controller_fd = job_for("1-2", id, OBSERVED_RESULT).device_fd;
		assert_int_equal(workers_submit(workers, &job), 0);
		result = take();
		observation_free(result.observation);
	}
	assert_int_equal(open_descriptors(), before);
}

/* What was not taken and what was not begun is freed as well; sanitizers and the count tell. */
static void ending_waits_for_nothing_that_has_not_begun(void **state)
{
	for (uint64_t id = 0; id < 50; id++)
		submit(id % 2 ? "1-1" : "2-1", id, OBSERVED_PRESENT);
	for (unsigned n = 0; n < 50; n++) {
		struct worker_result result = take();

		observation_free(result.observation);
	}
	submit("1-1", 99, OBSERVED_PRESENT);
	struct pollfd ready = {.fd = workers_fd(workers), .events = POLLIN};

	assert_int_equal(poll(&ready, 1, 60000), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(what_the_kernel_still_probes_is_looked_at_twice),
		TEST(a_look_tells_what_it_saw),
		TEST(a_look_tells_what_was_said_of_its_disks),
		TEST(an_act_tells_how_it_ended),
		TEST(a_device_that_is_gone_gives_an_error),
		TEST(jobs_of_one_controller_keep_their_order),
		TEST(a_device_that_stalls_delays_no_other_controller),
		TEST(descriptors_are_closed_when_the_job_is_done),
		TEST(ending_waits_for_nothing_that_has_not_begun),
	};

	fake_sysfs_start(argv);
	return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
