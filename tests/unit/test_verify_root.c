/* The first root of a terminal, which nobody vouches for but itself; and what follows it, as the
 * real ssh-keygen signed it. */
#include "tests/unit/document_signer.h"
#include "tests/unit/judged_fixture.h"

static void a_first_root_vouches_for_itself(void **state)
{
	static const struct {
		const char *name, *document, *site, *now;
		enum document_verdict verdict;
		enum document_fault fault;
	} rows[] = {
		{"threshold met", "root.ini", "tosu", NOW, DOCUMENT_ACCEPTED, DOCUMENT_FAULT_NONE},
		{"any site", "root.ini", NULL, NOW, DOCUMENT_ACCEPTED, DOCUMENT_FAULT_NONE},
		{"another site", "root.ini", "saga", NOW, DOCUMENT_REFUSED, DOCUMENT_FAULT_SITE},
		{"one signer", "root-one-signer.ini", "tosu", NOW, DOCUMENT_REFUSED,
			DOCUMENT_FAULT_THRESHOLD},
		{"signed by somebody of another role", "root-not-in-role.ini", "tosu", NOW,
			DOCUMENT_REFUSED, DOCUMENT_FAULT_NOT_IN_ROLE},
		{"signed as a policy", "root-policy-namespace.ini", "tosu", NOW, DOCUMENT_REFUSED,
			DOCUMENT_FAULT_NAMESPACE},
		{"a policy", "policy.ini", "tosu", NOW, DOCUMENT_REFUSED, DOCUMENT_FAULT_NAMESPACE},
		{"a policy signed as a root", "policy-other-namespace.ini", "tosu", NOW,
			DOCUMENT_REFUSED, DOCUMENT_FAULT_KIND},
		{"before it begins", "root.ini", "tosu", "2026-02-28T23:59:59+09:00",
			DOCUMENT_NOT_YET, DOCUMENT_FAULT_NONE},
		{"after its end", "root.ini", "tosu", "2028-04-01T00:00:00+09:00", DOCUMENT_REFUSED,
			DOCUMENT_FAULT_EXPIRED},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fixture file = read_document(rows[i].document);
		struct verify_request request = {
			.site = rows[i].site, .now_s = time_of(rows[i].now)};
		struct problems problems = {0};
		struct verification verification;
		struct root *root = NULL;

		assert_int_equal(verify_first_root(&request, file.bytes, file.size, &problems,
					 &verification, &root),
			0);
		check_verification(
			rows[i].name, &verification, rows[i].verdict, rows[i].fault, NULL);
		assert_int_equal(root != NULL, rows[i].verdict != DOCUMENT_REFUSED);
		root_free(root);
		problems_clear(&problems);
		free(file.bytes);
	}
}

/* Judges one of tests/data/documents; a root becomes the trusted one. */
static struct verification judge_file(
	enum document_kind kind, const char *name, const char *tier, struct root **root)
{
	struct fixture file = read_document(name);
	struct verify_request request = {
		.root = *root, .site = "tosu", .tier = tier, .now_s = time_of(NOW)};
	struct problems problems = {0};
	struct verification result;
	struct root *next = NULL;

	if (kind != DOCUMENT_ROOT)
		result = document_judged(kind, &request, file.bytes, file.size);
	else if (*root)
		verify_next_root(&request, file.bytes, file.size, &problems, &result, &next);
	else
		verify_first_root(&request, file.bytes, file.size, &problems, &result, &next);
	if (next) {
		root_free(*root);
		*root = next;
	}
	problems_clear(&problems);
	free(file.bytes);
	return result;
}

static void what_ssh_keygen_signed_is_believed_in_its_order(void **state)
{
	static const struct {
		const char *document;
		enum document_kind kind;
		const char *tier;
		enum document_fault fault;
	} rows[] = {
		{"root.ini", DOCUMENT_ROOT, NULL, DOCUMENT_FAULT_NONE},
		{"fresh.ini", DOCUMENT_FRESH, "my-number", DOCUMENT_FAULT_UNKNOWN_KEY},
		{"policy-lgwan.ini", DOCUMENT_POLICY, "lgwan", DOCUMENT_FAULT_THRESHOLD},
		{"media.ini", DOCUMENT_MEDIA, "my-number", DOCUMENT_FAULT_NONE},
		{"root-2.ini", DOCUMENT_ROOT, NULL, DOCUMENT_FAULT_NONE},
		{"root-2.ini", DOCUMENT_ROOT, NULL, DOCUMENT_FAULT_CHAIN},
		{"root.ini", DOCUMENT_ROOT, NULL, DOCUMENT_FAULT_CHAIN},
		{"policy.ini", DOCUMENT_POLICY, "my-number", DOCUMENT_FAULT_NONE},
		{"media.ini", DOCUMENT_MEDIA, "my-number", DOCUMENT_FAULT_NONE},
		{"fresh.ini", DOCUMENT_FRESH, "my-number", DOCUMENT_FAULT_NONE},
		{"policy-lgwan.ini", DOCUMENT_POLICY, "lgwan", DOCUMENT_FAULT_NONE},
		{"policy-sk.ini", DOCUMENT_POLICY, "my-number", DOCUMENT_FAULT_SCOPE},
		{"policy-other-tier.ini", DOCUMENT_POLICY, "lgwan", DOCUMENT_FAULT_SCOPE},
	};
	struct root *root = NULL;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct verification result =
			judge_file(rows[i].kind, rows[i].document, rows[i].tier, &root);

		if (result.fault != rows[i].fault)
			fail_msg("%zu: %s: %s", i, rows[i].document, result.detail);
	}
	root_free(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_first_root_vouches_for_itself),
		cmocka_unit_test(what_ssh_keygen_signed_is_believed_in_its_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
