#include "tests/unit/judged_fixture.h"

struct row {
	const char *name, *document;
	const char *site, *tier;
	uint64_t serial_floor;
	const char *now;
	enum document_verdict verdict;
	enum document_fault fault;
	const char *detail; /* part of the sentence */
};

#define HERE "tosu", "my-number", 41, NOW

static void judge(const struct row *row, const struct root *root, const char *bytes, size_t size)
{
	struct verify_request request = {.root = root,
		.site = row->site,
		.tier = row->tier,
		.serial_floor = row->serial_floor,
		.now_s = time_of(row->now)};
	struct problems problems = {0};
	struct verification verification;
	struct policy *policy = NULL;

	assert_int_equal(
		verify_policy(&request, bytes, size, &problems, &verification, &policy), 0);
	check_verification(row->name, &verification, row->verdict, row->fault, row->detail);
	assert_int_equal(policy != NULL, row->verdict != DOCUMENT_REFUSED);
	if (problems_any(&problems) && row->fault != DOCUMENT_FAULT_TEXT &&
		row->fault != DOCUMENT_FAULT_CUT)
		fail_msg("%s: problems of a text that nobody may have read", row->name);
	if (row->fault == DOCUMENT_FAULT_TEXT || row->fault == DOCUMENT_FAULT_CUT)
		assert_true(problems_any(&problems));
	policy_free(policy);
	problems_clear(&problems);
}

