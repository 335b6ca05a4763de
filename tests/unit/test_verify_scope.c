/* Roles that are for some tiers only. */
#include "tests/unit/document_signer.h"
#include "tests/unit/judged_fixture.h"

#define LGWAN      .edits = {{"tier = my-number", "tier = lgwan"}}
#define OLD_POLICY "[role policy]\npersons = suzuki tanaka sato\nthreshold = 2\n"
#define OLD_FRESH  "[role fresh]\npersons = clock\nthreshold = 1\n"

/* Two persons for my-number, one for the other two tiers, and a clock for my-number. */
static const struct edit apart[EDITS_MAX] = {
	{OLD_POLICY, "[role policy]\npersons = suzuki tanaka\nthreshold = 2\ntiers = my-number\n"
		     "[role others]\nrole = policy\npersons = sato\nthreshold = 1\n"
		     "tiers = lgwan internet\n"},
	{OLD_FRESH, OLD_FRESH "tiers = my-number\n"},
};

/* Three persons for my-number, two for lgwan. */
static const struct edit three_and_two[EDITS_MAX] = {
	{OLD_POLICY, "[role policy]\npersons = suzuki tanaka sato\nthreshold = 3\n"
		     "tiers = my-number\n"
		     "[role others]\nrole = policy\npersons = suzuki tanaka sato\nthreshold = 2\n"
		     "tiers = lgwan\n"},
};

/* One person for both, with a PIN for one of them. */
static const struct edit overlapping[EDITS_MAX] = {
	{"key-2 = @suzuki-2@", "key-2 = @suzuki-sk@"},
	{OLD_POLICY, "[role policy]\npersons = suzuki tanaka\nthreshold = 1\ntiers = my-number\n"
		     "user-verification = required\n"
		     "[role others]\nrole = policy\npersons = suzuki sato\nthreshold = 2\n"
		     "tiers = lgwan\n"},
};

struct row {
	const char *name;
	const struct edit *root;
	enum document_kind kind;
	const char *keys;
	enum document_verdict verdict;
	enum document_fault fault;
	const char *detail;
	struct edit edits[EDITS_MAX];
	const char *tier;
};

