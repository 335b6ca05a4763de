/* Requests and revocations are read, and all three forms are written as what their readers read. */
#include "policy/exemption_text.h"

#include <errno.h>

#include "tests/unit/document_signer.h"
#include "tests/unit/fixture.h"
#include "tests/unit/reader_rows.h"

#define HASH "descriptors = DAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"

static const char text_request[] = "[request]\n"
				   "kind = request\n"
				   "format = 1\n"
				   "site = tosu\n"
				   "tier = my-number\n"
				   "epoch = 1\n"
				   "issued = 2026-05-31T09:55:00+09:00\n"
				   "id = E-7K3M9Q2X\n"
				   "terminal = desk-17\n"
				   "requester = tanaka\n"
				   "from = 2026-06-01T09:00:00+09:00\n"
				   "[medium]\n"
				   "registered = M-1\n"
				   "device = 0951:1666 001A92053B6A\n" HASH "maker = Kingston\n"
				   "model = 旅行用%3B青\n"
				   "[use]\n"
				   "direction = read-write\n"
				   "duration = 30m\n"
				   "[form]\n"
				   "purpose = 決算資料の確認\n"
				   "specific-personal-data = no\n"
				   "items = 120\n";

static const struct reader_row requests[] = {
	{"as it is", "[request]", "[request]", 0, NULL},
	{"an exemption", "kind = request", "kind = exemption", 2, "request"},
	{"no requester", "requester = tanaka\n", "", 10, "the key \"requester\""},
	{"users", "requester = tanaka\n", "users = tanaka\n", 10, "one of the keys"},
	{"at once", "from = 2026-06-01T09:00:00+09:00\n", "", 0, NULL},
	{"only the device", "registered = M-1\n", "", 0, NULL},
	{"only the number", "device = 0951:1666 001A92053B6A\n" HASH, "", 0, NULL},
	{"no medium", "registered = M-1\ndevice = 0951:1666 001A92053B6A\n" HASH, "", 14,
		"the key \"registered\" or \"device\""},
	{"a kind of media", "registered = M-1\n", "class = usb-storage\n", 13, "one of the keys"},
};

static const struct reader_row revocations[] = {
	{"as it is", "[revocation]", "[revocation]", 0, NULL},
	{"a medium", "exemption = E-7K3M9Q2X", "medium = M-00123", 0, NULL},
	{"a request", "exemption = E-7K3M9Q2X", "request = E-7K3M9Q2X", 0, NULL},
	{"nothing", "exemption = E-7K3M9Q2X\n", "", 8,
		"one of the keys \"exemption\", \"medium\" and \"request\""},
	{"two things", "exemption = E-7K3M9Q2X\n", "exemption = E-7K3M9Q2X\nmedium = M-1\n", 9,
		"one of exemption, medium and request"},
	{"a medium's number as an exemption's", "E-7K3M9Q2X", "M-00123", 8, "\"E-\" and 8"},
	{"no reason", "reason = the form was wrong\n", "", 0, NULL},
	{"an end", "[revocation]\n", "[revocation]\nnot-after = 2027-04-30T23:59:59+09:00\n", 2,
		"one of the keys"},
};

static void each_rule_of_a_request_is_checked(void **state)
{
	reader_check_rows(&exemption_request_reader, text_request, requests, COUNT(requests));
}

static void each_rule_of_a_revocation_is_checked(void **state)
{
	reader_check_rows(&revocation_reader, text_revocation, revocations, COUNT(revocations));
}

static void a_revocation_becomes_typed_values(void **state)
{
	struct revocation *revocation = reader_value(&revocation_reader, text_revocation);

	assert_int_equal(revocation->header.kind, DOCUMENT_REVOCATION);
	assert_int_equal(revocation->kind, REVOCATION_EXEMPTION);
	assert_string_equal(revocation->subject, "E-7K3M9Q2X");
	assert_string_equal(revocation->reason, "the form was wrong");
	assert_true(revocation->header.not_after == INT64_MAX);
	revocation_free(revocation);
}

/* --- written --- */

static void a_request_is_written_as_it_is_read(void **state)
{
	struct exemption_request *request = reader_value(&exemption_request_reader, text_request);
	struct problems problems = {0};
	char *text = NULL;

	assert_int_equal(exemption_request_write(request, &problems, &text), 0);
	assert_string_equal(text, text_request);
	free(text);
	exemption_request_free(request);
}

static void a_revocation_is_written_as_it_is_read(void **state)
{
	struct revocation *revocation = reader_value(&revocation_reader, text_revocation);
	struct problems problems = {0};
	char *text = NULL;

	assert_int_equal(revocation_write(revocation, &problems, &text), 0);
	assert_string_equal(text, text_revocation);
	free(text);
	revocation_free(revocation);
}

static void assert_written_again(const char *old, const char *new)
{
	char *expected = text_edited(text_exemption, old, new), *text = NULL;
	struct exemption *exemption = reader_value(&exemption_reader, expected);
	struct problems problems = {0};

	assert_int_equal(exemption_write(exemption, &problems, &text), 0);
	assert_string_equal(text, expected);
	free(text);
	free(expected);
	exemption_free(exemption);
}

static void an_exemption_is_written_as_it_is_read(void **state)
{
	assert_written_again("[exemption]", "[exemption]");
	assert_written_again("users = tanaka\n", "users = tanaka sato\n");
	assert_written_again("[medium]", "extends = E-AAAAAAAA\n[medium]");
	assert_written_again("registered = M-1\n", "device = 0951:1666 A%20%E6%97%85\n" HASH
						   "capacity = 15728640000\nvolume = 1234-ABCD\n");
	assert_written_again("registered = M-1", "class = usb-storage");
	assert_written_again("30m\n", "8h\ninsertions = 3\nuntil = unplug\n"
				      "survives = reboot logout\nonline = on\n");
	assert_written_again("for the prefecture\n",
		"%20100%25%3B 決算%23\ninformation = 台帳\nclassification = 機密性2\n"
		"personal-data = yes\nspecific-personal-data = no\nitems = 0\nencrypted = yes\n"
		"destination = 県\nwitness = 鈴木\nsection = 総務課\nname = 田中\nnumber = 00123\n"
		"[code]\nhash = $y$j9T$abcdefghijklmnopqrstuv$"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij./01234\n");
}

/* What a form holds comes from people: it is told in words, and no text is given. */
static void what_no_document_can_say_is_not_written(void **state)
{
	static const char *const purposes[] = {"", "two\nlines", "a\x01", "\xff", "\xe2\x80\xae"};

	for (size_t i = 0; i < COUNT(purposes); i++) {
		struct exemption_request *request =
			reader_value(&exemption_request_reader, text_request);
		struct problems problems = {0};
		char *text = NULL;

		snprintf(request->form.purpose, sizeof(request->form.purpose), "%s", purposes[i]);
		assert_int_equal(exemption_request_write(request, &problems, &text), -EBADMSG);
		assert_null(text);
		assert_true(problems_any(&problems));
		problems_clear(&problems);
		exemption_request_free(request);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_of_a_request_is_checked),
		cmocka_unit_test(each_rule_of_a_revocation_is_checked),
		cmocka_unit_test(a_revocation_becomes_typed_values),
		cmocka_unit_test(a_request_is_written_as_it_is_read),
		cmocka_unit_test(a_revocation_is_written_as_it_is_read),
		cmocka_unit_test(an_exemption_is_written_as_it_is_read),
		cmocka_unit_test(what_no_document_can_say_is_not_written),
	};

	return cmocka_run_group_tests_name("exemption text", tests, NULL, NULL);
}
