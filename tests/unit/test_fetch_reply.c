#include "tests/unit/fixture.h"

#include <errno.h>

#include "agent/fetch_identity.h"
#include "agent/fetch_kept.h"
#include "agent/fetch_names.h"
#include "agent/fetch_reply.h"
#include "agent/fetch_server.h"
#include "agent/fetch_url.h"

static const struct site site = {.source = "https://host:8443/a",
	.site = "tosu",
	.tier = "my-number",
	.terminal = "desk-17"};

static bool take(struct fetch_reply *reply, const char *line)
{
	return fetch_reply_take(reply, line, strlen(line));
}

static void only_a_tag_that_can_be_sent_back_is_kept(void **state)
{
	static const struct {
		const char *line, *etag;
	} rows[] = {
		{"ETag: \"6922f3a0-1f\"\r\n", "\"6922f3a0-1f\""},
		{"etag:W/\"a\"\r\n", "W/\"a\""},
		{"ETAG:   \"\"  \r\n", "\"\""},
		{"ETag: abc\r\n", ""},
		{"ETag: \"abc\r\n", ""},
		{"ETag: \"a\"b\"\r\n", ""},
		{"ETag: \"a b\"\r\n", ""},
		{"ETag: \"a\"\r\nX: y\r\n", ""},
		{"ETag: w/\"a\"\r\n", ""},
		{"ETag: \"\xe9\"\r\n", ""},
		{"ETag: \"\r\n", ""},
		{"ETag:\r\n", ""},
		{"ETag\r\n", ""},
		{"X-ETag: \"a\"\r\n", ""},
		{"ETagX: \"a\"\r\n", ""},
	};
	char line[FETCH_ETAG_MAX + 32];

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fetch_reply reply = {};

		assert_true(take(&reply, rows[i].line));
		if (strcmp(reply.etag, rows[i].etag) != 0)
			fail_msg("%s: '%s'", rows[i].line, reply.etag);
	}
	for (int size = FETCH_ETAG_MAX; size <= FETCH_ETAG_MAX + 1; size++) {
		struct fetch_reply reply = {};

		snprintf(line, sizeof(line), "ETag: \"%0*d\"\r\n", size - 2, 0);
		assert_true(take(&reply, line));
		assert_int_equal(strlen(reply.etag), size == FETCH_ETAG_MAX ? size : 0);
	}
}

static void a_tag_of_what_was_just_written_is_not_sure(void **state)
{
	static const struct {
		const char *date, *modified;
		bool is_sure;
	} rows[] = {
		{"Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:35 GMT", true},
		{"Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:36 GMT", false},
		{"Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", false},
		{"Sun, 06 Nov 1994 00:00:00 GMT", "Sat, 05 Nov 1994 23:59:59 GMT", false},
		{"Sat, 01 Jan 2000 00:00:00 GMT", "Fri, 31 Dec 1999 23:59:58 GMT", true},
		/* Written by a clock that is ahead: not by chance in this second. */
		{"Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:59:37 GMT", true},
		/* No dates, or others. */
		{"Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", true},
		{"Sun, 06 Nov 1994 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", true},
		{"Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT", true},
		{"Sun, 06 Nov 1994 08:49:37 JST", "Sun, 06 Nov 1994 08:49:37 JST", true},
		{"Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT", true},
	};
	char line[64];

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fetch_reply reply = {};

		assert_true(take(&reply, "HTTP/1.1 200 OK\r\n"));
		snprintf(line, sizeof(line), "Date: %s\r\n", rows[i].date);
		assert_true(take(&reply, line));
		snprintf(line, sizeof(line), "Last-Modified: %s\r\n", rows[i].modified);
		assert_true(take(&reply, line));
		assert_true(take(&reply, "ETag: \"a\"\r\n"));
		if (strcmp(fetch_reply_etag(&reply), rows[i].is_sure ? "\"a\"" : "") != 0)
			fail_msg("row %zu", i);
	}
}

