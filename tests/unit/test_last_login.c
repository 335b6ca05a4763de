/* What is remembered of a last login survives being written, and no byte of it changes unseen. */
#include "tests/unit/fixture.h"

#include <errno.h>

#include "pam/last_login.h"

static struct last_login full(void)
{
	struct last_login login = {.time_s = 0x0102030405060708};

	last_login_describe(&login, "sshd", "pts/0", "pc-2.town.example");
	return login;
}

static void assert_same(const struct last_login *a, const struct last_login *b)
{
	assert_int_equal(a->time_s, b->time_s);
	assert_string_equal(a->service, b->service);
	assert_string_equal(a->terminal, b->terminal);
	assert_string_equal(a->host, b->host);
}

static void what_is_written_reads_back(void **state)
{
	struct last_login login = full(), back;
	uint8_t bytes[LAST_LOGIN_SIZE];

	last_login_encode(&login, bytes);
	assert_int_equal(last_login_decode(bytes, &back), 0);
	assert_same(&back, &login);
}

/* Format 1: what was written once has to be read for ever. */
static void the_bytes_are_those_of_format_1(void **state)
{
	static const uint8_t begin[] = {'S', 'K', 'N', 1};
	static const uint8_t wished[] = {8, 7, 6, 5, 4, 3, 2, 1, 's', 's', 'h', 'd', 0};
	struct last_login login = full();
	uint8_t bytes[LAST_LOGIN_SIZE];

	last_login_encode(&login, bytes);
	assert_memory_equal(bytes, begin, sizeof(begin));
	assert_memory_equal(bytes + 8, wished, sizeof(wished));
	assert_memory_equal(bytes + 80, "pts/0", 6);
	assert_memory_equal(bytes + 144, "pc-2.town.example", 18);
}

static void no_bit_changes_unseen(void **state)
{
	struct last_login login = full(), back = {.time_s = -7};
	uint8_t bytes[LAST_LOGIN_SIZE];

	last_login_encode(&login, bytes);
	for (size_t bit = 0; bit < sizeof(bytes) * 8; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(last_login_decode(bytes, &back), -EBADMSG);
		assert_int_equal(back.time_s, -7);
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_int_equal(last_login_decode(bytes, &back), 0);
}

static void texts_of_strangers_are_cut_and_made_safe(void **state)
{
	static const struct {
		const char *text, *kept;
	} rows[] = {
		{"pts/0", "pts/0"},
		{"", ""},
		{"a b\tc\nd", "a?b?c?d"},
		{"\x1b[2J", "?[2J"},
		{"\xe3\x81\x82", "???"},
		{"%s%n", "%s%n"},
	};
	char long_text[200];
	struct last_login login;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		last_login_describe(&login, rows[i].text, "", "");
		assert_string_equal(login.service, rows[i].kept);
	}
	memset(long_text, 'x', sizeof(long_text));
	long_text[sizeof(long_text) - 1] = '\0';
	last_login_describe(&login, "", long_text, "");
	assert_int_equal(strlen(login.terminal), LOGIN_EVENT_TEXT - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_reads_back),
		cmocka_unit_test(the_bytes_are_those_of_format_1),
		cmocka_unit_test(no_bit_changes_unseen),
		cmocka_unit_test(texts_of_strangers_are_cut_and_made_safe),
	};

	return cmocka_run_group_tests_name("last login", tests, NULL, NULL);
}
