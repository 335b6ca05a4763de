/* Every kind of document under one trusted root: what it is taken for, where and when it counts. */
#include "tests/unit/document_signer.h"
#include "tests/unit/judged_fixture.h"

/* What text says, the namespace it was signed in, and what it is offered as: all of them. */
static void a_text_counts_only_as_what_it_says_and_was_signed_as(void **state)
{
	struct root *root = trusted_root(NULL, NULL);
	struct verify_request request = {.root = root, .now_s = time_of(NOW)};
	const unsigned n = DOCUMENT_KIND_COUNT - 1;
	unsigned n_accepted = 0;

	for (unsigned i = 0; i < n * n * n; i++) {
		enum document_kind said = 1 + i % n, signed_as = 1 + i / n % n;
		enum document_kind offered_as = 1 + i / (n * n);
		char *text = document_text(document_sources[said].text, NULL);
		char *bytes = document_signed(text, document_kind_namespace(signed_as),
			document_sources[offered_as].keys);
		struct verification result =
			document_judged(offered_as, &request, bytes, strlen(bytes));
		enum document_fault expected = signed_as != offered_as ? DOCUMENT_FAULT_NAMESPACE
					       : said != offered_as    ? DOCUMENT_FAULT_KIND
								       : DOCUMENT_FAULT_NONE;

		if (result.fault != expected)
			fail_msg("a %s signed as %s and offered as %s: %s",
				document_kind_name(said), document_kind_name(signed_as),
				document_kind_name(offered_as), result.detail);
		n_accepted += result.verdict == DOCUMENT_ACCEPTED;
		free(bytes);
		free(text);
	}
	assert_int_equal(n_accepted, n);
	root_free(root);
}

/* The same for the next root, which two roots must stand behind. */
static void only_a_root_follows_a_root(void **state)
{
	struct root *root = trusted_root(NULL, NULL);
	struct verify_request request = {.root = root, .now_s = time_of(NOW)};

	for (enum document_kind said = DOCUMENT_ROOT; said < DOCUMENT_KIND_COUNT; said++) {
		char *text = document_text(document_sources[said].text, NULL);
		char *bytes = document_signed(text, "root@sekisho", "suzuki tanaka");
		struct problems problems = {0};
		struct verification result;
		struct root *next = NULL;

		verify_next_root(&request, bytes, strlen(bytes), &problems, &result, &next);
		assert_int_equal(result.fault,
			said == DOCUMENT_ROOT ? DOCUMENT_FAULT_CHAIN : DOCUMENT_FAULT_KIND);
		assert_null(next);
		problems_clear(&problems);
		free(bytes);
		free(text);
	}
	root_free(root);
}

struct row {
	const char *name;
	enum document_kind kind;
	struct edit edits[EDITS_MAX];
	enum document_verdict verdict;
	enum document_fault fault;
	const char *detail;
	const char *keys, *site, *tier, *now;
	uint64_t serial_floor;
	uint8_t ring;
	bool is_stored;
};

#define FROM(time) \
	{ \
		{ \
			"not-before = 2026-04-01T00:00:00", "not-before = " time \
		} \
	}
#define ISSUED(time) \
	{ \
		{ \
			"issued = 2026-03-20T10:00:00+09:00", "issued = " time \
		} \
	}

