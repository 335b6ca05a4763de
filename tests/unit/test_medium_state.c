/* What a killed worker leaves to whoever comes after it. */
#include <errno.h>

#include "agent/medium_state.h"
#include "tests/unit/fixture.h"

static struct medium_state a_state(void)
{
	return (struct medium_state){
		.order = {.kind = MEDIUM_ORDER_OPEN,
			.id = "E-7K3M9Q2X",
			.device = "1-2",
			.user = "tanaka",
			.uid = 1000,
			.deadline_ms = 12345,
			.file_systems = "vfat"},
		.disk = "/dev/sda",
		.major = 8,
		.sequence = 12,
		.capacity_bytes = 4096,
		.volume = "1234-ABCD",
		.volumes = {{8, 1, "/dev/sda1", "/run/media/tanaka/選挙 1"},
			{8, 2, "/dev/sda2", ""}},
		.n_volumes = 2,
	};
}

static void what_was_begun_is_read_as_it_was_written(void **state)
{
	struct medium_state begun = a_state(), read;
	char text[MEDIUM_STATE_SIZE];
	int size = medium_state_encode(&begun, text);

	assert_true(size > 0);
	assert_int_equal(medium_state_decode(text, (size_t)size, &read), 0);
	assert_string_equal(read.order.user, "tanaka");
	assert_int_equal(read.order.deadline_ms, 12345);
	assert_string_equal(read.disk, "/dev/sda");
	assert_int_equal(read.sequence, 12);
	assert_int_equal(read.n_volumes, 2);
	assert_string_equal(read.volumes[0].path, begun.volumes[0].path);
	assert_int_equal(read.volumes[1].minor, 2);
	assert_string_equal(read.volumes[1].path, "");
	assert_int_equal(read.answer.kind, MEDIUM_ANSWER_NONE);
}

static void an_end_that_was_not_told_yet_is_kept(void **state)
{
	struct medium_state begun = a_state(), read;
	char text[MEDIUM_STATE_SIZE];
	int size;

	begun.answer = (struct medium_answer){
		.kind = MEDIUM_ANSWER_ENDED, .end = MEDIUM_END_FORCED, .word = "time"};
	size = medium_state_encode(&begun, text);
	assert_true(size > 0);
	assert_int_equal(medium_state_decode(text, (size_t)size, &read), 0);
	assert_int_equal(read.answer.kind, MEDIUM_ANSWER_ENDED);
	assert_string_equal(read.answer.word, "time");
}

/* Whatever is cut off it, what is left is not believed, or says the same of what was begun. */
static void a_cut_file_is_refused_or_says_less(void **state)
{
	struct medium_state begun = a_state(), read;
	char text[MEDIUM_STATE_SIZE];
	int size = medium_state_encode(&begun, text);

	for (int cut = 0; cut < size; cut++) {
		char before = text[cut];

		text[cut] = '\0';
		if (medium_state_decode(text, (size_t)cut, &read) == 0) {
			assert_int_equal(text[cut - 1], '\n');
			assert_true(read.n_volumes < begun.n_volumes);
		}
		text[cut] = before;
	}
}

static void more_than_a_worker_shows_is_refused(void **state)
{
	struct medium_state begun = a_state(), read = {.major = 77};
	char text[MEDIUM_STATE_SIZE];
	int size;

	begun.n_volumes = MEDIUM_VOLUMES_MAX;
	size = medium_state_encode(&begun, text);
	assert_true(size > 0);
	size += snprintf(text + size, sizeof(text) - (size_t)size, "volume\t8\t9\t/dev/x\t\n");
	assert_int_equal(medium_state_decode(text, (size_t)size, &read), -EBADMSG);
	assert_int_equal(read.major, 77);
	begun.order.kind = MEDIUM_ORDER_END;
	size = medium_state_encode(&begun, text);
	assert_int_equal(medium_state_decode(text, (size_t)size, &read), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_begun_is_read_as_it_was_written),
		cmocka_unit_test(an_end_that_was_not_told_yet_is_kept),
		cmocka_unit_test(a_cut_file_is_refused_or_says_less),
		cmocka_unit_test(more_than_a_worker_shows_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
