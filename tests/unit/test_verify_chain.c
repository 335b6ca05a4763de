/* The root that follows another, and what a new root does to what was signed under the old one. */
#include "tests/unit/document_signer.h"
#include "tests/unit/judged_fixture.h"

#define AGAIN \
	{ \
		"serial = 1", "serial = 2" \
	}
#define SKIP \
	{ \
		"serial = 1", "serial = 3" \
	}
#define SPACE    "root@sekisho"
#define BOTH     "suzuki tanaka"
#define VERIFIED "suzuki-sk+uv tanaka-sk+uv"
#define FEW      REFUSE(THRESHOLD)

/* sato and yamada instead of suzuki and tanaka. */
#define NEW_PERSONS \
	{"[person suzuki]\nkey-1 = @suzuki@\nkey-2 = @suzuki-2@\n[person tanaka]\nkey-1 = " \
	 "@tanaka@\n", \
		"[person yamada]\nkey-1 = @yamada@\n"}, \
		{"persons = suzuki tanaka\n", "persons = yamada sato\n"}, \
	{ \
		"persons = suzuki tanaka sato", "persons = yamada sato" \
	}
/* yamada comes, beside suzuki; tanaka goes. */
#define ONE_NEW_PERSON \
	{"[person tanaka]\nkey-1 = @tanaka@\n", "[person yamada]\nkey-1 = @yamada@\n"}, \
		{"persons = suzuki tanaka\n", "persons = suzuki yamada\n"}, \
	{ \
		"persons = suzuki tanaka sato", "persons = suzuki yamada sato" \
	}
#define NEW_KEY \
	{ \
		"key-1 = @suzuki@\nkey-2 = @suzuki-2@", "key-1 = @suzuki-3@" \
	}
#define VERIFICATION \
	{ \
		"tanaka\nthreshold = 2\n[role policy]", \
			"tanaka\nthreshold = 2\nuser-verification = required\n[role policy]" \
	}
#define HARDWARE_KEYS \
	{"key-2 = @suzuki-2@", "key-2 = @suzuki-sk@"}, \
	{ \
		"key-1 = @tanaka@", "key-1 = @tanaka@\nkey-2 = @tanaka-sk@" \
	}

struct row {
	const char *name;
	struct edit next[EDITS_MAX];
	const char *keys;
	enum document_verdict verdict;
	enum document_fault fault;
	const char *detail; /* part of the sentence */
	struct edit trusted[EDITS_MAX];
	const char *trusted_keys, *space, *site, *now;
	bool is_stored;
};