static void policies_are_believed_or_refused_with_a_reason(void **state)
{
	static const struct row rows[] = {
		{"two signers", "policy.ini", HERE, DOCUMENT_ACCEPTED, DOCUMENT_FAULT_NONE,
			"serial 42"},
		{"a hardware key that was touched", "policy-sk.ini", HERE, DOCUMENT_ACCEPTED,
			DOCUMENT_FAULT_NONE, NULL},
		{"an ecdsa hardware key that was touched", "policy-ecdsa-sk.ini", HERE,
			DOCUMENT_ACCEPTED, DOCUMENT_FAULT_NONE, NULL},
		{"a hardware key that nobody touched", "policy-untouched.ini", HERE,
			DOCUMENT_REFUSED, DOCUMENT_FAULT_NO_USER_PRESENCE, "nobody touched"},
		{"an ecdsa hardware key that nobody touched", "policy-ecdsa-untouched.ini", HERE,
			DOCUMENT_REFUSED, DOCUMENT_FAULT_NO_USER_PRESENCE, NULL},
		{"two signers, one of them twice", "policy-two-and-again.ini", HERE,
			DOCUMENT_ACCEPTED, DOCUMENT_FAULT_NONE, NULL},
		{"no signature", "policy-unsigned.ini", HERE, DOCUMENT_REFUSED,
			DOCUMENT_FAULT_UNSIGNED, "no signature"},
		{"one signer", "policy-one-signer.ini", HERE, DOCUMENT_REFUSED,
			DOCUMENT_FAULT_THRESHOLD, "signed by suzuki only"},
		{"one key twice", "policy-one-key-twice.ini", HERE, DOCUMENT_REFUSED,
			DOCUMENT_FAULT_THRESHOLD, "signed by tanaka only"},
		{"one person with two keys", "policy-one-person-twice.ini", HERE, DOCUMENT_REFUSED,
			DOCUMENT_FAULT_THRESHOLD, "signed by tanaka only"},
		{"an unknown key beside two good ones", "policy-unknown-key.ini", HERE,
			DOCUMENT_REFUSED, DOCUMENT_FAULT_UNKNOWN_KEY, "SHA256:"},
		{"a person of another role", "policy-not-in-role.ini", HERE, DOCUMENT_REFUSED,
			DOCUMENT_FAULT_NOT_IN_ROLE, "signed by sato"},
		{"an RSA key", "policy-rsa.ini", HERE, DOCUMENT_REFUSED,
			DOCUMENT_FAULT_SIGNATURE_FORM, "key type"},
		{"another hash", "policy-sha256.ini", HERE, DOCUMENT_REFUSED,
			DOCUMENT_FAULT_SIGNATURE_FORM, "sha512"},
		{"the namespace of a root", "policy-other-namespace.ini", HERE, DOCUMENT_REFUSED,
			DOCUMENT_FAULT_NAMESPACE, "policy@sekisho"},
		{"ssh-keygen's own namespace", "policy-file-namespace.ini", HERE, DOCUMENT_REFUSED,
			DOCUMENT_FAULT_NAMESPACE, NULL},
		{"a root", "root.ini", HERE, DOCUMENT_REFUSED, DOCUMENT_FAULT_NAMESPACE, NULL},
		{"a root signed as a policy", "root-policy-namespace.ini", HERE, DOCUMENT_REFUSED,
			DOCUMENT_FAULT_KIND, "is a root, not a policy"},
		{"a policy that says it is a root", "policy-root-in-policy.ini", HERE,
			DOCUMENT_REFUSED, DOCUMENT_FAULT_KIND, NULL},
		{"a 200-byte line whose tail is a rule", "policy-long-line.ini", HERE,
			DOCUMENT_REFUSED, DOCUMENT_FAULT_TEXT, "at most 160 bytes"},
		{"an indented line", "policy-indented.ini", HERE, DOCUMENT_REFUSED,
			DOCUMENT_FAULT_TEXT, "1 mistake in the text; line 23, column 1:"},
		{"a doubled key", "policy-doubled-key.ini", HERE, DOCUMENT_REFUSED,
			DOCUMENT_FAULT_TEXT, "each key once"},
		{"a doubled section", "policy-doubled-section.ini", HERE, DOCUMENT_REFUSED,
			DOCUMENT_FAULT_TEXT, "each section once"},
		{"CR", "policy-carriage-return.ini", HERE, DOCUMENT_REFUSED, DOCUMENT_FAULT_TEXT,
			"carriage return"},
		{"NUL", "policy-nul.ini", HERE, DOCUMENT_REFUSED, DOCUMENT_FAULT_TEXT, "NUL"},
		{"BOM", "policy-bom.ini", HERE, DOCUMENT_REFUSED, DOCUMENT_FAULT_TEXT,
			"byte order mark"},
		{"a word that no policy has", "policy-telephone.ini", HERE, DOCUMENT_REFUSED,
			DOCUMENT_FAULT_TEXT, "telephone"},
		{"a rehearsal without end", "policy-no-rehearsal.ini", HERE, DOCUMENT_REFUSED,
			DOCUMENT_FAULT_TEXT, "the key \"until\" beside it"},
		{"another site's policy", "policy-other-site.ini", HERE, DOCUMENT_REFUSED,
			DOCUMENT_FAULT_SITE, "for the site saga, this is tosu"},
		{"any site", "policy-other-site.ini", NULL, NULL, 0, NOW, DOCUMENT_ACCEPTED,
			DOCUMENT_FAULT_NONE, NULL},
		{"another tier's policy", "policy-other-tier.ini", HERE, DOCUMENT_REFUSED,
			DOCUMENT_FAULT_TIER, "for the tier lgwan, this is my-number"},
		{"any tier", "policy-other-tier.ini", "tosu", NULL, 0, NOW, DOCUMENT_ACCEPTED,
			DOCUMENT_FAULT_NONE, NULL},
		{"another epoch", "policy-other-epoch.ini", HERE, DOCUMENT_REFUSED,
			DOCUMENT_FAULT_EPOCH, "epoch 2"},
		{"the first serial", "policy.ini", "tosu", "my-number", 0, NOW, DOCUMENT_ACCEPTED,
			DOCUMENT_FAULT_NONE, NULL},
		{"an equal serial", "policy.ini", "tosu", "my-number", 42, NOW, DOCUMENT_REFUSED,
			DOCUMENT_FAULT_SERIAL, "42"},
		{"a lower serial", "policy.ini", "tosu", "my-number", 43, NOW, DOCUMENT_REFUSED,
			DOCUMENT_FAULT_SERIAL, "must be higher"},
		{"the last second", "policy.ini", "tosu", "my-number", 0,
			"2027-04-30T23:59:59+09:00", DOCUMENT_ACCEPTED, DOCUMENT_FAULT_NONE, NULL},
		{"expired", "policy.ini", "tosu", "my-number", 0, "2027-05-01T00:00:00+09:00",
			DOCUMENT_REFUSED, DOCUMENT_FAULT_EXPIRED, "2027-04-30T23:59:59+09:00"},
		{"the second before it begins", "policy.ini", "tosu", "my-number", 0,
			"2026-03-31T23:59:59+09:00", DOCUMENT_NOT_YET, DOCUMENT_FAULT_NONE,
			"starts on"},
		{"the first second", "policy.ini", "tosu", "my-number", 0,
			"2026-04-01T00:00:00+09:00", DOCUMENT_ACCEPTED, DOCUMENT_FAULT_NONE, NULL},
		{"a root that ended", "policy.ini", "tosu", "my-number", 0,
			"2028-04-01T00:00:00+09:00", DOCUMENT_REFUSED, DOCUMENT_FAULT_ROOT_EXPIRED,
			"new root"},
	};
	struct root *root = read_trusted_root("root.ini");

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fixture file = read_document(rows[i].document);

		judge(&rows[i], root, file.bytes, file.size);
		free(file.bytes);
	}
	root_free(root);
}

