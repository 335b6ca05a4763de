/* The first root of a terminal, which nobody vouches for but itself. */
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
		if (verification.verdict != rows[i].verdict || verification.fault != rows[i].fault)
			fail_msg("%s: %s", rows[i].name, verification.detail);
		assert_int_equal(root != NULL, rows[i].verdict != DOCUMENT_REFUSED);
		root_free(root);
		problems_clear(&problems);
		free(file.bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_first_root_vouches_for_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
