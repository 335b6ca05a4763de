/*
 * Signed files that somebody bent: cut at every byte, every bit of every byte flipped, blocks
 * moved, doubled, taken out, and two documents glued together. Only what holds the same text and
 * the signatures of enough persons may still be believed.
 */
#include "tests/unit/document_signer.h"
#include "tests/unit/judged_fixture.h"

static void assert_verdict(enum document_kind kind, const struct root *root, const char *bytes,
	size_t size, enum document_fault fault, const char *what)
{
	struct verify_request request = {.root = root, .site = "tosu", .now_s = time_of(NOW)};
	struct verification result = document_judged(kind, &request, bytes, size);

	if (result.fault != fault)
		fail_msg("%s, %s: %s (%s)", document_kind_name(kind), what,
			document_fault_name(result.fault), result.detail);
}

/* Refused for a reason, and not because it was accepted or never looked at. */
static void assert_refused(enum document_kind kind, const struct root *root, const char *bytes,
	size_t size, const char *what, size_t at)
{
	struct verify_request request = {.root = root, .now_s = time_of(NOW)};
	struct verification result = document_judged(kind, &request, bytes, size);

	if (result.verdict != DOCUMENT_REFUSED || result.fault == DOCUMENT_FAULT_UNJUDGED)
		fail_msg("%s, %s at %zu: %s", document_kind_name(kind), what, at, result.detail);
}

static void a_file_cut_at_any_byte_is_refused(void **state)
{
	struct root *root = trusted_root(NULL, NULL);

	for (enum document_kind kind = DOCUMENT_ROOT; kind < DOCUMENT_KIND_COUNT; kind++) {
		char *bytes = document_made(kind, NULL, NULL);

		assert_verdict(kind, root, bytes, strlen(bytes), DOCUMENT_FAULT_NONE, "as it is");
		for (size_t size = 0; size < strlen(bytes); size++)
			assert_refused(kind, root, bytes, size, "cut", size);
		free(bytes);
	}
	root_free(root);
}

/* Each of them alone, from the byte at from. */
static void flip_every_bit(
	enum document_kind kind, const struct root *root, char *bytes, size_t size, size_t from)
{
	assert_verdict(kind, root, bytes, size, DOCUMENT_FAULT_NONE, "as it is");
	for (size_t bit = 8 * from; bit < 8 * size; bit++) {
		bytes[bit / 8] ^= (char)(1 << bit % 8);
		assert_refused(kind, root, bytes, size, "a flipped bit", bit);
		bytes[bit / 8] ^= (char)(1 << bit % 8);
	}
}

static void a_file_with_any_bit_flipped_is_refused(void **state)
{
	struct root *root = trusted_root(NULL, NULL);

	for (enum document_kind kind = DOCUMENT_ROOT; kind < DOCUMENT_KIND_COUNT; kind++) {
		char *bytes = document_made(kind, NULL, NULL);

		flip_every_bit(kind, root, bytes, strlen(bytes), 0);
		free(bytes);
	}
	root_free(root);
}

/* What the real ssh-keygen wrote, with both kinds of hardware keys; their texts were bent above. */
static void signatures_of_ssh_keygen_with_any_bit_flipped_are_refused(void **state)
{
	static const char *const names[] = {"policy-sk.ini", "policy-ecdsa-sk.ini"};
	struct root *root = read_trusted_root("root.ini");

	for (size_t i = 0; i < COUNT(names); i++) {
		struct fixture file = read_document(names[i]);

		flip_every_bit(DOCUMENT_POLICY, root, file.bytes, file.size,
			(size_t)(strstr(file.bytes, "-----BEGIN") - file.bytes));
		free(file.bytes);
	}
	root_free(root);
}

