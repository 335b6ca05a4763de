/* Tickets: what is typed wrong is no ticket, and what counts no more is refused. */
#include "policy/join_tickets.h"

#include <errno.h>

#include "tests/unit/fixture.h"

#include "policy/code_text.h"

static struct join_ticket a_ticket(void)
{
	uint8_t random[TICKET_RANDOM_SIZE];
	struct join_ticket ticket;

	for (size_t i = 0; i < sizeof(random); i++)
		random[i] = (uint8_t)(i * 37 + 200);
	join_ticket_make(random, &ticket);
	return ticket;
}

static bool is_same(const struct join_ticket *a, const struct join_ticket *b)
{
	return strcmp(a->id, b->id) == 0 && strcmp(a->secret, b->secret) == 0;
}

static void a_ticket_is_read_as_it_was_written(void **state)
{
	struct join_ticket ticket = a_ticket(), again;
	char text[TICKET_TEXT_SIZE], typed[2 * TICKET_TEXT_SIZE];

	join_ticket_format(&ticket, text);
	assert_int_equal(strlen(text), TICKET_TEXT_SIZE - 1);
	assert_int_equal(join_ticket_parse(text, &again), 0);
	assert_true(is_same(&ticket, &again));
	/* As people type it. */
	snprintf(typed, sizeof(typed), "%s \r\n", text);
	for (char *at = typed; *at; at++)
		*at = *at == '-' && at > typed + 1 ? ' '
		      : *at == '1'                 ? 'l'
		      : *at == '0'                 ? 'o'
		      : *at >= 'A' && *at <= 'Z'   ? (char)(*at + 32)
						   : *at;
	assert_int_equal(join_ticket_parse(typed, &again), 0);
	assert_true(is_same(&ticket, &again));
}

static void one_wrong_symbol_or_two_transposed_are_noticed(void **state)
{
	struct join_ticket ticket = a_ticket(), again = {.id = "before"};
	char text[TICKET_TEXT_SIZE], typed[TICKET_TEXT_SIZE];
	size_t tried = 0;

	join_ticket_format(&ticket, text);
	for (size_t i = 2; text[i]; i++) {
		for (const char *symbol = CODE_ALPHABET; *symbol && text[i] != '-'; symbol++) {
			memcpy(typed, text, sizeof(typed));
			typed[i] = *symbol;
			tried++;
			if (*symbol != text[i] && join_ticket_parse(typed, &again) != -EINVAL)
				fail_msg("%s for %s", typed, text);
		}
		if (text[i] == '-' || text[i + 1] == '-' || !text[i + 1] || text[i] == text[i + 1])
			continue;
		memcpy(typed, text, sizeof(typed));
		typed[i] = text[i + 1];
		typed[i + 1] = text[i];
		if (join_ticket_parse(typed, &again) != -EINVAL)
			fail_msg("%s for %s", typed, text);
	}
	assert_int_equal(tried, 34 * 32);
	assert_string_equal(again.id, "before");
}

static void what_is_no_ticket_is_refused(void **state)
{
	struct join_ticket ticket = a_ticket(), again;
	char text[TICKET_TEXT_SIZE], other[4 * TICKET_FILE_MAX] = "";
	static const char *const others[] = {"", "T", "T-", "T-7K3M9Q2X", "\n", "  "};

	join_ticket_format(&ticket, text);
	for (size_t i = 0; i < COUNT(others); i++)
		assert_int_equal(join_ticket_parse(others[i], &again), -EINVAL);
	for (size_t size = 0; size < strlen(text); size++) {
		memcpy(other, text, size);
		other[size] = '\0';
		assert_int_equal(join_ticket_parse(other, &again), -EINVAL);
	}
	snprintf(other, sizeof(other), "%s0", text);
	assert_int_equal(join_ticket_parse(other, &again), -EINVAL);
	snprintf(other, sizeof(other), "E%s", text + 1);
	assert_int_equal(join_ticket_parse(other, &again), -EINVAL);
	snprintf(other, sizeof(other), "%s%200s", text, "x");
	assert_int_equal(join_ticket_parse(other, &again), -EINVAL);
	snprintf(other, sizeof(other), "%.4s\xe3\x81\x82%s", text, text + 4);
	assert_int_equal(join_ticket_parse(other, &again), -EINVAL);
}

