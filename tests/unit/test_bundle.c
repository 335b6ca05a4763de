#include "policy/bundle.h"

#include "tests/unit/document_signer.h"
#include "tests/unit/fixture.h"

#define BEGIN     "-----BEGIN SSH SIGNATURE-----\n"
#define END       "-----END SSH SIGNATURE-----\n"
#define SIGNATURE BEGIN "x\n" END

struct row {
	const char *name, *bytes;
	size_t n;
	const char *parts[4];
	unsigned lines[4];
};

static const struct row rows[] = {
	{"nothing", "", 0, {NULL}, {0}},
	{"one", "[a]\n" SIGNATURE, 1, {"[a]\n" SIGNATURE}, {0}},
	{"two", "[a]\n" SIGNATURE "[b]\nc = 1\n" SIGNATURE, 2,
		{"[a]\n" SIGNATURE, "[b]\nc = 1\n" SIGNATURE}, {0, 4}},
	{"one with two signatures", "[a]\n" SIGNATURE SIGNATURE "[b]\n" SIGNATURE, 2,
		{"[a]\n" SIGNATURE SIGNATURE, "[b]\n" SIGNATURE}, {0, 7}},
	{"an empty line between", "[a]\n" SIGNATURE "\n[b]\n" SIGNATURE, 2,
		{"[a]\n" SIGNATURE, "\n[b]\n" SIGNATURE}, {0, 4}},
	{"no signature", "[a]\n[b]\n", 1, {"[a]\n[b]\n"}, {0}},
	{"the last one without a signature", "[a]\n" SIGNATURE "[b]\n", 2,
		{"[a]\n" SIGNATURE, "[b]\n"}, {0, 4}},
	{"a signature that does not end", "[a]\n" SIGNATURE "[b]\n" BEGIN "x\n", 2,
		{"[a]\n" SIGNATURE, "[b]\n" BEGIN "x\n"}, {0, 4}},
	{"a signature that does not end takes the next one's end",
		"[a]\n" BEGIN "x\n[b]\n" SIGNATURE "[c]\n" SIGNATURE, 2,
		{"[a]\n" BEGIN "x\n[b]\n" SIGNATURE, "[c]\n" SIGNATURE}, {0, 7}},
	{"a signature first", SIGNATURE "[a]\n" SIGNATURE, 2, {SIGNATURE, "[a]\n" SIGNATURE},
		{0, 3}},
	{"a marker in a line", "[a]\nb = " BEGIN SIGNATURE, 1, {"[a]\nb = " BEGIN SIGNATURE}, {0}},
	{"no line feed at the end", "[a]\n" BEGIN "x\n-----END SSH SIGNATURE-----", 1,
		{"[a]\n" BEGIN "x\n-----END SSH SIGNATURE-----"}, {0}},
};

static void documents_are_cut_where_signatures_end(void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];
		struct bundle bundle = {.bytes = row->bytes, .size = strlen(row->bytes)};
		struct bundle_document document;

		for (size_t k = 0; k < row->n; k++) {
			if (!bundle_next(&bundle, &document) ||
				document.slice.size != strlen(row->parts[k]) ||
				memcmp(document.slice.bytes, row->parts[k], document.slice.size) ||
				document.line != row->lines[k])
				fail_msg("%s: document %zu", row->name, k);
		}
		assert_false(bundle_next(&bundle, &document));
		assert_int_equal(bundle_count(row->bytes, strlen(row->bytes)), row->n);
	}
}

/* Whatever the bytes are: nothing is lost, and nothing is in two documents. */
static void parts_make_the_whole(void **state)
{
	static const char alphabet[][32] = {"[a]\n", BEGIN, END, "x\n", "\n", "-----", "b = 1"};
	unsigned seed = 1;

	for (unsigned i = 0; i < 20000; i++) {
		char bytes[512] = "";
		struct bundle bundle = {.bytes = bytes};
		struct bundle_document document;
		size_t at = 0;

		for (unsigned k = 0; k < 12; k++) {
			seed = seed * 1103515245 + 12345;
			bundle.size +=
				(size_t)snprintf(bytes + bundle.size, sizeof(bytes) - bundle.size,
					"%s", alphabet[seed / 65536 % COUNT(alphabet)]);
		}
		while (bundle_next(&bundle, &document)) {
			assert_ptr_equal(document.slice.bytes, bytes + at);
			assert_true(document.slice.size > 0);
			at += document.slice.size;
		}
		assert_int_equal(at, bundle.size);
	}
}

static void only_two_kinds_have_files_of_several(void **state)
{
	for (unsigned kind = 0; kind <= DOCUMENT_KIND_COUNT; kind++)
		assert_int_equal(bundle_documents_max(kind) > 0,
			kind == DOCUMENT_EXEMPTION || kind == DOCUMENT_REVOCATION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_are_cut_where_signatures_end),
		cmocka_unit_test(parts_make_the_whole),
		cmocka_unit_test(only_two_kinds_have_files_of_several),
	};

	return cmocka_run_group_tests_name("bundle", tests, NULL, NULL);
}
