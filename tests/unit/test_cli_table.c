/* Tables and sentences on a narrow screen, in both scripts. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "agent/cli_table.h"
#include "agent/cli_wrap.h"

#define WHY  "no policy was received yet; until then it is blocked"
#define NAZE "この端末では、情報の持ち出しができない設定になっています。"

static void table_is(size_t screen, const char *last, const char *wished)
{
	const char *const heading[] = {"DEVICE", "VERDICT", "WHY"}, *const row[] = {
									    "2-1", "refused", last};
	struct cli_table table = {.n_columns = 3};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(cli_table_add(&table, heading), 0);
	assert_int_equal(cli_table_add(&table, row), 0);
	cli_table_print_to(out, &table, false, screen);
	cli_table_clear(&table);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, wished);
	free(text);
}

static void wrapped_is(const char *text, size_t indent, size_t width, const char *wished)
{
	char *found = NULL;
	size_t size;
	FILE *out = open_memstream(&found, &size);

	assert_non_null(out);
	cli_wrap_print(out, text, indent, indent, width);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(found, wished);
	free(found);
}

static void a_file_gets_whole_lines(void **state)
{
	table_is(0, WHY, "DEVICE  VERDICT  WHY\n2-1     refused  " WHY "\n");
}

static void what_fits_is_not_broken(void **state)
{
	table_is(69, WHY, "DEVICE  VERDICT  WHY\n2-1     refused  " WHY "\n");
}

static void a_last_column_goes_on_below_itself(void **state)
{
	table_is(68, WHY,
		"DEVICE  VERDICT  WHY\n"
		"2-1     refused  no policy was received yet; until then it is\n"
		"                 blocked\n");
	table_is(45, WHY,
		"DEVICE  VERDICT  WHY\n"
		"2-1     refused  no policy was received yet;\n"
		"                 until then it is blocked\n");
}

static void a_last_column_without_room_stands_below(void **state)
{
	table_is(40, WHY,
		"DEVICE  VERDICT  WHY\n"
		"2-1     refused\n"
		"    no policy was received yet; until\n"
		"    then it is blocked\n");
}

static void japanese_is_broken_anywhere_but_before_what_closes(void **state)
{
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		skip();
	table_is(47, NAZE,
		"DEVICE  VERDICT  WHY\n"
		"2-1     refused  この端末では、情報の持ち出しが\n"
		"                 できない設定になっています。\n");
	wrapped_is("あいう。", 0, 6, "あい\nう。");
	wrapped_is("あいう。", 0, 8, "あいう。");
	wrapped_is("USBメモリ等", 0, 6, "USBメ\nモリ等");
	wrapped_is("規則12行目", 0, 6, "規則\n12行目");
	wrapped_is("規則12行目", 0, 5, "規則\n12行\n目");
	wrapped_is("許可 ID 0951:1666", 2, 11, "許可 ID\n  0951:1666");
	setlocale(LC_CTYPE, "C");
}

static void a_word_that_is_too_long_is_left_whole(void **state)
{
	wrapped_is("a 0123456789abcdef b", 0, 8, "a\n0123456789abcdef\nb");
	wrapped_is("", 0, 8, "");
	wrapped_is("   ", 0, 8, "");
	wrapped_is("a  b", 0, 8, "a  b");
	wrapped_is("a b", 0, 1, "a\nb");
}

static void bytes_of_no_character_count_one_each(void **state)
{
	assert_int_equal(cli_width_of("\xff\xfe"), 2);
	wrapped_is("\xff\xfe x", 0, 3, "\xff\xfe\nx");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_gets_whole_lines),
		cmocka_unit_test(what_fits_is_not_broken),
		cmocka_unit_test(a_last_column_goes_on_below_itself),
		cmocka_unit_test(a_last_column_without_room_stands_below),
		cmocka_unit_test(japanese_is_broken_anywhere_but_before_what_closes),
		cmocka_unit_test(a_word_that_is_too_long_is_left_whole),
		cmocka_unit_test(bytes_of_no_character_count_one_each),
	};

	return cmocka_run_group_tests_name("cli_table", tests, NULL, NULL);
}