#define KEY "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

static const char good[] = "[tickets]\n"
			   "site = tosu\n"
			   "tier = my-number\n"
			   "[ticket t-7k3m9q2x]\n"
			   "key = " KEY "\n"
			   "made = 2026-11-23T10:00:00+09:00\n"
			   "until = 2026-12-31T23:59:59+09:00\n"
			   "count = 300\n"
			   "used = 12\n";

static void each_rule_of_the_list_is_checked(void **state)
{
	static const struct {
		const char *old, *new, *problem; /* NULL: none */
	} rows[] = {
		{"300", "100000", NULL},
		{"300", "100001", "8:9"},
		{"300", "0", "8:9"},
		{"12\n", "300\n", NULL},
		{"12\n", "100001\n", "9:8"},
		{"t-7k3m9q2x", "7k3m9q2x", "4:9"},
		{"t-7k3m9q2x", "t-7k3m9q2l", "4:9"},
		{"GBkaGxwdHh8=", "GBkaGxwdHg==", "5:7 |32 bytes in base64"},
		{"GBkaGxwdHh8=", "GBkaGxwdHh9=", "5:7 |32 bytes in base64"},
		{"my-number", "all", "3:8"},
		{"used", "secret", "9:1"},
		{"[tickets]", "[site]", "1:1"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *text = text_edited(good, rows[i].old, rows[i].new), *found;
		struct join_tickets *tickets = NULL;
		struct problems problems = {};
		int r = join_tickets_parse(text, strlen(text), &problems, &tickets);

		found = problems_text(&problems);
		if ((r == 0) != !rows[i].problem || (r == 0) != (tickets != NULL) ||
			(rows[i].problem &&
				strncmp(found, rows[i].problem, strlen(rows[i].problem)) != 0))
			fail_msg("%s: %s", rows[i].new, found);
		free(found);
		problems_clear(&problems);
		join_tickets_free(tickets);
		free(text);
	}
}

static void a_list_is_written_as_it_was_read(void **state)
{
	struct join_tickets *tickets = NULL;
	struct problems problems = {};
	char *text = NULL;

	assert_int_equal(join_tickets_parse(good, strlen(good), &problems, &tickets), 0);
	assert_int_equal(tickets->n, 1);
	assert_int_equal(join_tickets_write(tickets, &text), 0);
	assert_string_equal(text, good);
	free(text);
	tickets->items[0].count = 0;
	text = NULL;
	assert_int_equal(join_tickets_write(tickets, &text), -EINVAL);
	assert_null(text);
	join_tickets_free(tickets);
}

static void a_ticket_counts_so_often_and_so_long(void **state)
{
	struct known_ticket ticket = {.until = 100, .count = 2, .used = 1};

	assert_int_equal(ticket_standing(NULL, 0), TICKET_REFUSED);
	assert_int_equal(ticket_standing(&ticket, 100), TICKET_COUNTS);
	assert_int_equal(ticket_standing(&ticket, 101), TICKET_OVER);
	ticket.used = 2;
	assert_int_equal(ticket_standing(&ticket, 100), TICKET_USED_UP);
	ticket.used = 3;
	assert_int_equal(ticket_standing(&ticket, 100), TICKET_USED_UP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ticket_is_read_as_it_was_written),
		cmocka_unit_test(one_wrong_symbol_or_two_transposed_are_noticed),
		cmocka_unit_test(what_is_no_ticket_is_refused),
		cmocka_unit_test(each_rule_of_the_list_is_checked),
		cmocka_unit_test(a_list_is_written_as_it_was_read),
		cmocka_unit_test(a_ticket_counts_so_often_and_so_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