/* Every pair of bytes that a careless reader may take for the same. */
static void no_two_letters_are_the_same(void **state)
{
	static const struct {
		const char *name, *old, *new;
		enum document_fault fault;
	} rows[] = {
		{"the marker in small letters", "-----BEGIN SSH SIGNATURE-----",
			"-----begin ssh signature-----", DOCUMENT_FAULT_UNSIGNED},
		{"the marker of a key", "-----BEGIN SSH SIGNATURE-----",
			"-----BEGIN SSH PRIVATE KEY-----", DOCUMENT_FAULT_UNSIGNED},
		{"CR before LF in the armour", "U1NIU0lH", "\rU1NIU0lH",
			DOCUMENT_FAULT_SIGNATURE_FORM},
		{"a space in the armour", "U1NIU0lH", "U1NI U0lH", DOCUMENT_FAULT_SIGNATURE_FORM},
		{"an LF more in the armour", "U1NIU0lH", "U1NI\nU0lH",
			DOCUMENT_FAULT_SIGNATURE_FORM},
		{"an empty line in the armour", "-----BEGIN SSH SIGNATURE-----\n",
			"-----BEGIN SSH SIGNATURE-----\n\n", DOCUMENT_FAULT_SIGNATURE_FORM},
		{"a header in the armour", "-----BEGIN SSH SIGNATURE-----\n",
			"-----BEGIN SSH SIGNATURE-----\nHash: SHA512\n",
			DOCUMENT_FAULT_SIGNATURE_FORM},
		{"base64 for the web", "U1NIU0lH", "U1NIU0l_", DOCUMENT_FAULT_SIGNATURE_FORM},
		{"padding more", "\n-----END", "=\n-----END", DOCUMENT_FAULT_SIGNATURE_FORM},
		{"another letter case in the text", "[fresh]", "[Fresh]",
			DOCUMENT_FAULT_SIGNATURE_WRONG},
		{"CR before LF in the text", "kind = fresh\n", "kind = fresh\r\n",
			DOCUMENT_FAULT_SIGNATURE_WRONG},
		{"an LF more before the signature", "\n-----BEGIN", "\n\n-----BEGIN",
			DOCUMENT_FAULT_SIGNATURE_WRONG},
		{"a BOM", "[fresh]", "\xef\xbb\xbf[fresh]", DOCUMENT_FAULT_SIGNATURE_WRONG},
	};
	struct root *root = trusted_root(NULL, NULL);
	char *bytes = document_made(DOCUMENT_FRESH, NULL, NULL);

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *bent = text_edited(bytes, rows[i].old, rows[i].new);

		assert_verdict(
			DOCUMENT_FRESH, root, bent, strlen(bent), rows[i].fault, rows[i].name);
		free(bent);
	}
	root_free(root);
	free(bytes);
}

/* The same letters and as many bytes, but not the lines that ssh-keygen writes. */
static void a_line_feed_moved_in_the_armour_is_refused(void **state)
{
	struct root *root = trusted_root(NULL, NULL);
	char *bytes = document_made(DOCUMENT_FRESH, NULL, NULL);
	char *line_feed = strchr(strstr(bytes, "\nU1NIU0lH") + 1, '\n');

	assert_verdict(DOCUMENT_FRESH, root, bytes, strlen(bytes), DOCUMENT_FAULT_NONE, "as it is");
	line_feed[0] = line_feed[-1];
	line_feed[-1] = '\n';
	assert_verdict(DOCUMENT_FRESH, root, bytes, strlen(bytes), DOCUMENT_FAULT_SIGNATURE_FORM,
		"a shorter line");
	root_free(root);
	free(bytes);
}