static void what_is_not_a_signed_document_is_refused(void **state)
{
	static const struct {
		struct row row;
		const char *in_front, *behind;
		size_t padding; /* so many bytes of comments in front */
	} rows[] = {
		{{"as it is", "policy.ini", HERE, DOCUMENT_ACCEPTED, DOCUMENT_FAULT_NONE, NULL}, "",
			"", 0},
		{{"text behind the signatures", "policy.ini", HERE, DOCUMENT_REFUSED,
			 DOCUMENT_FAULT_CUT, "something else"},
			"", "[media]\nphone = allow\n", 0},
		{{"a line feed behind the signatures", "policy.ini", HERE, DOCUMENT_REFUSED,
			 DOCUMENT_FAULT_CUT, NULL},
			"", "\n", 0},
		{{"a comment in front", "policy.ini", HERE, DOCUMENT_REFUSED,
			 DOCUMENT_FAULT_SIGNATURE_WRONG, "signature 1 does not fit"},
			"# hello\n", "", 0},
		{{"300 KiB", "policy.ini", HERE, DOCUMENT_REFUSED, DOCUMENT_FAULT_TOO_LARGE,
			 "262144"},
			"", "", 300 * 1024},
		{{"just small enough to be judged", "policy.ini", HERE, DOCUMENT_REFUSED,
			 DOCUMENT_FAULT_SIGNATURE_WRONG, NULL},
			"", "", 250 * 1024},
		{{"another document glued on", "policy.ini", HERE, DOCUMENT_REFUSED,
			 DOCUMENT_FAULT_CUT, NULL},
			"", "[policy]\nkind = policy\n", 0},
	};
	struct root *root = read_trusted_root("root.ini");

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fixture file = read_document(rows[i].row.document);
		size_t size = rows[i].padding + strlen(rows[i].in_front) + file.size +
			      strlen(rows[i].behind),
		       used;
		char *bytes = malloc(size + 1);

		memset(bytes, '#', size);
		for (size_t at = 63; at < rows[i].padding; at += 64)
			bytes[at] = '\n';
		used = rows[i].padding;
		used += (size_t)snprintf(bytes + used, size - used + 1, "%s", rows[i].in_front);
		memcpy(bytes + used, file.bytes, file.size);
		used += file.size;
		snprintf(bytes + used, size - used + 1, "%s", rows[i].behind);
		judge(&rows[i].row, root, bytes, size);
		free(bytes);
		free(file.bytes);
	}
	root_free(root);
}

/* Judges changed bytes and asserts that nothing of them is believed. */
static void assert_refused(
	const struct root *root, const char *bytes, size_t size, const char *what, size_t at)
{
	struct verify_request request = {
		.root = root, .site = "tosu", .tier = "my-number", .now_s = time_of(NOW)};
	struct problems problems = {0};
	struct verification verification;
	struct policy *policy = NULL;

	assert_int_equal(
		verify_policy(&request, bytes, size, &problems, &verification, &policy), 0);
	if (verification.verdict != DOCUMENT_REFUSED || policy ||
		verification.fault == DOCUMENT_FAULT_NONE ||
		verification.fault == DOCUMENT_FAULT_UNJUDGED)
		fail_msg("%s at %zu was believed", what, at);
	problems_clear(&problems);
}