static const struct row rows[] = {
	{"root 2 signed by the same two", {AGAIN}, BOTH, ACCEPT, "serial 2"},
	{"in another order", {AGAIN}, "tanaka suzuki", ACCEPT},
	{"one of them twice", {AGAIN}, "tanaka suzuki tanaka", ACCEPT},
	{"root 1 again", {{NULL, NULL}}, BOTH, REFUSE(CHAIN),
		"is root 1; after root 1 comes root 2"},
	{"root 3 after root 1", {SKIP}, BOTH, REFUSE(CHAIN), "is root 3; after root 1 comes"},
	{"root 3 after root 2", {SKIP}, BOTH, ACCEPT, .trusted = {AGAIN}},
	{"root 1 after root 2", {{NULL, NULL}}, BOTH, REFUSE(CHAIN), .trusted = {AGAIN}},

	{"new persons, signed by the old ones only", {AGAIN, NEW_PERSONS}, BOTH, FEW,
		"nobody of that role; the role root of root 2 needs 2"},
	{"new persons, signed by themselves only", {AGAIN, NEW_PERSONS}, "yamada sato", FEW,
		"nobody of that role; the role root of root 1 needs 2"},
	{"new persons, signed by all", {AGAIN, NEW_PERSONS}, "suzuki tanaka yamada sato", ACCEPT},
	{"new persons first", {AGAIN, NEW_PERSONS}, "sato yamada tanaka suzuki", ACCEPT},
	{"one old person too few", {AGAIN, NEW_PERSONS}, "suzuki yamada sato", FEW,
		"signed by suzuki only; the role root of root 1 needs 2"},
	{"one new person too few", {AGAIN, NEW_PERSONS}, "suzuki tanaka yamada", FEW,
		"signed by yamada only; the role root of root 2 needs 2"},
	{"signers who are known to one root only", {AGAIN, ONE_NEW_PERSON}, "suzuki tanaka yamada",
		ACCEPT},
	{"without the one who leaves", {AGAIN, ONE_NEW_PERSON}, "suzuki yamada", FEW, "of root 1"},
	{"without the one who comes", {AGAIN, ONE_NEW_PERSON}, BOTH, FEW, "of root 2"},
	{"a stranger beside enough others", {AGAIN}, "suzuki tanaka stranger", REFUSE(UNKNOWN_KEY),
		"SHA256:"},
	{"somebody of another role in both", {AGAIN}, "suzuki tanaka sato", REFUSE(NOT_IN_ROLE),
		"signed by sato"},
	{"one person with two keys", {AGAIN}, "suzuki suzuki-2", FEW, "signed by suzuki only"},
	{"one key twice", {AGAIN}, "suzuki suzuki", FEW, "signed by suzuki only"},

	{"a new key, signed by the old one only", {AGAIN, NEW_KEY}, BOTH, FEW,
		"signed by tanaka only; the role root of root 2"},
	{"a new key, signed by the new one only", {AGAIN, NEW_KEY}, "suzuki-3 tanaka", FEW,
		"signed by tanaka only; the role root of root 1"},
	{"a new key, signed by both", {AGAIN, NEW_KEY}, "suzuki suzuki-3 tanaka", ACCEPT},

	{"a higher threshold that is met",
		{AGAIN, {"persons = suzuki tanaka\nthreshold = 2",
				"persons = suzuki tanaka sato\nthreshold = 3"}},
		"suzuki tanaka sato", ACCEPT},
	{"a higher threshold that is not",
		{AGAIN, {"persons = suzuki tanaka\nthreshold = 2",
				"persons = suzuki tanaka sato\nthreshold = 3"}},
		BOTH, FEW, "needs 3"},
	{"a lower threshold, of which the old root knows nothing",
		{AGAIN, {"tanaka\nthreshold = 2", "tanaka\nthreshold = 1"}}, "suzuki", FEW,
		"root 1 needs 2"},

	{"user verification asked by root 2, plain keys", {AGAIN, VERIFICATION}, BOTH,
		REFUSE(NO_USER_VERIFICATION), "without user verification"},
	{"user verification asked by root 2, and shown", {AGAIN, VERIFICATION, HARDWARE_KEYS},
		BOTH " " VERIFIED, ACCEPT},
	{"user verification asked by root 2, hardware keys touched only",
		{AGAIN, VERIFICATION, HARDWARE_KEYS}, "suzuki tanaka suzuki-sk tanaka-sk",
		REFUSE(NO_USER_VERIFICATION)},
	{"user verification asked by root 1, plain keys", {AGAIN}, BOTH,
		REFUSE(NO_USER_VERIFICATION), .trusted = {HARDWARE_KEYS, VERIFICATION},
		.trusted_keys = VERIFIED},
	{"user verification asked by root 1, and shown", {AGAIN, HARDWARE_KEYS}, VERIFIED, ACCEPT,
		.trusted = {HARDWARE_KEYS, VERIFICATION}, .trusted_keys = VERIFIED},

	{"the next epoch", {AGAIN, {"epoch = 1", "epoch = 2"}}, BOTH, ACCEPT},
	{"an epoch too far", {AGAIN, {"epoch = 1", "epoch = 3"}}, BOTH, REFUSE(EPOCH),
		"of epoch 3, the root before it of epoch 1"},
	{"the epoch before", {AGAIN}, BOTH, REFUSE(EPOCH), .trusted = {{"epoch = 1", "epoch = 2"}}},
	{"the last epoch of all", {AGAIN, {"epoch = 1", "epoch = 4294967295"}}, BOTH,
		REFUSE(EPOCH)},
	{"another site", {AGAIN, {"site = tosu", "site = saga"}}, BOTH, REFUSE(SITE)},
	{"another site than the root before, and no site asked for",
		{AGAIN, {"site = tosu", "site = saga"}}, BOTH, REFUSE(SITE),
		"the root before it for tosu", .site = ""},

	{"signed as a policy", {AGAIN}, BOTH, REFUSE(NAMESPACE), .space = "policy@sekisho"},
	{"no signature", {AGAIN}, "", REFUSE(UNSIGNED)},
	{"a policy", {{"kind = root", "kind = policy"}}, BOTH, REFUSE(KIND)},
	{"no kind", {AGAIN, {"kind = root\n", ""}}, BOTH, REFUSE(TEXT), "the key \"kind\""},
	{"a mistake in the text", {AGAIN, {"[role fresh]", "[role emperor]"}}, BOTH, REFUSE(TEXT),
		"emperor"},
	{"a mistake in a text that too few signed", {AGAIN, {"[role fresh]", "[role emperor]"}},
		"suzuki", FEW},

	{"the last second", {AGAIN}, BOTH, ACCEPT, .now = "2027-04-30T23:59:59+09:00"},
	{"ended", {AGAIN}, BOTH, REFUSE(EXPIRED), .now = "2027-05-01T00:00:00+09:00"},
	{"ended, and stored", {AGAIN}, BOTH, ACCEPT, .now = "2027-05-01T00:00:00+09:00",
		.is_stored = true},
	{"the root before it has ended", {AGAIN, {"not-after = 2027", "not-after = 2029"}}, BOTH,
		ACCEPT, .now = "2028-05-01T00:00:00+09:00"},
	{"the second before it begins", {AGAIN}, BOTH, .verdict = DOCUMENT_NOT_YET,
		.fault = DOCUMENT_FAULT_NONE, "starts on", .now = "2026-03-31T23:59:59+09:00"},
	{"before it begins, and stored", {AGAIN}, BOTH, ACCEPT, .now = "2026-03-31T23:59:59+09:00",
		.is_stored = true},
};