static void retry_after_is_taken_in_seconds_only(void **state)
{
	static const struct {
		const char *line;
		uint32_t seconds;
	} rows[] = {
		{"Retry-After: 120\r\n", 120},
		{"retry-after:0\r\n", 0},
		{"Retry-After: 999999999\r\n", 999999999},
		{"Retry-After: 9999999999\r\n", 0},
		{"Retry-After: -1\r\n", 0},
		{"Retry-After: 1.5\r\n", 0},
		{"Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 0},
		{"Retry-After: \r\n", 0},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fetch_reply reply = {};

		assert_true(take(&reply, rows[i].line));
		if (reply.retry_after_s != rows[i].seconds)
			fail_msg("%s", rows[i].line);
	}
}

static void what_is_packed_is_noticed(void **state)
{
	static const struct {
		const char *line;
		bool is_encoded;
	} rows[] = {
		{"Content-Encoding: gzip\r\n", true},
		{"content-encoding: Identity\r\n", false},
		{"Content-Encoding: identity, gzip\r\n", true},
		{"Transfer-Encoding: Chunked\r\n", false},
		{"Transfer-Encoding: gzip, chunked\r\n", true},
		{"Transfer-Encoding: chunked, chunked\r\n", true},
		{"Transfer-Encoding: gzip\r\n", true},
		{"Content-Encoding:\r\n", true},
		{"Content-Type: gzip\r\n", false},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fetch_reply reply = {};

		assert_true(take(&reply, rows[i].line));
		if (reply.is_encoded != rows[i].is_encoded)
			fail_msg("%s", rows[i].line);
	}
}

static void a_reply_begins_anew_and_is_bounded(void **state)
{
	struct fetch_reply reply = {};
	char line[1024];
	size_t n = 0;

	assert_true(take(&reply, "ETag: \"a\"\r\n"));
	assert_true(take(&reply, "Content-Encoding: gzip\r\n"));
	assert_true(take(&reply, "HTTP/1.1 200 OK\r\n"));
	assert_string_equal(reply.etag, "");
	assert_false(reply.is_encoded);
	assert_true(take(&reply, "ETag: \"a\"\r\n"));
	snprintf(line, sizeof(line), "X: %01000d\r\n", 0);
	/* Also replies that begin again and again. */
	while (take(&reply, n % 2 ? "HTTP/1.1 100 Continue\r\n" : line))
		assert_true(++n < 200);
	assert_true(n > 20);
	assert_string_equal(reply.etag, "");
	assert_false(take(&reply, "HTTP/1.1 200 OK\r\n"));
}

static void an_address_is_made_of_site_and_terminal(void **state)
{
	struct site unnamed = site;
	char url[FETCH_URL_SIZE] = "untouched";

	assert_int_equal(fetch_url(&site, "policy.ini", url), 0);
	assert_string_equal(url, "https://host:8443/a/sekisho/tosu/policy.ini");
	assert_int_equal(fetch_url(&site, "media/3f", url), 0);
	assert_string_equal(url, "https://host:8443/a/sekisho/tosu/media/3f");
	assert_int_equal(fetch_url(&site, "exemptions.ini", url), 0);
	assert_string_equal(
		url, "https://host:8443/a/sekisho/tosu/terminals/desk-17/exemptions.ini");
	fetch_url_up(&site, "0123456789012345678901234567890123456789", "x.ini", url);
	assert_string_equal(url, "https://host:8443/a/sekisho/tosu/up/"
				 "0123456789012345678901234567890123456789/x.ini");
	unnamed.terminal[0] = '\0';
	assert_int_equal(fetch_url(&unnamed, "tokens.ini", url), -ENOENT);
	assert_int_equal(fetch_url(&unnamed, "fresh.ini", url), 0);
}

static void the_longest_address_has_room(void **state)
{
	struct site longest = {};
	char url[FETCH_URL_SIZE], name[FETCH_UP_NAME_MAX + 1];

	memset(longest.source, 'a', SITE_SOURCE_MAX);
	memset(longest.site, 'b', SITE_NAME_MAX);
	memset(longest.terminal, 'c', TERMINAL_NAME_MAX);
	memset(name, 'd', FETCH_UP_NAME_MAX);
	name[FETCH_UP_NAME_MAX] = '\0';
	assert_int_equal(fetch_url(&longest, "exemptions.ini", url), 0);
	assert_int_equal(strlen(url), SITE_SOURCE_MAX + strlen("/sekisho/") + SITE_NAME_MAX +
					      strlen("/terminals/") + TERMINAL_NAME_MAX +
					      strlen("/exemptions.ini"));
	fetch_url_up(&longest, "0123456789012345678901234567890123456789", name, url);
	assert_int_equal(strlen(url), SITE_SOURCE_MAX + strlen("/sekisho/") + SITE_NAME_MAX +
					      strlen("/up/") + 40 + 1 + FETCH_UP_NAME_MAX);
}

static void what_is_kept_counts_only_whole_and_for_its_address(void **state)
{
	static const char url[] = "https://host/sekisho/tosu/policy.ini", body[] = "a\nb \"c\" d\n";
	char file[FETCH_KEPT_HEAD_SIZE + sizeof(body)], etag[FETCH_ETAG_MAX + 1];
	size_t head, size, at;

	assert_int_equal(fetch_kept_head(url, "W/\"1\"", body, strlen(body), file), 0);
	head = strlen(file);
	memcpy(file + head, body, strlen(body));
	size = head + strlen(body);
	assert_int_equal(fetch_kept_parse(file, size, url, etag, &at), 0);
	assert_string_equal(etag, "W/\"1\"");
	assert_int_equal(at, head);
	assert_int_equal(
		fetch_kept_parse(file, size, "https://other/policy.ini", etag, &at), -EBADMSG);
	/* The end of an address is none. */
	assert_int_equal(fetch_kept_parse(file, size, "policy.ini", etag, &at), -EBADMSG);
	for (size_t i = 0; i < size; i++) {
		assert_int_equal(fetch_kept_parse(file, i, url, etag, &at), -EBADMSG);
		file[i] ^= 1;
		if (fetch_kept_parse(file, size, url, etag, &at) != -EBADMSG)
			fail_msg("byte %zu", i);
		file[i] ^= 1;
	}
}

static void the_line_of_the_server_is_read_as_it_was_written(void **state)
{
	static const char *const bad[] = {"", "ok", "ok 1", "ok 1 0", "ok 1 0\n\n", "ok 1 0 0\n",
		"fine 1 0\n", "ok -1 0\n", "ok 01 0\n", "ok 1 1000\n", "ok  1 0\n",
		"ok 9223372036854775808 0\n",
		"ok 1 0000000000000000000000000000000000000000000000000000000000000\n"};
	struct fetch_server server = {.state = FETCH_SERVER_PROXY};
	char line[FETCH_SERVER_SIZE];

	for (int i = 0; i < FETCH_SERVER_STATE_COUNT; i++) {
		struct fetch_server one = {
			.state = (enum fetch_server_state)i, .heard_s = INT64_MAX, .status = 503};

		fetch_server_format(&one, line);
		assert_int_equal(fetch_server_parse(line, strlen(line), &server), 0);
		assert_int_equal(server.state, i);
		assert_true(server.heard_s == INT64_MAX && server.status == 503);
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		if (fetch_server_parse(bad[i], strlen(bad[i]), &server) != -EBADMSG)
			fail_msg("'%s'", bad[i]);
	assert_int_equal(fetch_server_parse("ok 1\0 0\n", 8, &server), -EBADMSG);
	assert_null(fetch_server_state_name(FETCH_SERVER_STATE_COUNT));
}

static void a_machine_is_sixteen_digits(void **state)
{
	static const struct {
		const char *text;
		int r;
	} rows[] = {
		{"machine 0123456789abcdef\n", 0},
		{"machine 0123456789abcdef\nkey SHA256:x\n", 0},
		{"machine 0123456789abcdeF\n", -EBADMSG},
		{"machine 0123456789abcde/\n", -EBADMSG},
		{"machine 0123456789abcde\n", -EBADMSG},
		{"machine 0123456789abcdef0\n", -EBADMSG},
		{"machine 0123456789abcdef", -EBADMSG},
		{"machine  123456789abcdef\n", -EBADMSG},
		{"key 0123456789abcdef\n", -EBADMSG},
		{"", -EBADMSG},
	};
	char machine[FETCH_MACHINE_LENGTH + 1];

	for (size_t i = 0; i < COUNT(rows); i++)
		if (fetch_machine_parse(rows[i].text, strlen(rows[i].text), machine) != rows[i].r)
			fail_msg("'%s'", rows[i].text);
	assert_string_equal(machine, "0123456789abcdef");
}

static void somebody_waits_for_a_request_and_for_joining(void **state)
{
	assert_true(fetch_is_urgent("request-E-7K3M9Q2X.ini"));
	assert_true(fetch_is_urgent("join-0123456789abcdef.ini"));
	assert_false(fetch_is_urgent("status-000000000001-0123456789abcdef.ini"));
	assert_false(fetch_is_urgent("requests"));
	assert_false(fetch_is_urgent(""));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_a_tag_that_can_be_sent_back_is_kept),
		cmocka_unit_test(a_tag_of_what_was_just_written_is_not_sure),
		cmocka_unit_test(retry_after_is_taken_in_seconds_only),
		cmocka_unit_test(what_is_packed_is_noticed),
		cmocka_unit_test(a_reply_begins_anew_and_is_bounded),
		cmocka_unit_test(an_address_is_made_of_site_and_terminal),
		cmocka_unit_test(the_longest_address_has_room),
		cmocka_unit_test(what_is_kept_counts_only_whole_and_for_its_address),
		cmocka_unit_test(the_line_of_the_server_is_read_as_it_was_written),
		cmocka_unit_test(a_machine_is_sixteen_digits),
		cmocka_unit_test(somebody_waits_for_a_request_and_for_joining),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