/* A policy of text, and behind it signatures in the order of keys, however odd. */
static void signatures_are_counted_by_person(void **state)
{
	static const struct {
		const char *name, *keys;
		enum document_fault fault;
	} rows[] = {
		{"in order", "suzuki tanaka", DOCUMENT_FAULT_NONE},
		{"in another order", "tanaka suzuki", DOCUMENT_FAULT_NONE},
		{"one of them twice", "suzuki tanaka suzuki", DOCUMENT_FAULT_NONE},
		{"both twice", "suzuki suzuki tanaka tanaka", DOCUMENT_FAULT_NONE},
		{"a third person", "sato suzuki tanaka", DOCUMENT_FAULT_NONE},
		{"two keys of one and one of another", "suzuki suzuki-2 sato", DOCUMENT_FAULT_NONE},
		{"one alone", "suzuki", DOCUMENT_FAULT_THRESHOLD},
		{"one twice", "suzuki suzuki", DOCUMENT_FAULT_THRESHOLD},
		{"one with two keys", "suzuki suzuki-2", DOCUMENT_FAULT_THRESHOLD},
		{"one with two keys four times", "suzuki suzuki-2 suzuki suzuki-2",
			DOCUMENT_FAULT_THRESHOLD},
		{"eight of them", "suzuki tanaka suzuki tanaka suzuki tanaka suzuki tanaka",
			DOCUMENT_FAULT_NONE},
		{"nine of them", "suzuki tanaka suzuki tanaka suzuki tanaka suzuki tanaka sato",
			DOCUMENT_FAULT_CUT},
		{"a stranger before two good ones", "stranger suzuki tanaka",
			DOCUMENT_FAULT_UNKNOWN_KEY},
		{"a stranger behind two good ones", "suzuki tanaka stranger",
			DOCUMENT_FAULT_UNKNOWN_KEY},
	};
	struct root *root = trusted_root(NULL, NULL);

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *bytes = document_made(DOCUMENT_POLICY, NULL, rows[i].keys);

		assert_verdict(
			DOCUMENT_POLICY, root, bytes, strlen(bytes), rows[i].fault, rows[i].name);
		free(bytes);
	}
	root_free(root);
}

static char *joined(const char *a, const char *b)
{
	char *both = malloc(strlen(a) + strlen(b) + 1);

	assert_non_null(both);
	memcpy(both, a, strlen(a));
	memcpy(both + strlen(a), b, strlen(b) + 1);
	return both;
}

static void two_documents_are_never_one(void **state)
{
	static const struct edit next[EDITS_MAX] = {{"serial = 42", "serial = 43"}};
	struct root *root = trusted_root(NULL, NULL);
	char *other_text = document_text(text_policy, next);
	char *one = document_made(DOCUMENT_POLICY, NULL, NULL);
	char *other = document_signed(other_text, "policy@sekisho", "suzuki tanaka");
	const char *signatures = strstr(one, "-----BEGIN");
	const char *other_signatures = strstr(other, "-----BEGIN");
	const struct {
		const char *name, *a, *b;
		enum document_fault fault;
	} rows[] = {
		{"one behind the other", one, other, DOCUMENT_FAULT_CUT},
		{"one twice", one, one, DOCUMENT_FAULT_CUT},
		{"the text of the next behind", one, other_text, DOCUMENT_FAULT_CUT},
		{"the text of the next before", other_text, one, DOCUMENT_FAULT_SIGNATURE_WRONG},
		{"both texts and the second's signatures", text_policy, other,
			DOCUMENT_FAULT_SIGNATURE_WRONG},
		{"the signatures of the other too", one, other_signatures,
			DOCUMENT_FAULT_SIGNATURE_WRONG},
		{"the signatures of the other only", text_policy, other_signatures,
			DOCUMENT_FAULT_SIGNATURE_WRONG},
		{"its own signatures once more", one, signatures, DOCUMENT_FAULT_NONE},
		{"signatures before the text", signatures, one, DOCUMENT_FAULT_CUT},
		{"signatures without a text", "", signatures, DOCUMENT_FAULT_SIGNATURE_WRONG},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *both = joined(rows[i].a, rows[i].b);

		assert_verdict(
			DOCUMENT_POLICY, root, both, strlen(both), rows[i].fault, rows[i].name);
		free(both);
	}
	root_free(root);
	free(other_text);
	free(other);
	free(one);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_cut_at_any_byte_is_refused),
		cmocka_unit_test(a_file_with_any_bit_flipped_is_refused),
		cmocka_unit_test(signatures_of_ssh_keygen_with_any_bit_flipped_are_refused),
		cmocka_unit_test(no_two_letters_are_the_same),
		cmocka_unit_test(a_line_feed_moved_in_the_armour_is_refused),
		cmocka_unit_test(signatures_are_counted_by_person),
		cmocka_unit_test(two_documents_are_never_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