static void judge(const struct row *row)
{
	struct root *trusted = trusted_root(row->trusted, row->trusted_keys), *root = NULL;
	char *text = document_text(text_root, row->next);
	char *bytes = document_signed(text, row->space ? row->space : SPACE, row->keys);
	struct verify_request request = {.root = trusted,
		.site = row->site ? row->site : "tosu",
		.now_s = time_of(row->now ? row->now : NOW),
		.is_stored = row->is_stored};
	struct problems problems = {0};
	struct verification result;

	if (!*request.site)
		request.site = NULL;
	assert_int_equal(
		verify_next_root(&request, bytes, strlen(bytes), &problems, &result, &root), 0);
	check_verification(row->name, &result, row->verdict, row->fault, row->detail);
	assert_int_equal(root != NULL, row->verdict != DOCUMENT_REFUSED);
	if (root)
		assert_int_equal(result.signers, 3);
	problems_clear(&problems);
	root_free(root);
	root_free(trusted);
	free(bytes);
	free(text);
}

static void a_root_follows_only_the_one_before_it(void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		judge(&rows[i]);
}

/* A policy with these edits, under a root with those. */
struct under {
	const char *name;
	struct edit root[EDITS_MAX], policy[EDITS_MAX];
	const char *keys;
	uint64_t serial_floor;
	enum document_verdict verdict;
	enum document_fault fault;
};

#define EPOCH_2 \
	{ \
		"epoch = 1", "epoch = 2" \
	}
#define POISON \
	{ \
		"serial = 42", "serial = 9007199254740991" \
	}
#define FIRST \
	{ \
		"serial = 42", "serial = 1" \
	}
#define LAST UINT64_C(9007199254740991)

