/* Shards as texts: what is read, what is refused and where, and that one list gives one text. */
#include "tests/unit/fixture.h"

#include <errno.h>

#include "policy/media_shard.h"
#include "tests/unit/media_builder.h"

#define HEAD  "[shard]\nkind = media-shard\nformat = 1\nsite = tosu\ntier = my-number\nshard = 3f\n"
#define STICK "1 = M-00123 0951:1666 001A92053B6A\n"

static const struct row {
	const char *name, *text,
		*problem; /* NULL: none; else "LINE:COLUMN expected" of the first */
} rows[] = {
	{"a shard", HEAD "[media]\n" STICK, NULL},
	{"two entries of one medium", HEAD "[media]\n" STICK "2 = M-00123 0951:1667 001A92053B6A\n",
		NULL},
	{"comments between", HEAD "\n# here\n[media]\n# and here\n" STICK, NULL},
	{"an encoded serial", HEAD "[media]\n1 = M 0951:1666 A%20B\n", NULL},

	{"no media", HEAD "[media]\n", "7:8 at least one medium"},
	{"no section of media", HEAD, "6:11 a section [media]"},
	{"no head", "[media]\n" STICK, "1:1 [shard] as the first"},
	{"nothing", "", "1:1 a document"},
	{"another kind", "[shard]\nkind = media\n" STICK, "2:8 media-shard"},
	{"another section", HEAD "[media]\n" STICK "[medium]\nregistered = allow\n",
		"9:1 one of the sections"},
	{"another key of the head", HEAD "epoch = 1\n[media]\n" STICK, "7:1 one of the keys"},
	{"a tier of all",
		"[shard]\nkind = media-shard\nformat = 1\nsite = tosu\ntier = all\nshard = 3f\n"
		"[media]\n" STICK,
		"5:8 the name of one tier"},
	{"a shard of one digit",
		"[shard]\nkind = media-shard\nformat = 1\nsite = tosu\ntier = a\nshard = 3\n"
		"[media]\n" STICK,
		"6:9 two hexadecimal digits"},
	{"a shard in upper case",
		"[shard]\nkind = media-shard\nformat = 1\nsite = tosu\ntier = a\nshard = 3F\n"
		"[media]\n" STICK,
		"6:9 two hexadecimal digits"},
	{"a shard of three digits",
		"[shard]\nkind = media-shard\nformat = 1\nsite = tosu\ntier = a\nshard = 03f\n"
		"[media]\n" STICK,
		"6:9 two hexadecimal digits"},
	{"a shard that is no number",
		"[shard]\nkind = media-shard\nformat = 1\nsite = tosu\ntier = a\nshard = g3\n"
		"[media]\n" STICK,
		"6:9 two hexadecimal digits"},

	{"counting from zero", HEAD "[media]\n0 = M 0951:1666 A\n", "8:1 one of the keys"},
	{"counting from two", HEAD "[media]\n2 = M 0951:1666 A\n", "8:1 1"},
	{"a leading zero", HEAD "[media]\n01 = M 0951:1666 A\n", "8:1 one of the keys"},
	{"a number left out", HEAD "[media]\n" STICK "3 = M 0951:1666 A\n", "9:1 2"},
	{"a key twice", HEAD "[media]\n" STICK STICK, "9:1 each key once"},
	{"a word as key", HEAD "[media]\nstick = M 0951:1666 A\n", "8:1 one of the keys"},

	{"no serial", HEAD "[media]\n1 = M 0951:1666\n", "8:5 a number, VVVV:PPPP and a serial"},
	{"a word too many", HEAD "[media]\n1 = M 0951:1666 A B\n",
		"8:5 a number, VVVV:PPPP and a serial"},
	{"two spaces", HEAD "[media]\n1 = M  0951:1666 A\n", "8:5 a number, VVVV:PPPP"},
	{"two spaces further on", HEAD "[media]\n1 = M 0951:1666  A\n", "8:5 a number, VVVV:PPPP"},
	{"upper-case ids", HEAD "[media]\n1 = M 0951:16AA A\n", "8:5 VVVV:PPPP of hexadecimal"},
	{"ids of three digits", HEAD "[media]\n1 = M 951:1666 A\n", "8:5 VVVV:PPPP of hexadecimal"},
	{"a number with a slash", HEAD "[media]\n1 = M/1 0951:1666 A\n",
		"8:5 a control number of letters a-z"},
	{"a number of 33 letters",
		HEAD "[media]\n1 = 123456789012345678901234567890123 0951:1666 A\n",
		"8:5 a control number of 1 to 32"},
	{"a serial with a bare Japanese letter", HEAD "[media]\n1 = M 0951:1666 媒\n",
		"8:5 a serial that is percent-encoded"},
	{"a serial that is encoded where it need not be", HEAD "[media]\n1 = M 0951:1666 %41\n",
		"8:5 a serial that is percent-encoded"},
	{"a serial that hides a NUL", HEAD "[media]\n1 = M 0951:1666 A%00\n",
		"8:18 text without a NUL byte"},
	{"a serial with a semicolon", HEAD "[media]\n1 = M 0951:1666 A;B\n",
		"8:18 a value without"},

	{"a carriage return", HEAD "[media]\n1 = M 0951:1666 A\r\n",
		"8:18 text without a carriage"},
	{"no line feed at the end", HEAD "[media]\n1 = M 0951:1666 A", "8:18 a line feed"},
	{"an indented line", HEAD "[media]\n 1 = M 0951:1666 A\n", "8:1 no space before"},
};