static const struct row rows[] = {
	{"media", DOCUMENT_MEDIA, {{NULL, NULL}}, ACCEPT, "serial 7"},
	{"media by one person", DOCUMENT_MEDIA, {{NULL, NULL}}, REFUSE(THRESHOLD), .keys = "sato"},
	{"media by the clock", DOCUMENT_MEDIA, {{NULL, NULL}}, REFUSE(NOT_IN_ROLE),
		.keys = "clock"},
	{"media of another site", DOCUMENT_MEDIA, {{NULL, NULL}}, REFUSE(SITE), .site = "saga"},
	{"media of another tier", DOCUMENT_MEDIA, {{NULL, NULL}}, REFUSE(TIER), .tier = "lgwan"},
	{"media of another epoch", DOCUMENT_MEDIA, {{"epoch = 1", "epoch = 2"}}, REFUSE(EPOCH)},
	{"media seen before", DOCUMENT_MEDIA, {{NULL, NULL}}, REFUSE(SERIAL), .serial_floor = 7},
	{"newer media", DOCUMENT_MEDIA, {{NULL, NULL}}, ACCEPT, .serial_floor = 6},
	{"media that ended", DOCUMENT_MEDIA, {{NULL, NULL}}, REFUSE(EXPIRED),
		.now = "2027-05-01T00:00:00+09:00"},
	{"media to come", DOCUMENT_MEDIA, FROM("2026-07-01T00:00:00"), NOT_YET, "starts on"},
	{"media with a mistake", DOCUMENT_MEDIA, {{"count = 16", "count = 17"}}, REFUSE(TEXT),
		"line 13, column 9: read '17', expected 1, 16 or 256"},
	{"media are for every ring", DOCUMENT_MEDIA, {{NULL, NULL}}, ACCEPT, .ring = 10},

	{"fresh", DOCUMENT_FRESH, {{NULL, NULL}}, ACCEPT, "serial 1000"},
	{"fresh by persons who sign policies", DOCUMENT_FRESH, {{NULL, NULL}}, REFUSE(NOT_IN_ROLE),
		.keys = "suzuki tanaka"},
	{"fresh by the clock and a person", DOCUMENT_FRESH, {{NULL, NULL}}, REFUSE(NOT_IN_ROLE),
		.keys = "clock suzuki"},
	{"fresh of another tier", DOCUMENT_FRESH, {{NULL, NULL}}, REFUSE(TIER), .tier = "lgwan"},
	{"fresh seen before", DOCUMENT_FRESH, {{NULL, NULL}}, REFUSE(SERIAL), .serial_floor = 1000},
	{"fresh of another epoch", DOCUMENT_FRESH, {{"epoch = 1", "epoch = 2"}}, REFUSE(EPOCH)},
	{"fresh that ended", DOCUMENT_FRESH, {{NULL, NULL}}, REFUSE(EXPIRED),
		.now = "2027-05-01T00:00:00+09:00"},
	{"fresh of a root that ended", DOCUMENT_FRESH, {{"not-after = 2027", "not-after = 2029"}},
		REFUSE(ROOT_EXPIRED), .now = "2028-05-01T00:00:00+09:00"},
	{"fresh of this moment", DOCUMENT_FRESH, ISSUED("2026-06-01T09:00:00+09:00"), ACCEPT},
	{"fresh of a day ahead", DOCUMENT_FRESH, ISSUED("2026-06-02T09:00:00+09:00"), ACCEPT},
	{"fresh of a second more", DOCUMENT_FRESH, ISSUED("2026-06-02T09:00:01+09:00"),
		REFUSE(FUTURE),
		"issued on 2026-06-02T09:00:01+09:00, which is more than 24 hours ahead"},
	{"fresh of a second more, stored", DOCUMENT_FRESH, ISSUED("2026-06-02T09:00:01+09:00"),
		REFUSE(FUTURE), .is_stored = true},
	{"tokens", DOCUMENT_TOKENS, {{NULL, NULL}}, ACCEPT, "serial 3"},
	{"tokens by somebody who signs policies", DOCUMENT_TOKENS, {{NULL, NULL}},
		REFUSE(NOT_IN_ROLE), .keys = "suzuki"},
	{"desks", DOCUMENT_DESKS, {{NULL, NULL}}, ACCEPT, "serial 3"},
	{"desks by somebody who signs policies", DOCUMENT_DESKS, {{NULL, NULL}},
		REFUSE(NOT_IN_ROLE), .keys = "suzuki tanaka"},
	{"desks of another epoch", DOCUMENT_DESKS, {{"epoch = 1", "epoch = 2"}}, REFUSE(EPOCH)},
	{"desks seen before", DOCUMENT_DESKS, {{NULL, NULL}}, REFUSE(SERIAL), .serial_floor = 3},
	{"desks that ended", DOCUMENT_DESKS, {{NULL, NULL}}, REFUSE(EXPIRED),
		.now = "2027-05-01T00:00:00+09:00"},
	{"tokens of another site", DOCUMENT_TOKENS, {{NULL, NULL}}, REFUSE(SITE), .site = "saga"},
	{"tokens of another tier", DOCUMENT_TOKENS, {{NULL, NULL}}, REFUSE(TIER), .tier = "lgwan"},
	{"tokens of another epoch", DOCUMENT_TOKENS, {{"epoch = 1", "epoch = 2"}}, REFUSE(EPOCH)},
	{"tokens seen before", DOCUMENT_TOKENS, {{NULL, NULL}}, REFUSE(SERIAL), .serial_floor = 3},
	{"newer tokens", DOCUMENT_TOKENS, {{NULL, NULL}}, ACCEPT, .serial_floor = 2},
	{"tokens that ended", DOCUMENT_TOKENS, {{NULL, NULL}}, REFUSE(EXPIRED),
		.now = "2027-05-01T00:00:00+09:00"},
	{"tokens to come", DOCUMENT_TOKENS, FROM("2026-07-01T00:00:00"), NOT_YET, "starts on"},
	{"tokens with a mistake", DOCUMENT_TOKENS, {{"digits = 6", "digits = 5"}}, REFUSE(TEXT),
		"1 mistake in the text; line 16, column 10"},
	{"an exemption", DOCUMENT_EXEMPTION, {{NULL, NULL}}, ACCEPT, "good since 2026-06-01"},
	{"an exemption by two", DOCUMENT_EXEMPTION, {{NULL, NULL}}, ACCEPT,
		.keys = "kondo yoshida"},
	{"an exemption by somebody who signs policies", DOCUMENT_EXEMPTION, {{NULL, NULL}},
		REFUSE(NOT_IN_ROLE), .keys = "suzuki"},
	{"an exemption of another site", DOCUMENT_EXEMPTION, {{NULL, NULL}}, REFUSE(SITE),
		.site = "saga"},
	{"an exemption of another tier", DOCUMENT_EXEMPTION, {{NULL, NULL}}, REFUSE(TIER),
		.tier = "lgwan"},
	{"an exemption of another epoch", DOCUMENT_EXEMPTION, {{"epoch = 1", "epoch = 2"}},
		REFUSE(EPOCH)},
	{"an exemption has no serial", DOCUMENT_EXEMPTION, {{NULL, NULL}}, ACCEPT,
		.serial_floor = 1000},
	{"an exemption that ended", DOCUMENT_EXEMPTION, {{NULL, NULL}}, REFUSE(EXPIRED),
		.now = "2026-07-01T00:00:00+09:00"},
	{"an exemption that ended, stored", DOCUMENT_EXEMPTION, {{NULL, NULL}}, ACCEPT,
		.now = "2026-07-01T00:00:00+09:00", .is_stored = true},
	{"an exemption to come", DOCUMENT_EXEMPTION,
		{{"before = 2026-06-01", "before = 2026-06-02"}}, NOT_YET, "starts on 2026-06-02"},
	{"an exemption with a mistake", DOCUMENT_EXEMPTION, {{"read-only", "reed-only"}},
		REFUSE(TEXT), "line 18, column 13"},
	{"a revocation", DOCUMENT_REVOCATION, {{NULL, NULL}}, ACCEPT, "good, issued on 2026-06-01"},
	{"a revocation of tomorrow", DOCUMENT_REVOCATION,
		{{"issued = 2026-06-01", "issued = 2026-06-02"}}, ACCEPT},
	{"a revocation under a root that ended", DOCUMENT_REVOCATION, {{NULL, NULL}}, ACCEPT,
		.now = "2028-05-01T00:00:00+09:00"},
	{"an exemption under a root that ended", DOCUMENT_EXEMPTION,
		{{"after = 2026-06", "after = 2029-06"}}, REFUSE(ROOT_EXPIRED),
		.now = "2028-05-01T00:00:00+09:00"},
	{"a revocation by the token officer", DOCUMENT_REVOCATION, {{NULL, NULL}},
		REFUSE(NOT_IN_ROLE), .keys = "matsuo"},
	{"a revocation of another tier", DOCUMENT_REVOCATION, {{NULL, NULL}}, REFUSE(TIER),
		.tier = "lgwan"},
	{"a revocation of another epoch", DOCUMENT_REVOCATION, {{"epoch = 1", "epoch = 2"}},
		REFUSE(EPOCH)},
	{"fresh of next year, to begin then", DOCUMENT_FRESH,
		{{"issued = 2026-03-20T10:00:00+09:00\nnot-before = 2026",
			"issued = 2027-03-20T10:00:00+09:00\nnot-before = 2027"}},
		REFUSE(FUTURE)},
	{"a policy may be issued ahead", DOCUMENT_POLICY, ISSUED("2026-06-02T09:00:01+09:00"),
		ACCEPT},

	{"a policy for every ring", DOCUMENT_POLICY, {{NULL, NULL}}, ACCEPT, .ring = 9},
	{"a ring that it has not reached", DOCUMENT_POLICY, {{NULL, NULL}}, NOT_HERE,
		"good, serial 42, and its roll-out has not reached", .ring = 10},
	{"a ring that it had reached", DOCUMENT_POLICY, {{NULL, NULL}}, ACCEPT, .ring = 10,
		.is_stored = true},
	{"a policy to come for a ring that it has not reached", DOCUMENT_POLICY,
		FROM("2026-07-01T00:00:00"), NOT_HERE, .ring = 10},
	{"an ended policy for a ring that it has not reached", DOCUMENT_POLICY, {{NULL, NULL}},
		REFUSE(EXPIRED), .ring = 10, .now = "2027-05-01T00:00:00+09:00"},

	{"a first root to come", DOCUMENT_ROOT, FROM("2026-07-01T00:00:00"), NOT_YET, "starts on"},
	{"a first root to come, stored", DOCUMENT_ROOT, FROM("2026-07-01T00:00:00"), ACCEPT,
		.is_stored = true},
	{"a first root that ended", DOCUMENT_ROOT, {{NULL, NULL}}, REFUSE(EXPIRED),
		.now = "2027-05-01T00:00:00+09:00"},
	{"a first root that ended, stored", DOCUMENT_ROOT, {{NULL, NULL}}, ACCEPT,
		.now = "2027-05-01T00:00:00+09:00", .is_stored = true},
};