static const struct row rows[] = {
	{"the persons of the tier", apart, DOCUMENT_POLICY, "suzuki tanaka", ACCEPT},
	{"the person of another tier, for it", apart, DOCUMENT_POLICY, "sato", ACCEPT, LGWAN},
	{"and for their second tier", apart, DOCUMENT_POLICY, "sato", ACCEPT,
		.edits = {{"tier = my-number", "tier = internet"}}},
	{"the person of other tiers", apart, DOCUMENT_POLICY, "sato", REFUSE(SCOPE),
		"signed by sato, who has the role policy for lgwan and internet; the document is "
		"for the tier my-number"},
	{"the persons of the tier, and one of another", apart, DOCUMENT_POLICY,
		"suzuki tanaka sato", REFUSE(SCOPE), "signed by sato"},
	{"one of each", apart, DOCUMENT_POLICY, "suzuki sato", REFUSE(SCOPE), "signed by sato"},
	{"two persons of another tier", apart, DOCUMENT_POLICY, "suzuki tanaka", REFUSE(SCOPE),
		"signed by suzuki, who has the role policy for my-number", LGWAN},
	{"too few, where another tier asks for fewer", apart, DOCUMENT_POLICY, "suzuki",
		REFUSE(THRESHOLD), "signed by suzuki only; the role policy needs 2"},
	{"fewer than any tier asks for", three_and_two, DOCUMENT_POLICY, "suzuki",
		REFUSE(THRESHOLD), "signed by suzuki only; the role policy needs 2"},
	{"fewer than this tier asks for", three_and_two, DOCUMENT_POLICY, "suzuki tanaka",
		REFUSE(THRESHOLD), "signed by suzuki and tanaka only; the role policy needs 3"},
	{"as many as the tier asks for", three_and_two, DOCUMENT_POLICY, "suzuki tanaka", ACCEPT,
		LGWAN},
	{"a tier that is nobody's", apart, DOCUMENT_POLICY, "suzuki tanaka", REFUSE(SCOPE),
		.edits = {{"tier = my-number", "tier = other"}}},
	{"a tier whose name another one's begins with", apart, DOCUMENT_POLICY, "sato",
		REFUSE(SCOPE), .edits = {{"tier = my-number", "tier = lgwa"}}},
	{"somebody of another role", apart, DOCUMENT_POLICY, "clock", REFUSE(NOT_IN_ROLE)},
	{"another tier's policy, well signed", apart, DOCUMENT_POLICY, "sato", REFUSE(TIER), LGWAN,
		.tier = "my-number"},
	{"scope comes before site", apart, DOCUMENT_POLICY, "sato", REFUSE(SCOPE),
		.edits = {{"site = tosu", "site = saga"}}},
	{"text comes before scope", apart, DOCUMENT_POLICY, "sato", REFUSE(TEXT),
		.edits = {{"mode = enforce", "mode = enforced"}}},

	{"media by the persons of the tier", apart, DOCUMENT_MEDIA, "suzuki tanaka", ACCEPT},
	{"media by the person of another tier", apart, DOCUMENT_MEDIA, "sato", REFUSE(SCOPE)},
	{"media of another tier by its person", apart, DOCUMENT_MEDIA, "sato", ACCEPT, LGWAN},
	{"fresh of the clock's tier", apart, DOCUMENT_FRESH, "clock", ACCEPT},
	{"fresh of another tier", apart, DOCUMENT_FRESH, "clock", REFUSE(SCOPE),
		"who has the role fresh for my-number", LGWAN},
	{"fresh by somebody of the role policy", apart, DOCUMENT_FRESH, "suzuki",
		REFUSE(NOT_IN_ROLE)},

	{"a PIN where the tier asks for one", overlapping, DOCUMENT_POLICY, "suzuki-sk+uv", ACCEPT},
	{"no PIN where the tier asks for one", overlapping, DOCUMENT_POLICY, "suzuki-sk",
		REFUSE(NO_USER_VERIFICATION), "signed by suzuki without user verification"},
	{"a plain key where the tier asks for a PIN", overlapping, DOCUMENT_POLICY, "suzuki",
		REFUSE(NO_USER_VERIFICATION)},
	{"a plain key beside the one with a PIN", overlapping, DOCUMENT_POLICY,
		"suzuki-sk+uv suzuki", REFUSE(NO_USER_VERIFICATION)},
	{"no PIN where only another tier asks for one", overlapping, DOCUMENT_POLICY,
		"suzuki-sk sato", ACCEPT, LGWAN},
	{"plain keys where only another tier asks for a PIN", overlapping, DOCUMENT_POLICY,
		"sato suzuki", ACCEPT, LGWAN},
	{"one person's two keys where two persons are asked", overlapping, DOCUMENT_POLICY,
		"suzuki suzuki-sk", REFUSE(THRESHOLD), "signed by suzuki only", LGWAN},
	{"the one of both tiers with one of this", overlapping, DOCUMENT_POLICY,
		"suzuki-sk+uv sato", REFUSE(SCOPE), "signed by sato"},
};

static void a_role_is_for_its_tiers_only(void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];
		struct root *root = trusted_root(row->root, NULL);
		char *bytes = document_made(row->kind, row->edits, row->keys);
		struct verify_request request = {
			.root = root, .site = "tosu", .tier = row->tier, .now_s = time_of(NOW)};
		struct verification result =
			document_judged(row->kind, &request, bytes, strlen(bytes));

		check_verification(row->name, &result, row->verdict, row->fault, row->detail);
		root_free(root);
		free(bytes);
	}
}

/* A root cannot say it; but whoever holds one that does is not let in by nobody. */
static void a_threshold_of_nobody_is_never_met(void **state)
{
	struct root *root = trusted_root(NULL, NULL);
	char *bytes = document_made(DOCUMENT_POLICY, NULL, NULL);
	struct verify_request request = {.root = root, .site = "tosu", .now_s = time_of(NOW)};

	assert_int_equal(document_judged(DOCUMENT_POLICY, &request, bytes, strlen(bytes)).fault,
		DOCUMENT_FAULT_NONE);
	for (size_t i = 0; i < root->n_grants; i++)
		if (root->grants[i].role == ROLE_POLICY)
			root->grants[i].threshold = 0;
	assert_int_equal(document_judged(DOCUMENT_POLICY, &request, bytes, strlen(bytes)).fault,
		DOCUMENT_FAULT_THRESHOLD);
	root_free(root);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_role_is_for_its_tiers_only),
		cmocka_unit_test(a_threshold_of_nobody_is_never_met),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
