#include "tests/unit/fixture.h"

#include <errno.h>

#include "policy/document.h"

#define S "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n"

static void a_document_is_text_and_whole_signatures(void **state)
{
	static const struct {
		const char *name, *bytes;
		int n_signatures; /* -1: refused */
		size_t text_size;
	} rows[] = {
		{"a text alone", "[a]\n", 0, 4},
		{"one signature", "[a]\n" S, 1, 4},
		{"two signatures", "[a]\n" S S, 2, 4},
		{"eight signatures", "[a]\n" S S S S S S S S, 8, 4},
		{"nine signatures", "[a]\n" S S S S S S S S S, -1, 0},
		{"a signature without a text", S, 1, 0},
		{"an empty file", "", 0, 0},
		{"a text behind the signature", "[a]\n" S "[b]\n", -1, 0},
		{"an empty line behind the signature", "[a]\n" S "\n", -1, 0},
		{"an empty line between signatures", "[a]\n" S "\n" S, -1, 0},
		{"a text between signatures", "[a]\n" S "b = c\n" S, -1, 0},
		{"a comment between signatures", "[a]\n" S "# b\n" S, -1, 0},
		{"a signature without its end", "[a]\n-----BEGIN SSH SIGNATURE-----\nAAAA\n", -1,
			0},
		{"an end without line feed",
			"[a]\n-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----", -1,
			0},
		{"a beginning without line feed is text", "[a]\n-----BEGIN SSH SIGNATURE-----", 0,
			33},
		{"an indented beginning is text", "[a]\n " S, 0, 68},
		{"a beginning with CR is text",
			"[a]\n-----BEGIN SSH SIGNATURE-----\r\n-----END SSH SIGNATURE-----\n", 0,
			63},
		{"a beginning in a comment is text", "# -----BEGIN SSH SIGNATURE-----\n" S, 1, 32},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct signed_document document = {.n_signatures = 99};
		struct problems problems = {0};
		int r = document_split(rows[i].bytes, strlen(rows[i].bytes), &problems, &document);

		if (r != (rows[i].n_signatures < 0 ? -EBADMSG : 0))
			fail_msg("%s: %d", rows[i].name, r);
		if (problems_any(&problems) != (r < 0))
			fail_msg("%s: problems", rows[i].name);
		if (r < 0) {
			assert_int_equal(document.n_signatures, 99);
		} else if (document.n_signatures != (size_t)rows[i].n_signatures ||
			   document.text.size != rows[i].text_size) {
			fail_msg("%s: %zu signatures, text of %zu", rows[i].name,
				document.n_signatures, document.text.size);
		}
		problems_clear(&problems);
	}
}

static void each_signature_is_its_own_lines(void **state)
{
	static const char bytes[] = "[a]\n" S S;
	struct signed_document document;
	struct problems problems = {0};

	assert_int_equal(document_split(bytes, strlen(bytes), &problems, &document), 0);
	assert_int_equal(document.signatures[0].size, strlen(S));
	assert_ptr_equal(document.signatures[1].bytes, bytes + 4 + strlen(S));
	assert_memory_equal(document.signatures[1].bytes, S, strlen(S));
}

static void a_nul_does_not_end_the_text(void **state)
{
	static const char bytes[] = "[a]\n\0\n" S;
	struct signed_document document;
	struct problems problems = {0};

	assert_int_equal(document_split(bytes, sizeof(bytes) - 1, &problems, &document), 0);
	assert_int_equal(document.text.size, 6);
	assert_int_equal(document.n_signatures, 1);
}

static void what_stands_wrong_is_named_with_its_line(void **state)
{
	static const char bytes[] = "[a]\n" S "[b]\n";
	struct signed_document document;
	struct problems problems = {0};

	document_split(bytes, strlen(bytes), &problems, &document);
	assert_true(has_problem(&problems, 5, "the beginning of a signature"));
	assert_string_equal(problems.items[0].read, "[b]");
	problems_clear(&problems);
}

static void kinds_have_names_both_ways(void **state)
{
	for (unsigned kind = DOCUMENT_ROOT; kind < DOCUMENT_KIND_COUNT; kind++) {
		enum document_kind found = DOCUMENT_NONE;

		assert_int_equal(document_kind_from_name(document_kind_name(kind), &found), 0);
		assert_int_equal(found, kind);
		assert_non_null(document_kind_namespace(kind));
		assert_true(document_kind_size_max(kind) > 0);
	}
	assert_null(document_kind_name(DOCUMENT_KIND_COUNT));
	assert_null(document_kind_namespace(DOCUMENT_NONE));
	assert_int_equal(document_kind_size_max(DOCUMENT_NONE), 0);
	assert_null(document_kind_namespace(DOCUMENT_KIND_COUNT));
	assert_int_equal(document_kind_size_max(DOCUMENT_KIND_COUNT), 0);
}

/* printf '[a]\n' | sha256sum, and so on. */
static void a_document_is_known_by_its_text(void **state)
{
	static const uint8_t of_a[] = {0x24, 0xd4, 0x94, 0x1e};
	static const uint8_t of_nothing[] = {0xe3, 0xb0, 0xc4, 0x42};
	static const struct {
		const char *name, *bytes;
		const uint8_t *expected; /* NULL: another */
	} rows[] = {
		{"a text alone", "[a]\n", of_a},
		{"signed", "[a]\n" S, of_a},
		{"signed twice", "[a]\n" S S, of_a},
		{"another signature",
			"[a]\n-----BEGIN SSH SIGNATURE-----\nBB\n-----END SSH SIGNATURE-----\n",
			of_a},
		{"half a signature", "[a]\n-----BEGIN SSH SIGNATURE-----\nAA", of_a},
		{"rubbish behind it", "[a]\n" S "[b]\n", of_a},
		{"a signature alone", S, of_nothing},
		{"an empty file", "", of_nothing},
		{"one byte more", "[a]\n\n" S, NULL},
		{"one byte less", "[a]" S, NULL},
		{"a beginning that is text", "[a]\n " S, NULL},
		{"half a beginning", "[a]\n-----BEGIN SSH SIGNATURE-----", NULL},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const uint8_t *expected = rows[i].expected ? rows[i].expected : of_a;
		uint8_t sha256[SHA256_SIZE];

		assert_int_equal(
			document_text_sha256(rows[i].bytes, strlen(rows[i].bytes), sha256), 0);
		if ((memcmp(sha256, expected, 4) == 0) != (rows[i].expected != NULL))
			fail_msg("%s", rows[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_document_is_text_and_whole_signatures),
		cmocka_unit_test(a_document_is_known_by_its_text),
		cmocka_unit_test(each_signature_is_its_own_lines),
		cmocka_unit_test(a_nul_does_not_end_the_text),
		cmocka_unit_test(what_stands_wrong_is_named_with_its_line),
		cmocka_unit_test(kinds_have_names_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