static void each_kind_counts_in_its_place_and_time(void **state)
{
	static const struct edit longer[EDITS_MAX] = {{"not-after = 2027", "not-after = 2028"}};
	struct root *root = trusted_root(longer, NULL);

	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];
		char *bytes = document_made(row->kind, row->edits, row->keys);
		struct verify_request request = {.root = root,
			.site = row->site ? row->site : "tosu",
			.tier = row->tier ? row->tier : "my-number",
			.now_s = time_of(row->now ? row->now : NOW),
			.serial_floor = row->serial_floor,
			.ring = row->ring,
			.is_stored = row->is_stored};
		struct verification result =
			document_judged(row->kind, &request, bytes, strlen(bytes));

		check_verification(row->name, &result, row->verdict, row->fault, row->detail);
		free(bytes);
	}
	root_free(root);
}

/* now_s comes from a clock and may be anything. */
static void no_clock_overflows(void **state)
{
	static const int64_t clocks[] = {INT64_MIN, INT64_MIN + 1, -1, 0, INT64_MAX};
	struct root *root = trusted_root(NULL, NULL);
	char *bytes = document_made(DOCUMENT_FRESH, NULL, NULL);

	for (size_t i = 0; i < COUNT(clocks); i++) {
		struct verify_request request = {.root = root, .now_s = clocks[i]};
		struct verification result =
			document_judged(DOCUMENT_FRESH, &request, bytes, strlen(bytes));

		assert_int_equal(result.fault, clocks[i] == INT64_MAX ? DOCUMENT_FAULT_ROOT_EXPIRED
								      : DOCUMENT_FAULT_FUTURE);
	}
	root_free(root);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_counts_only_as_what_it_says_and_was_signed_as),
		cmocka_unit_test(only_a_root_follows_a_root),
		cmocka_unit_test(each_kind_counts_in_its_place_and_time),
		cmocka_unit_test(no_clock_overflows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
