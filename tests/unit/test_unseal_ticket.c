/* A list with tickets: what was used stays used, whatever the desk does to the token. */
#include "tests/unit/unseal_bench.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "pam/enrolment.h"

#define HASH   "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define TICKET "$y$j9T$abcdefghijklmnop" HASH
#define OTHER  "$y$j9T$bcdefghijklmnopq" HASH

static struct token_entry with_ticket(const char *hash)
{
	struct token_entry entry = totp;

	snprintf(entry.ticket.hash, sizeof(entry.ticket.hash), "%s", hash);
	entry.ticket.until_s = hash[0] ? NOW_S + 86400 : 0;
	return entry;
}

static void spend(const struct bench *bench, uint16_t spent)
{
	struct user_file *file;
	struct user_state state;
	struct user_head head;

	assert_int_equal(user_file_open(bench->unseal.records_fd, "tanaka", 0, &head, &file), 0);
	assert_int_equal(user_file_read(file, &state), 0);
	state.slots.state.recovery_spent = spent;
	assert_int_equal(user_file_write(file, &state), 0);
	user_file_close(file);
}

static unsigned spent(const struct bench *bench)
{
	return read_state(bench, "tanaka", NULL).recovery_spent & SPENT_BY_TICKET;
}

static void a_ticket_comes_to_the_record_with_its_end(void **state)
{
	struct bench *bench = *state;
	const struct token_entry entry = with_ticket(TICKET);
	struct user_head head;

	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	(void)read_state(bench, "tanaka", &head);
	assert_string_equal(head.ticket.hash, TICKET);
	assert_int_equal(head.ticket.until_s, NOW_S + 86400);
	assert_int_equal(spent(bench), 0);
	(void)read_state(bench, USER_FILE_DECOY, &head);
	assert_string_equal(head.ticket.hash, TICKET);
}

/* Each row: what the desk's next list has, after the ticket was used. */
static void a_ticket_that_was_used_stays_used(void **state)
{
	struct bench *bench = *state;
	const struct {
		const char *ticket, *number;
		uint32_t reset;
		unsigned spent;
	} rows[] = {
		{TICKET, "T-1", 0, SPENT_TICKET},
		{TICKET, "T-1", 1, SPENT_TICKET}, /* what is forgotten is not that */
		{"", "T-1", 1, SPENT_TICKET},
		{TICKET, "T-1", 1, SPENT_TICKET}, /* and back */
		{OTHER, "T-1", 2, 0},
		{TICKET, "T-2", 0, 0},
	};
	struct token_entry entry = with_ticket(TICKET);

	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	spend(bench, SPENT_TICKET);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		entry = with_ticket(rows[i].ticket);
		snprintf(entry.number, sizeof(entry.number), "%s", rows[i].number);
		entry.reset = rows[i].reset;
		assert_int_equal(take_entries(bench, &entry, NULL), 0);
		assert_int_equal(spent(bench), rows[i].spent);
	}
}

static void a_ticket_of_somebody_who_comes_back_stays_used(void **state)
{
	struct bench *bench = *state;
	const struct token_entry entry = with_ticket(TICKET);

	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	spend(bench, SPENT_TICKET | SPENT_SECRET);
	assert_int_equal(take_entries(bench, NULL, NULL), 0);
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_int_equal(spent(bench), SPENT_TICKET | SPENT_SECRET);
}

static void where_a_record_is_lost_its_ticket_is_dead(void **state)
{
	struct bench *bench = *state;
	const struct token_entry entry = with_ticket(TICKET);
	int fd;

	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	fd = openat(bench->unseal.records_fd, "tanaka", O_RDWR | O_CLOEXEC);
	assert_int_equal(ftruncate(fd, 100), 0);
	close(fd);
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_int_equal(spent(bench), SPENT_BY_TICKET);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, unseal_setup, unseal_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_ticket_comes_to_the_record_with_its_end),
		TEST(a_ticket_that_was_used_stays_used),
		TEST(a_ticket_of_somebody_who_comes_back_stays_used),
		TEST(where_a_record_is_lost_its_ticket_is_dead),
	};

	return cmocka_run_group_tests_name("unseal_ticket", tests, NULL, NULL);
}