static void a_document_cut_at_any_byte_is_refused(void **state)
{
	struct root *root = read_trusted_root("root.ini");
	struct fixture file = read_document("policy.ini");

	for (size_t size = 0; size < file.size; size++)
		assert_refused(root, file.bytes, size, "a cut", size);
	root_free(root);
	free(file.bytes);
}

static void a_document_with_any_byte_changed_is_refused(void **state)
{
	struct root *root = read_trusted_root("root.ini");
	struct fixture file = read_document("policy.ini");

	for (size_t at = 0; at < file.size; at++) {
		char bit = (char)(1 << at % 8);

		file.bytes[at] ^= bit;
		assert_refused(root, file.bytes, file.size, "a flipped bit", at);
		file.bytes[at] ^= bit;
	}
	root_free(root);
	free(file.bytes);
}

static void signatures_may_come_in_any_order(void **state)
{
	static const struct row row = {
		"reordered", "", HERE, DOCUMENT_ACCEPTED, DOCUMENT_FAULT_NONE, NULL};
	struct root *root = read_trusted_root("root.ini");
	struct fixture file = read_document("policy.ini");
	struct signed_document document;
	struct problems problems = {0};
	char *bytes = malloc(file.size), *to = bytes;

	assert_int_equal(document_split(file.bytes, file.size, &problems, &document), 0);
	memcpy(to, document.text.bytes, document.text.size);
	to += document.text.size;
	memcpy(to, document.signatures[1].bytes, document.signatures[1].size);
	to += document.signatures[1].size;
	memcpy(to, document.signatures[0].bytes, document.signatures[0].size);
	judge(&row, root, bytes, file.size);
	free(bytes);
	free(file.bytes);
	root_free(root);
}

static void a_role_that_asks_for_user_verification_gets_it(void **state)
{
	static const struct row rows[] = {
		{"hardware keys without it", "policy-sk.ini", HERE, DOCUMENT_REFUSED,
			DOCUMENT_FAULT_NO_USER_VERIFICATION, "without user verification"},
		{"plain keys, which cannot show it", "policy.ini", HERE, DOCUMENT_REFUSED,
			DOCUMENT_FAULT_NO_USER_VERIFICATION, NULL},
		{"a hardware key with it", "policy-yamada-verified.ini", HERE, DOCUMENT_ACCEPTED,
			DOCUMENT_FAULT_NONE, NULL},
	};
	struct root *root = read_trusted_root("root-verification.ini");

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fixture file = read_document(rows[i].document);

		judge(&rows[i], root, file.bytes, file.size);
		free(file.bytes);
	}
	root_free(root);
}

static void the_signers_are_said(void **state)
{
	struct root *root = read_trusted_root("root.ini");
	struct fixture file = read_document("policy.ini");
	struct verify_request request = {.root = root, .now_s = time_of(NOW)};
	struct problems problems = {0};
	struct verification verification;
	struct policy *policy = NULL;

	verify_policy(&request, file.bytes, file.size, &problems, &verification, &policy);
	assert_int_equal(verification.signers, 3);
	assert_int_equal(policy->header.serial, 42);
	assert_int_not_equal(verification.text_sha256[0] | verification.text_sha256[1], 0);
	policy_free(policy);
	root_free(root);
	free(file.bytes);
}

static void faults_have_different_names(void **state)
{
	for (unsigned i = 0; i < DOCUMENT_FAULT_COUNT; i++) {
		assert_non_null(document_fault_name(i));
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(document_fault_name(i), document_fault_name(j));
	}
	assert_null(document_fault_name(DOCUMENT_FAULT_COUNT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(policies_are_believed_or_refused_with_a_reason),
		cmocka_unit_test(what_is_not_a_signed_document_is_refused),
		cmocka_unit_test(a_document_cut_at_any_byte_is_refused),
		cmocka_unit_test(a_document_with_any_byte_changed_is_refused),
		cmocka_unit_test(signatures_may_come_in_any_order),
		cmocka_unit_test(a_role_that_asks_for_user_verification_gets_it),
		cmocka_unit_test(the_signers_are_said),
		cmocka_unit_test(faults_have_different_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
