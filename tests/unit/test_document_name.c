#include "tests/unit/fixture.h"

#include "policy/document_name.h"

static void names_say_as_what_bytes_are_to_be_judged(void **state)
{
	static const struct {
		const char *name;
		enum document_kind kind;
		bool is_shard;
		uint64_t number;
	} rows[] = {
		{"policy.ini", DOCUMENT_POLICY, false, 0},
		{"policy.ini ", DOCUMENT_NONE, false, 0},
		{"Policy.ini", DOCUMENT_NONE, false, 0},
		{"./policy.ini", DOCUMENT_NONE, false, 0},
		{"media.ini", DOCUMENT_MEDIA, false, 0},
		{"fresh.ini", DOCUMENT_FRESH, false, 0},
		{"tokens.ini", DOCUMENT_TOKENS, false, 0},
		{"desks.ini", DOCUMENT_DESKS, false, 0},
		{"desks", DOCUMENT_NONE, false, 0},
		{"root.ini", DOCUMENT_NONE, false, 0},
		{"root/1.ini", DOCUMENT_ROOT, false, 1},
		{"root/120.ini", DOCUMENT_ROOT, false, 120},
		{"root/999999999999999999.ini", DOCUMENT_ROOT, false, 999999999999999999},
		{"root/1000000000000000000.ini", DOCUMENT_NONE, false, 0},
		{"root/0.ini", DOCUMENT_NONE, false, 0},
		{"root/01.ini", DOCUMENT_NONE, false, 0},
		{"root/-1.ini", DOCUMENT_NONE, false, 0},
		{"root/.ini", DOCUMENT_NONE, false, 0},
		{"root/1.ini.old", DOCUMENT_NONE, false, 0},
		{"root/1", DOCUMENT_NONE, false, 0},
		{"media/3f", DOCUMENT_MEDIA, true, 0x3f},
		{"media/00", DOCUMENT_MEDIA, true, 0},
		{"media/ff", DOCUMENT_MEDIA, true, 0xff},
		{"media/3F", DOCUMENT_NONE, false, 0},
		{"media/3", DOCUMENT_NONE, false, 0},
		{"media/", DOCUMENT_NONE, false, 0},
		{"media/3f0", DOCUMENT_NONE, false, 0},
		{"media/3g", DOCUMENT_NONE, false, 0},
		{"media/../policy.ini", DOCUMENT_NONE, false, 0},
		{"", DOCUMENT_NONE, false, 0},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct document_name name = document_name_parse(rows[i].name);

		if (name.kind != rows[i].kind || name.is_shard != rows[i].is_shard ||
			name.number != rows[i].number)
			fail_msg("%s", rows[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_say_as_what_bytes_are_to_be_judged),
	};

	return cmocka_run_group_tests_name("names of documents", tests, NULL, NULL);
}
