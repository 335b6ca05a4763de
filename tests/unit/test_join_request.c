/* Requests to join: what the ticket's holder and the key's holder both said, and nothing else. */
#include "policy/join_request.h"

#include <errno.h>

#include "tests/unit/fixture.h"

static uint8_t private_key[ED25519_KEY_SIZE] = {1, 2, 3}, ticket_key[TICKET_KEY_SIZE] = {7};

static struct join_request a_request(void)
{
	struct join_request request = {.site = "tosu",
		.tier = "my-number",
		.terminal = "desk-17",
		.issued = 1795395600,
		.machine = "0123456789abcdef",
		.has_seal_key = true,
		.seal_key = {9},
		.certificate = "0123456789abcdef0123456789abcdef01234567",
		.agent = "0.1.0",
		.ticket = "T-7K3M9Q2X"};

	assert_int_equal(ed25519_public_key(private_key, request.key), 0);
	return request;
}

/* A text with a signature; for free(). */
static char *signed_by(const uint8_t key[ED25519_KEY_SIZE], const char *space, const char *text)
{
	char armour[SSHSIG_ARMOUR_SIZE], *bytes;

	assert_int_equal(sshsig_write(key, space, text, strlen(text), armour), 0);
	assert_true(asprintf(&bytes, "%s%s", text, armour) > 0);
	return bytes;
}

static char *a_text(void)
{
	struct join_request request = a_request();
	char *text = NULL;

	assert_int_equal(join_request_write(&request, ticket_key, &text), 0);
	return text;
}

/* "nothing", or the first problem. */
static void read_it(const char *bytes, char found[PROBLEM_TEXT_MAX + 32])
{
	struct join_request request = {.site = "before"};
	char key[FINGERPRINT_LENGTH + 1] = "before";
	struct problems problems = {};
	int r = join_request_read(bytes, strlen(bytes), &problems, &request, key);

	first_problem(&problems, found);
	assert_true(r == 0 || r == -EBADMSG);
	assert_int_equal(r == 0, strcmp(found, "nothing") == 0);
	assert_int_equal(r == 0, strcmp(request.site, "before") != 0);
	assert_int_equal(r == 0, strcmp(key, "before") != 0);
	problems_clear(&problems);
}

static void a_request_is_read_as_it_was_written(void **state)
{
	struct join_request request = a_request(), again;
	char *text = a_text(), *bytes = signed_by(private_key, JOIN_REQUEST_SPACE, text);
	char key[FINGERPRINT_LENGTH + 1], own[FINGERPRINT_LENGTH + 1];
	struct problems problems = {};

	assert_int_equal(join_request_read(bytes, strlen(bytes), &problems, &again, key), 0);
	assert_memory_equal(&request, &again, sizeof(request));
	assert_int_equal(ed25519_fingerprint(request.key, own), 0);
	assert_string_equal(key, own);
	assert_true(join_request_is_from(bytes, strlen(bytes), ticket_key));
	free(bytes);
	free(text);
}

static void each_value_has_its_type(void **state)
{
	static const struct {
		const char *old, *new, *problem;
	} rows[] = {
		{"join\nformat", "request\nformat", "2:8 "},
		{"format = 1", "format = 2", "3:10 "},
		{"tosu", "Tosu", "4:8 "},
		{"my-number", "all", "5:8 "},
		{"desk-17", "desk 17", "6:12 "},
		{"desk-17", "../desk-18", "6:12 "},
		{"+09:00", "", "7:10 "},
		{"0123456789abcdef\nkey", "0123456789abcdeF\nkey", "8:11 "},
		{"key = AAAAC3NzaC1lZDI1NTE5", "key = AAAAC3NzaC1lZDI1NTE4", "9:7 "},
		{"seal-key = C", "seal-key = CA", "10:12 "},
		{"01234567\n", "0123456\n", "11:15 "},
		{"agent = 0.1.0\n", "", "13:51 "},
		{"T-7K3M9Q2X", "T-7K3M9Q2", "13:10 "},
		{"mac = ", "mac = A", "14:7 "},
		{"[join]\n", "[join]\nadmin = on\n", "2:1 "},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *text = a_text(), *edited = text_edited(text, rows[i].old, rows[i].new);
		char *bytes = signed_by(private_key, JOIN_REQUEST_SPACE, edited);
		char found[PROBLEM_TEXT_MAX + 32];

		read_it(bytes, found);
		if (strncmp(found, rows[i].problem, strlen(rows[i].problem)) != 0)
			fail_msg("%s: %s", rows[i].new, found);
		free(bytes);
		free(edited);
		free(text);
	}
}