static void a_shard_is_read_or_its_first_mistake_named(void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct problems problems = {0};
		struct media_shard *shard = NULL;
		int r = media_shard_parse(rows[i].text, strlen(rows[i].text), &problems, &shard);
		char found[PROBLEM_TEXT_MAX + 32];

		first_problem(&problems, found);
		if (!rows[i].problem) {
			if (r != 0 || !shard || problems.count > 0)
				fail_msg("%s: %s", rows[i].name, found);
		} else if (r != -EBADMSG || shard ||
			   strncmp(found, rows[i].problem, strlen(rows[i].problem)) != 0) {
			fail_msg("%s\n     found %s\n  expected %s", rows[i].name, found,
				rows[i].problem);
		}
		problems_clear(&problems);
		media_shard_free(shard);
	}
}

static void every_mistake_of_a_shard_is_named_in_one_run(void **state)
{
	static const char text[] = HEAD "[media]\n1 = M/1 0951:1666 A\n2 = M 095:1666 A\n"
					"3 = M 0951:1666 B\n4 = M 0951:1666\n";
	struct problems problems = {0};
	struct media_shard *shard;

	assert_int_equal(media_shard_parse(text, strlen(text), &problems, &shard), -EBADMSG);
	assert_int_equal(problems.count, 3);
	problems_clear(&problems);
}

static void what_stands_in_a_shard_is_read(void **state)
{
	static const char text[] =
		HEAD "[media]\n# a comment\n1 = M-00123 0951:1666 A%20B\n2 = K-9 ffff:0000 %25\n";
	struct problems problems = {0};
	struct media_shard *shard;

	assert_int_equal(media_shard_parse(text, strlen(text), &problems, &shard), 0);
	assert_string_equal(shard->site, "tosu");
	assert_string_equal(shard->tier, "my-number");
	assert_int_equal(shard->shard, 0x3f);
	assert_int_equal(shard->n_entries, 2);
	assert_int_equal(shard->entries[0].line, 9);
	assert_string_equal(shard->entries[0].medium.number, "M-00123");
	assert_int_equal(shard->entries[0].medium.identity.vendor, 0x0951);
	assert_int_equal(shard->entries[0].medium.identity.product, 0x1666);
	assert_string_equal(shard->entries[0].medium.identity.serial, "A B");
	assert_int_equal(shard->entries[1].medium.identity.vendor, 0xffff);
	assert_int_equal(shard->entries[1].medium.identity.product, 0);
	assert_string_equal(shard->entries[1].medium.identity.serial, "%");
	media_shard_free(shard);
}