static void a_new_root_ends_what_the_old_one_allowed(void **state)
{
	static const struct under unders[] = {
		{"a key that root 1 names", {{NULL, NULL}}, {{NULL, NULL}}, "suzuki-2 tanaka", 0,
			ACCEPT},
		{"a key that root 2 does not name any more", {AGAIN, {"key-2 = @suzuki-2@\n", ""}},
			{{NULL, NULL}}, "suzuki-2 tanaka", 0, REFUSE(UNKNOWN_KEY)},
		{"the key beside it", {AGAIN, {"key-2 = @suzuki-2@\n", ""}}, {{NULL, NULL}},
			"suzuki tanaka", 0, ACCEPT},
		{"a retired key beside enough good ones", {AGAIN, {"key-2 = @suzuki-2@\n", ""}},
			{{NULL, NULL}}, "suzuki tanaka suzuki-2", 0, REFUSE(UNKNOWN_KEY)},
		{"a person whom root 2 took out of the role",
			{AGAIN, {"persons = suzuki tanaka sato", "persons = suzuki tanaka"}},
			{{NULL, NULL}}, "suzuki sato", 0, REFUSE(NOT_IN_ROLE)},
		{"a policy of an older epoch", {AGAIN, EPOCH_2}, {{NULL, NULL}}, BOTH, 0,
			REFUSE(EPOCH)},
		{"a policy of a newer epoch", {{NULL, NULL}}, {EPOCH_2}, BOTH, 0, REFUSE(EPOCH)},
		{"the highest serial poisons an epoch", {{NULL, NULL}}, {POISON}, BOTH, 42, ACCEPT},
		{"nothing follows it", {{NULL, NULL}}, {POISON}, BOTH, LAST, REFUSE(SERIAL)},
		{"a higher one cannot be written", {{NULL, NULL}},
			{{"serial = 42", "serial = 9007199254740992"}}, BOTH, LAST, REFUSE(TEXT)},
		{"the first serial of the next epoch", {AGAIN, EPOCH_2}, {EPOCH_2, FIRST}, BOTH, 0,
			ACCEPT},
		{"the poisoned one under the next epoch", {AGAIN, EPOCH_2}, {POISON}, BOTH, 1,
			REFUSE(EPOCH)},
	};

	for (size_t i = 0; i < COUNT(unders); i++) {
		struct root *root = trusted_root(unders[i].root, NULL);
		char *bytes = document_made(DOCUMENT_POLICY, unders[i].policy, unders[i].keys);
		struct verify_request request = {.root = root,
			.site = "tosu",
			.tier = "my-number",
			.serial_floor = unders[i].serial_floor,
			.now_s = time_of(NOW)};
		struct verification result =
			document_judged(DOCUMENT_POLICY, &request, bytes, strlen(bytes));

		check_verification(
			unders[i].name, &result, unders[i].verdict, unders[i].fault, NULL);
		root_free(root);
		free(bytes);
	}
}

/* As a terminal does that slept: 1, 2, 3, each believed because of the one before. */
static void a_chain_is_followed_link_by_link(void **state)
{
	static const struct {
		struct edit edits[EDITS_MAX];
		const char *keys;
	} links[] = {
		{{AGAIN, NEW_KEY}, "suzuki tanaka suzuki-3"},
		{{SKIP, {"key-1 = @suzuki@\nkey-2 = @suzuki-2@", "key-1 = @suzuki-4@"}},
			"suzuki-3 tanaka suzuki-4"},
	};
	struct root *trusted = trusted_root(NULL, NULL);

	for (size_t i = 0; i < COUNT(links); i++) {
		char *bytes = document_made(DOCUMENT_ROOT, links[i].edits, links[i].keys);
		struct verify_request request = {.root = trusted, .now_s = time_of(NOW)};
		struct problems problems = {0};
		struct verification result;
		struct root *next = NULL;

		verify_next_root(&request, bytes, strlen(bytes), &problems, &result, &next);
		if (result.verdict != DOCUMENT_ACCEPTED)
			fail_msg("link %zu: %s", i, result.detail);
		root_free(trusted);
		trusted = next;
		free(bytes);
	}
	assert_int_equal(trusted->header.serial, 3);
	root_free(trusted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_root_follows_only_the_one_before_it),
		cmocka_unit_test(a_new_root_ends_what_the_old_one_allowed),
		cmocka_unit_test(a_chain_is_followed_link_by_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
