#include "agent/revoked.h"

#include <errno.h>

#include "tests/unit/fixture.h"

static void add(struct revoked_list *list, enum revocation_kind kind, const char *subject,
	uint32_t epoch, const char *reason)
{
	struct revocation revocation = {
		.kind = kind, .header = {.epoch = epoch, .issued = 1780000000}};
	uint8_t sha256[SHA256_SIZE] = {(uint8_t)list->n, (uint8_t)kind};

	snprintf(revocation.subject, sizeof(revocation.subject), "%s", subject);
	snprintf(revocation.reason, sizeof(revocation.reason), "%s", reason);
	assert_int_equal(revoked_add(list, &revocation, sha256), 0);
}

static struct revoked_list some(void)
{
	struct revoked_list list = {};

	add(&list, REVOCATION_EXEMPTION, "E-7K3M9Q2X", 1, "用紙の 誤り");
	add(&list, REVOCATION_MEDIUM, "M_0.12-3", 1, "");
	add(&list, REVOCATION_REQUEST, "E-AAAAAAAA", 2, "no 100%");
	return list;
}

static void what_is_written_is_read(void **state)
{
	struct revoked_list list = some(), again = {};
	char *file;
	size_t size;

	assert_int_equal(revoked_encode(&list, &file, &size), 0);
	assert_int_equal(revoked_decode(file, size, &again), 0);
	assert_int_equal(again.n, list.n);
	for (size_t i = 0; i < list.n; i++)
		assert_memory_equal(&again.items[i], &list.items[i], sizeof(list.items[i]));
	free(file);
	revoked_clear(&list);
	revoked_clear(&again);
}

static void it_is_found_by_kind_and_number(void **state)
{
	struct revoked_list list = some();

	assert_string_equal(
		revoked_find(&list, REVOCATION_EXEMPTION, "E-7K3M9Q2X")->reason, "用紙の 誤り");
	assert_null(revoked_find(&list, REVOCATION_REQUEST, "E-7K3M9Q2X"));
	assert_null(revoked_find(&list, REVOCATION_EXEMPTION, "E-AAAAAAAA"));
	assert_int_equal(revoked_count(&list, 1), 2);
	assert_int_equal(revoked_count(&list, 3), 0);
	revoked_clear(&list);
}

static void no_changed_byte_is_believed(void **state)
{
	struct revoked_list list = some();
	char *file;
	size_t size;

	assert_int_equal(revoked_encode(&list, &file, &size), 0);
	for (size_t i = 0; i < size; i++) {
		struct revoked_list again = {};
		char cut = file[i];

		file[i] ^= 1;
		assert_int_equal(revoked_decode(file, size, &again), -EBADMSG);
		revoked_clear(&again);
		file[i] = '\0';
		assert_int_equal(revoked_decode(file, i, &again), -EBADMSG);
		revoked_clear(&again);
		file[i] = cut;
	}
	free(file);
	revoked_clear(&list);
}

/* The longest of everything. */
static void as_many_as_there_may_be_fit(void **state)
{
	struct revoked_list list = {}, again = {};
	struct revocation one_more = {.kind = REVOCATION_MEDIUM};
	char number[MEDIUM_NUMBER_MAX + 1], reason[FORM_TEXT_MAX + 1], *file;
	uint8_t sha256[SHA256_SIZE] = {0};
	size_t size;

	memset(number, 'A', sizeof(number) - 1);
	number[MEDIUM_NUMBER_MAX] = '\0';
	memset(reason, 'r', sizeof(reason) - 1);
	reason[FORM_TEXT_MAX] = '\0';
	for (unsigned i = 0; i < REVOKED_MAX; i++)
		add(&list, REVOCATION_EXEMPTION, number, UINT32_MAX, reason);
	assert_int_equal(revoked_add(&list, &one_more, sha256), -ENOSPC);
	assert_int_equal(revoked_encode(&list, &file, &size), 0);
	assert_true(size <= REVOKED_FILE_SIZE);
	assert_int_equal(revoked_decode(file, size, &again), 0);
	assert_int_equal(again.n, REVOKED_MAX);
	free(file);
	revoked_clear(&list);
	revoked_clear(&again);
}

static void a_new_epoch_has_room_again(void **state)
{
	struct revoked_list list = {};

	add(&list, REVOCATION_MEDIUM, "M-1", 1, "lost");
	add(&list, REVOCATION_EXEMPTION, "E-7K3M9Q2X", 1, "");
	for (unsigned i = 2; i < REVOKED_MAX; i++)
		add(&list, i % 2 ? REVOCATION_MEDIUM : REVOCATION_REQUEST, "junk", 1, "");
	for (unsigned i = 0; i < REVOKED_MAX - 1; i++)
		add(&list, REVOCATION_EXEMPTION, "E-AAAAAAAA", 2, "");
	assert_int_equal(list.n, REVOKED_MAX);
	assert_int_equal(revoked_count(&list, 2), REVOKED_MAX - 1);
	assert_non_null(revoked_find(&list, REVOCATION_MEDIUM, "M-1"));
	revoked_clear(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(it_is_found_by_kind_and_number),
		cmocka_unit_test(no_changed_byte_is_believed),
		cmocka_unit_test(as_many_as_there_may_be_fit),
		cmocka_unit_test(a_new_epoch_has_room_again),
	};

	return cmocka_run_group_tests_name("revoked", tests, NULL, NULL);
}