static int format(const struct medium *const *media, size_t n, char *buffer, size_t *ret_size)
{
	return media_shard_format("tosu", "my-number", 0x3f, media, n, buffer, ret_size);
}

static void the_same_media_give_the_same_text_in_any_order(void **state)
{
	static const char expected[] = HEAD "[media]\n1 = K-9 ffff:0000 %25\n"
					    "2 = M-00123 0951:1666 A%20B\n"
					    "3 = M-00123 0951:1667 A%20B\n";
	const struct medium first = media_builder_medium("K-9 ffff:0000 %");
	const struct medium second = media_builder_medium("M-00123 0951:1666 A B");
	const struct medium third = media_builder_medium("M-00123 0951:1667 A B");
	const struct medium *const orders[][3] = {
		{&first, &second, &third}, {&third, &second, &first}, {&second, &third, &first}};
	static char buffer[MEDIA_SHARD_SIZE_MAX];

	for (size_t i = 0; i < COUNT(orders); i++) {
		size_t size = 0;

		assert_int_equal(format(orders[i], 3, buffer, &size), 0);
		assert_int_equal(size, strlen(expected));
		assert_memory_equal(buffer, expected, size);
	}
}

static void what_could_not_be_read_again_is_not_written(void **state)
{
	struct medium medium = media_builder_medium("M-1 0951:1666 A");
	const struct medium *list[] = {&medium};
	static char buffer[MEDIA_SHARD_SIZE_MAX];
	size_t size = 77;

	assert_int_equal(format(list, 0, buffer, &size), -EINVAL);
	medium.identity.serial[0] = '\0';
	assert_int_equal(format(list, 1, buffer, &size), -EINVAL);
	medium.identity.serial[0] = '\n';
	assert_int_equal(format(list, 1, buffer, &size), -EINVAL);
	medium.identity.serial[0] = 'A';
	medium.number[1] = ' ';
	assert_int_equal(format(list, 1, buffer, &size), -EINVAL);
	assert_int_equal(size, 77);
	medium.number[1] = '-';
	assert_int_equal(format(list, 1, buffer, &size), 0);
}

/* As many of the longest lines as go in are read again; one more does not go in. */
static void a_shard_ends_at_64_KiB(void **state)
{
	enum { LINES = 500 };
	static char buffer[MEDIA_SHARD_SIZE_MAX];
	static struct medium media[LINES];
	static const struct medium *list[LINES];
	struct problems problems = {0};
	struct media_shard *shard;
	size_t size = 0, n = 0;

	for (size_t i = 0; i < LINES; i++) {
		snprintf(media[i].number, sizeof(media[i].number), "%032zu", i);
		snprintf(media[i].identity.serial, sizeof(media[i].identity.serial), "%0110zu", i);
		list[i] = &media[i];
	}
	while (n < LINES && format(list, n + 1, buffer, &size) == 0)
		n++;
	assert_int_equal(format(list, n + 1, buffer, &size), -EFBIG);
	assert_true(size > MEDIA_SHARD_SIZE_MAX - 160);
	assert_int_equal(format(list, n, buffer, &size), 0);
	assert_int_equal(media_shard_parse(buffer, size, &problems, &shard), 0);
	assert_int_equal(shard->n_entries, n);
	media_shard_free(shard);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_shard_is_read_or_its_first_mistake_named),
		cmocka_unit_test(every_mistake_of_a_shard_is_named_in_one_run),
		cmocka_unit_test(what_stands_in_a_shard_is_read),
		cmocka_unit_test(the_same_media_give_the_same_text_in_any_order),
		cmocka_unit_test(what_could_not_be_read_again_is_not_written),
		cmocka_unit_test(a_shard_ends_at_64_KiB),
	};

	return cmocka_run_group_tests_name("media_shard", tests, NULL, NULL);
}