static void who_has_no_certificate_and_no_key_to_seal_to_names_none(void **state)
{
	struct join_request request = a_request();
	char *text = NULL, *bytes, found[PROBLEM_TEXT_MAX + 32];

	request.certificate[0] = '\0';
	request.has_seal_key = false;
	assert_int_equal(join_request_write(&request, ticket_key, &text), 0);
	assert_null(strstr(text, "certificate"));
	assert_null(strstr(text, "seal-key"));
	bytes = signed_by(private_key, JOIN_REQUEST_SPACE, text);
	read_it(bytes, found);
	assert_string_equal(found, "nothing");
	free(bytes);
	free(text);
}

/* Every bit of the text: the signature does not fit. With a signature by whoever changed it, who
 * names his own key: the ticket's holder did not say it. */
static void no_bit_of_it_can_be_changed(void **state)
{
	char *text = a_text(), *bytes = signed_by(private_key, JOIN_REQUEST_SPACE, text);
	size_t size = strlen(bytes);

	for (size_t i = 0; i < size; i++) {
		struct join_request request;
		struct problems problems = {};
		char key[FINGERPRINT_LENGTH + 1];

		bytes[i] ^= (char)(1 << i % 7);
		if (join_request_read(bytes, size, &problems, &request, key) == 0)
			fail_msg("byte %zu", i);
		problems_clear(&problems);
		if (i < strlen(text) && join_request_is_from(bytes, size, ticket_key))
			fail_msg("byte %zu of what the ticket covers", i);
		bytes[i] ^= (char)(1 << i % 7);
	}
	free(bytes);
	free(text);
}

static void who_has_only_half_of_it_is_refused(void **state)
{
	uint8_t other[ED25519_KEY_SIZE] = {4}, other_ticket[TICKET_KEY_SIZE] = {8};
	char *text = a_text(), found[PROBLEM_TEXT_MAX + 32], *bytes, *twice;

	/* Somebody else's key signed it. */
	bytes = signed_by(other, JOIN_REQUEST_SPACE, text);
	read_it(bytes, found);
	assert_string_equal(found, "0:0 a signature by the key in it");
	free(bytes);
	/* For something else. */
	bytes = signed_by(private_key, "policy@sekisho", text);
	read_it(bytes, found);
	assert_string_equal(found, "0:0 a signature by the key in it");
	free(bytes);
	read_it(text, found);
	assert_string_equal(found, "0:0 one signature, by the key in it");
	bytes = signed_by(private_key, JOIN_REQUEST_SPACE, text);
	assert_true(asprintf(&twice, "%s%s", bytes, bytes + strlen(text)) > 0);
	read_it(twice, found);
	assert_string_equal(found, "0:0 one signature, by the key in it");
	assert_false(join_request_is_from(bytes, strlen(bytes), other_ticket));
	free(twice);
	free(bytes);
	free(text);
}

/* mac is the last line, so that nothing comes behind what it covers. */
static void nothing_stands_behind_the_mac(void **state)
{
	char *text = a_text(), *moved, *bytes, *line = strstr(text, "agent = ");
	size_t before = (size_t)(line - text), length = strlen("agent = 0.1.0\n");

	assert_true(asprintf(&moved, "%.*s%s%.*s", (int)before, text, line + length, (int)length,
			    line) > 0);
	bytes = signed_by(private_key, JOIN_REQUEST_SPACE, moved);
	assert_false(join_request_is_from(bytes, strlen(bytes), ticket_key));
	free(bytes);
	free(moved);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_read_as_it_was_written),
		cmocka_unit_test(each_value_has_its_type),
		cmocka_unit_test(who_has_no_certificate_and_no_key_to_seal_to_names_none),
		cmocka_unit_test(no_bit_of_it_can_be_changed),
		cmocka_unit_test(who_has_only_half_of_it_is_refused),
		cmocka_unit_test(nothing_stands_behind_the_mac),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
