#include "tests/unit/fixture.h"

#include <unistd.h>

#include "policy/canonical.h"
#include "policy/cleanup.h"

#define L40  "0123456789012345678901234567890123456789"
#define L160 L40 L40 L40 L40

struct row {
	const char *name, *text;
	size_t size; /* 0: strlen(text) */
	unsigned line, column;
	const char *expected; /* NULL: canonical */
};

static void check_rows(const struct row *rows, size_t n_rows)
{
	for (size_t i = 0; i < n_rows; i++) {
		const struct row *row = &rows[i];
		size_t size = row->size ? row->size : strlen(row->text);
		struct problems problems = {0};
		struct canonical canonical;
		char *found;

		assert_int_equal(canonical_scan(row->text, size, &problems, &canonical), 0);
		found = problems_text(&problems);
		if (!row->expected && problems_any(&problems))
			fail_msg("%s: %s", row->name, found);
		if (row->expected) {
			char start[PROBLEM_TEXT_MAX];

			if (!has_problem(&problems, row->line, row->expected))
				fail_msg("%s: found only %s", row->name, found);
			snprintf(start, sizeof(start), "%u:%u ", row->line, row->column);
			if (!strstr(found, start))
				fail_msg("%s: another place: %s", row->name, found);
		}
		free(found);
		problems_clear(&problems);
		canonical_clear(&canonical);
	}
}

static void lines_have_one_form(void **state)
{
	static const struct row rows[] = {
		{"a section and a key", "[a]\nb = c\n", 0, 0, 0, NULL},
		{"a named section", "[a b-1]\n", 0, 0, 0, NULL},
		{"two names", "[a b c]\n", 0, 1, 1, "\"[type]\""},
		{"two spaces before the name", "[a  b]\n", 0, 1, 1, "\"[type]\""},
		{"a capital in a section", "[A]\n", 0, 1, 1, "\"[type]\""},
		{"an empty section name", "[]\n", 0, 1, 1, "\"[type]\""},
		{"a section without end", "[a\n", 0, 1, 1, "\"[type]\""},
		{"text behind a section", "[a] b\n", 0, 1, 1, "\"[type]\""},
		{"two brackets", "[a]]\n", 0, 1, 1, "\"[type]\""},
		{"a sign in a section", "[a=b]\n", 0, 1, 1, "\"[type]\""},
		{"an empty line", "[a]\n\nb = c\n", 0, 0, 0, NULL},
		{"a comment", "# b = c; d\n[a]\n", 0, 0, 0, NULL},
		{"a comment of the other sort", "; b\n[a]\n", 0, 1, 1, "\"#\" where a comment"},
		{"no space around =", "[a]\nb=c\n", 0, 2, 2, "\"key = value\" with"},
		{"no space before =", "[a]\nb= c\n", 0, 2, 2, "\"key = value\" with"},
		{"no space after =", "[a]\nb =c\n", 0, 2, 2, "\"key = value\" with"},
		{"two spaces after =", "[a]\nb =  c\n", 0, 2, 2, "\"key = value\" with"},
		{"two spaces before =", "[a]\nb  = c\n", 0, 2, 2, "\"key = value\" with"},
		{"both spaces behind =", "[a]\nb=  c\n", 0, 2, 2, "\"key = value\" with"},
		{"a colon for =", "[a]\nb : c\n", 0, 2, 1, "\"key = value\","},
		{"a second = in the value", "[a]\nb = c = d\n", 0, 0, 0, NULL},
		{"a colon in the value", "[a]\nb = 1:2\n", 0, 0, 0, NULL},
		{"a colon in the key", "[a]\nb:c = d\n", 0, 2, 1, "a key of"},
		{"a capital in the key", "[a]\nB = c\n", 0, 2, 1, "a key of"},
		{"no key", "[a]\n= c\n", 0, 2, 1, "a key of"},
		{"no value", "[a]\nb = \n", 0, 2, 4, "no space after"},
		{"no value and no space", "[a]\nb =\n", 0, 2, 4, "a value"},
		{"a word alone", "[a]\nb\n", 0, 2, 1, "\"key = value\","},
		{"a key before any section", "b = c\n[a]\n", 0, 1, 1, "a \"[section]\""},
		{"a comment behind a value", "[a]\nb = c ; d\n", 0, 2, 7, "a value without"},
		{"a semicolon in a value", "[a]\nb = c;d\n", 0, 2, 6, "a value without"},
		{"a number sign in a value", "[a]\nb = #c\n", 0, 2, 5, "a value without"},
		{"an encoded semicolon", "[a]\nb = c%3Bd\n", 0, 0, 0, NULL},
	};

	check_rows(rows, COUNT(rows));
}

static void spaces_and_lengths_are_bounded(void **state)
{
	static const struct row rows[] = {
		{"160 bytes",
			"[a]\nb = " L40 L40 L40 "0123456789012345678901234567890123"
			"55\n",
			0, 0, 0, NULL},
		{"161 bytes",
			"[a]\nb = " L40 L40 L40 "0123456789012345678901234567890123"
			"556\n",
			0, 2, 161, "at most 160 bytes"},
		{"a comment of 161 bytes", "#" L160 "\n", 0, 1, 161, "at most 160 bytes"},
		{"a line that is cut at 199 bytes, with a rule behind",
			"[a]\n#" L160 L40 "usb-storage = allow\n", 0, 2, 161, "at most 160 bytes"},
		{"a section of 48 bytes", "[0123456789012345678901234567890123456789 1234567]\n", 0,
			0, 0, NULL},
		{"a section of 49 bytes", "[0123456789012345678901234567890123456789 12345678]\n",
			0, 1, 2, "at most 48 bytes"},
		{"a key of 48 bytes", "[a]\n012345678901234567890123456789012345678901234567 = b\n",
			0, 0, 0, NULL},
		{"a key of 49 bytes",
			"[a]\n0123456789012345678901234567890123456789012345678 = b\n", 0, 2, 1,
			"a key of at most 48"},
		{"an indented key", "[a]\nb = c\n d = e\n", 0, 3, 1, "no space before"},
		{"an indented comment", "[a]\n # b\n", 0, 2, 1, "no space before"},
		{"an indented section", "[a]\n [b]\n", 0, 2, 1, "no space before"},
		{"a space behind a value", "[a]\nb = c \n", 0, 2, 6, "no space after"},
		{"a space behind a comment", "# b \n", 0, 1, 4, "no space after"},
		{"a line of spaces", "[a]\n  \n", 0, 2, 1, "no space before"},
	};

	check_rows(rows, COUNT(rows));
}

static void only_visible_characters_stand_in_a_document(void **state)
{
	static const struct row rows[] = {
		{"Japanese", "[a]\nb = 関所、ﾃｽﾄ\n", 0, 0, 0, NULL},
		{"a Japanese variant of a character", "[a]\nb = 葛\U000e0100城\n", 0, 0, 0, NULL},
		{"an emoji", "# \U0001f511\n", 0, 0, 0, NULL},
		{"an ideographic space", "[a]\nb = 鈴木　一郎\n", 0, 0, 0, NULL},
		{"a carriage return", "[a]\r\n", 0, 1, 4, "no CR before LF; every line ends"},
		{"a carriage return of two lines", "[a]\r\n#\n", 0, 1, 4,
			"text without a carriage"},
		{"a TAB", "[a]\nb =\tc\n", 0, 2, 4, "text without a TAB"},
		{"a NUL", "[a]\nb = c\0d\n", 12, 2, 6, "text without a NUL"},
		{"a NUL in a comment", "#\0\n", 3, 1, 2, "text without a NUL"},
		{"a C0 control", "# \001\n", 0, 1, 3, "text without a control"},
		{"an escape", "# \033[2J\n", 0, 1, 3, "text without a control"},
		{"DEL", "# \177\n", 0, 1, 3, "text without a control"},
		{"the last before C1", "# ~\n", 0, 0, 0, NULL},
		{"a C1 control", "# \xc2\x85\n", 0, 1, 3, "text without a control"},
		{"the first after C1", "# \u00a0b\n", 0, 0, 0, NULL},
		{"right-to-left override", "# \u202e\n", 0, 1, 3, "text without a bidi"},
		{"an isolate", "# \u2066\n", 0, 1, 3, "text without a bidi"},
		{"an Arabic mark", "# \u061c\n", 0, 1, 3, "text without a bidi"},
		{"a zero-width space", "# \u200b\n", 0, 1, 3, "text without a zero-width"},
		{"a zero-width joiner", "# \u200d\n", 0, 1, 3, "text without a zero-width"},
		{"a hyphen that is seen", "# \u2010\n", 0, 0, 0, NULL},
		{"a line separator", "# \u2028\n", 0, 1, 3, "text without a line"},
		{"a BOM in the middle", "# \ufeff\n", 0, 1, 3, "text without a byte order"},
		{"a BOM in front", "\ufeff[a]\n", 0, 1, 1, "UTF-8 without a byte order"},
		{"an invisible tag", "# \U000e0041\n", 0, 1, 3, "text without an invisible"},
		{"a noncharacter", "# \uffff\n", 0, 1, 3, "text without a noncharacter"},
		{"an overlong slash", "# \xc0\xaf\n", 0, 1, 3, "text without bytes"},
		{"an overlong three-byte form", "# \xe0\x80\xaf\n", 0, 1, 3, "text without bytes"},
		{"a surrogate", "# \xed\xa0\x80\n", 0, 1, 3, "text without bytes"},
		{"the last before the surrogates", "# \xed\x9f\xbf\n", 0, 0, 0, NULL},
		{"beyond Unicode", "# \xf4\x90\x80\x80\n", 0, 1, 3, "text without bytes"},
		{"a lone continuation", "# \x80\n", 0, 1, 3, "text without bytes"},
		{"Shift JIS", "# \x93\xfa\n", 0, 1, 3, "text without bytes"},
		{"half a character at the end of a line", "# \xe6\x97\n", 0, 1, 3,
			"text without bytes"},
	};

	check_rows(rows, COUNT(rows));
}

static void encoded_text_obeys_the_same_rules(void **state)
{
	static const struct row rows[] = {
		{"encoded Japanese", "[a]\nb = %E9%96%A2\n", 0, 0, 0, NULL},
		{"an encoded percent sign", "[a]\nb = 5%25\n", 0, 0, 0, NULL},
		{"a bare percent sign", "[a]\nb = 5%\n", 0, 2, 6, "\"%\" and two"},
		{"lower-case digits", "[a]\nb = %e9%96%a2\n", 0, 2, 5, "\"%\" and two"},
		{"one digit", "[a]\nb = %4\n", 0, 2, 5, "\"%\" and two"},
		{"no digits", "[a]\nb = %zz\n", 0, 2, 5, "\"%\" and two"},
		{"an encoded NUL", "[a]\nb = %00\n", 0, 2, 5, "text without a NUL"},
		{"an encoded line feed", "[a]\nb = c%0Ad\n", 0, 2, 6, "text without a line feed"},
		{"an encoded zero-width space", "[a]\nb = %E2%80%8B\n", 0, 2, 5,
			"text without a zero"},
		{"encoded half a character", "[a]\nb = %E9%96\n", 0, 2, 5, "percent-encoded UTF-8"},
		{"encoded overlong", "[a]\nb = %C0%AF\n", 0, 2, 5, "percent-encoded UTF-8"},
		{"percent in a comment", "# 5%\n", 0, 0, 0, NULL},
	};

	check_rows(rows, COUNT(rows));
}

static void the_text_is_whole(void **state)
{
	static const struct row rows[] = {
		{"a last line feed", "[a]\n", 0, 0, 0, NULL},
		{"no last line feed", "[a]", 0, 1, 4, "a line feed at the end"},
		{"two letters", "[a", 0, 1, 3, "a line feed at the end"},
		{"a NUL behind what is encoded", "[a]\nb = %41\0\n", 13, 2, 8,
			"text without a NUL"},
		{"a comment without line feed", "[a]\n#", 0, 2, 2, "a line feed at the end"},
	};
	static const struct row empty = {"nothing", "", 0, 1, 1, "a document"};

	check_rows(rows, COUNT(rows));
	check_rows(&empty, 1);
}

static void columns_count_characters(void **state)
{
	static const struct row rows[] = {
		{"a sign behind Japanese", "[a]\nb = 総務課;\n", 0, 2, 8, "a value without"},
		{"a TAB behind Japanese", "[a]\nb = 総務課\tc\n", 0, 2, 8, "text without a TAB"},
		{"a second sign, behind Japanese", "[a]\nb = 総;務課;\n", 0, 2, 9,
			"a value without"},
		{"a second TAB, behind Japanese", "[a]\nb = 総\t務課\tc\n", 0, 2, 9,
			"text without a TAB"},
		{"a space behind Japanese", "[a]\nb = 総務課 \n", 0, 2, 8, "no space after"},
		{"a percent sign behind Japanese", "[a]\nb = 総務課%zz\n", 0, 2, 8, "\"%\" and"},
		{"no line feed behind Japanese", "[a]\nb = 総務課", 0, 2, 8, "a line feed"},
		{"a long line of Japanese",
			"# "
			"字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字"
			"字"
			"字字字字字字字字字字字字字字字字\n",
			0, 1, 55,
			"at most 160 bytes in a line (a Japanese character has 3), not 164"},
	};

	check_rows(rows, COUNT(rows));
}

static void full_width_spaces_stand_at_no_end(void **state)
{
	static const struct row rows[] = {
		{"behind a value", "[a]\nb = c\u3000\n", 0, 2, 6,
			"no full-width space (U+3000) after"},
		{"behind a comment", "# c\u3000\n", 0, 1, 4, "no full-width space (U+3000) after"},
		{"before a value", "[a]\nb = \u3000c\n", 0, 2, 5,
			"no full-width space (U+3000) before"},
		{"inside a value", "[a]\nb = 総務課\u3000係\n", 0, 0, 0, NULL},
	};

	check_rows(rows, COUNT(rows));
}

/* The key below belongs to what was meant, and its section is not the one above. */
static void a_broken_header_is_named_as_it_was_meant(void **state)
{
	static const struct {
		const char *header, *says;
	} rows[] = {
		{"[media", "; did you mean [media]?"},
		{"media]", "; did you mean [media]?"},
		{"[Media]", "; did you mean [media]?"},
		{"[ media ]", "; did you mean [media]?"},
		{"[[media]]", "; did you mean [media]?"},
		{"(media)", "; did you mean [media]?"},
		{"［media］", "; did you mean [media]?"},
		{"【media】", "; did you mean [media]?"},
		{"[device reader", "; did you mean [device reader]?"},
		{"[device  reader]", "of a-z 0-9 -"},
		{"[]", "of a-z 0-9 -"},
		{"［］", "of a-z 0-9 -"},
		{"【媒体】", "of a-z 0-9 -"},
		{"[0123456789012345678901234567890123456789012345678]x", "of a-z 0-9 -"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		CLEANUP(canonical_clear) struct canonical canonical = {0};
		struct problems problems = {0};
		char text[128];
		const char *expected;

		snprintf(text, sizeof(text), "[a]\nb = c\n%s\nd = e\n", rows[i].header);
		assert_int_equal(canonical_scan(text, strlen(text), &problems, &canonical), 0);
		assert_int_equal(problems.count, 1);
		assert_int_equal(problems.items[0].line, 3);
		expected = problems.items[0].expected;
		if (strlen(expected) < strlen(rows[i].says) ||
			strcmp(expected + strlen(expected) - strlen(rows[i].says), rows[i].says) !=
				0)
			fail_msg("%s: %s", rows[i].header, expected);
		assert_int_equal(canonical.n_sections, 2);
		assert_true(canonical.sections[1].is_damaged);
		assert_int_equal(canonical.sections[0].n_entries, 1);
		problems_clear(&problems);
	}
}

static void a_line_without_brackets_begins_no_section(void **state)
{
	static const char *const lines[] = {"media", "【media】 = a", "[a] = b", "a = [b]"};
	static const size_t n_sections[] = {1, 1, 2, 1};

	for (size_t i = 0; i < COUNT(lines); i++) {
		CLEANUP(canonical_clear) struct canonical canonical = {0};
		struct problems problems = {0};
		char text[64];

		snprintf(text, sizeof(text), "[a]\n%s\nd = e\n", lines[i]);
		assert_int_equal(canonical_scan(text, strlen(text), &problems, &canonical), 0);
		assert_int_equal(canonical.n_sections, n_sections[i]);
		assert_int_equal(problems_any(&problems), i != 3);
		problems_clear(&problems);
	}
}

/* Text, and all that is said about it. */
static void what_an_editor_did_to_all_lines_is_said_once(void **state)
{
	static const struct {
		const char *name, *text;
		size_t size;
		const char *problems;
	} rows[] = {
		{"CR LF", "[a]\r\nb = c\r\n\r\n", 0,
			"1:4 \\x0d|no CR before LF; every line ends in CR LF"},
		{"CR LF and a mistake", "[a]\r\nb=c\r\n", 0,
			"1:4 \\x0d|no CR before LF; every line ends in CR LF"},
		{"CR LF with a signature",
			"[a]\r\nb = c\r\n-----BEGIN SSH SIGNATURE-----\r\nU1NI\r\n", 0,
			"1:4 \\x0d|no CR before LF; every line ends in CR LF"},
		{"a signature with CR LF", "[a]\nb = c\n-----BEGIN SSH SIGNATURE-----\r\nU1NI\r\n",
			0,
			"3:1 -----BEGIN SSH SIGNATURE-----\\x0d|no CR before LF; the lines of the "
			"signatures"},
		{"a byte order mark", "\xef\xbb\xbf[a]\nb = c\n", 0,
			"1:1 \\xef\\xbb\\xbf|UTF-8 without a byte order mark: an editor put it "
			"there; sed -i '1s/^\\xef\\xbb\\xbf//' FILE undoes it, and signatures "
			"fit again\n"},
		{"a byte order mark and CR LF", "\xef\xbb\xbf[a]\r\nb = c\r\n", 0,
			"1:5 \\x0d|no CR before LF; every line ends in CR LF, and a byte order "
			"mark stands before the first: an editor put it there; sed -i "
			"'1s/^\\xef\\xbb\\xbf//; s/\\r$//' FILE undoes it"},
		{"UTF-16", "\xff\xfe[\0a\0]\0\n\0", 10,
			"1:1 \\xff\\xfe[\\x00a\\x00]\\x00|a text in UTF-8; the file is in UTF-16"},
		{"UTF-16 without a mark", "[\0a\0]\0\n\0", 8, "1:1 [\\x00a\\x00]\\x00\n"},
		{"UTF-16 of the other order", "\0[\0a\0]\0\n", 8, "1:1 \\x00[\\x00a\\x00]\\x00\n"},
		{"Shift_JIS", "[a]\nb = \x93\xfa\nc = \x93\xfa\n", 0,
			"2:5 \\x93|UTF-8; the file is not in UTF-8: it was saved in another "
			"encoding, most likely Shift_JIS"},
		{"no text",
			"\x7f"
			"ELF\0\xff\xfe\0\n\n",
			10,
			"1:1 \\x7fELF\\x00\\xff\\xfe\\x00|a text in UTF-8; the file is no text"},
		{"a private key",
			"-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blb\n-----END OPENSSH PRIVATE "
			"KEY-----\n",
			0, "1:1 -----BEG|a text in UTF-8; the file is a private key"},
		{"keys without a section", "a = b\nc = d\ne = f\n", 0,
			"1:1 a = b|a \"[section]\" before the first key\n"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t size = rows[i].size ? rows[i].size : strlen(rows[i].text);
		struct problems problems = {0};
		struct canonical canonical;
		char *found;

		assert_int_equal(canonical_scan(rows[i].text, size, &problems, &canonical), 0);
		found = problems_text(&problems);
		if (strncmp(found, rows[i].problems, strcspn(rows[i].problems, "\n")) != 0 ||
			problems.count != (strstr(rows[i].name, "mistake") ? 2 : 1))
			fail_msg("%s: %s", rows[i].name, found);
		free(found);
		problems_clear(&problems);
		canonical_clear(&canonical);
	}
}

static void a_damaged_encoding_leaves_no_value_to_be_read(void **state)
{
	static const char text[] = "[a]\nb = \x93\xfa\nc = \x93\xfa\nd = e\n";
	struct problems problems = {0};
	struct canonical canonical;

	assert_int_equal(canonical_scan(text, strlen(text), &problems, &canonical), 0);
	assert_int_equal(canonical.n_entries, 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(canonical.entries[i].is_damaged, i < 2);
	problems_clear(&problems);
	canonical_clear(&canonical);
}

static void nothing_stands_twice(void **state)
{
	static const struct row rows[] = {
		{"two sections", "[a]\n[b]\n", 0, 0, 0, NULL},
		{"one section twice", "[a]\n[b]\n[a]\n", 0, 3, 1,
			"each section once (it stands on line 1)"},
		{"one type with two names", "[a b]\n[a c]\n[a]\n", 0, 0, 0, NULL},
		{"one named section twice", "[a b]\n[a c]\n[a b]\n", 0, 3, 1, "each section once"},
		{"two keys", "[a]\nb = 1\nc = 1\n", 0, 0, 0, NULL},
		{"one key twice", "[a]\nb = 1\nc = 1\nb = 2\n", 0, 4, 1,
			"each key once in a section (it stands on line 2)"},
		{"one key in two sections", "[a]\nb = 1\n[c]\nb = 1\n", 0, 0, 0, NULL},
		{"a key that begins like another", "[a]\nb = 1\nbb = 1\n", 0, 0, 0, NULL},
		{"a section that begins like another", "[ab]\n[a]\n", 0, 0, 0, NULL},
	};

	check_rows(rows, COUNT(rows));
}

static void every_error_of_a_text_is_found_in_one_run(void **state)
{
	static const char text[] = "[a]\nb=1\n\tc = 2\nd = 3 \nb = 4\n[A]\n";
	struct problems problems = {0};
	struct canonical canonical;

	assert_int_equal(canonical_scan(text, strlen(text), &problems, &canonical), 0);
	assert_true(has_problem(&problems, 2, "\"key = value\" with"));
	assert_true(has_problem(&problems, 3, "text without a TAB"));
	assert_true(has_problem(&problems, 4, "no space after"));
	assert_true(has_problem(&problems, 5, "each key once"));
	assert_true(has_problem(&problems, 6, "\"[type]\""));
	problems_clear(&problems);
	canonical_clear(&canonical);
}

static void entries_are_found_with_their_places(void **state)
{
	static const char text[] = "# x\n[a]\nb = c d\n[e f]\ng = h\n";
	struct problems problems = {0};
	struct canonical canonical;

	assert_int_equal(canonical_scan(text, strlen(text), &problems, &canonical), 0);
	assert_int_equal(canonical.n_sections, 2);
	assert_int_equal(canonical.n_entries, 2);
	assert_int_equal(canonical.sections[1].line, 4);
	assert_memory_equal(text + canonical.sections[1].name_at, "f]", 2);
	assert_int_equal(canonical.sections[1].first_entry, 1);
	assert_int_equal(canonical.entries[0].line, 3);
	assert_int_equal(canonical.entries[0].value_column, 5);
	assert_int_equal(canonical.entries[0].value_size, 3);
	canonical_clear(&canonical);
}

/* One line of 4 MiB in which each character is a mistake: what counts the columns of each from the
 * beginning of the line needs an hour. */
static void a_hostile_line_takes_no_time(void **state)
{
	static const char *const starts[] = {"", "# ", "[a]\nb = ", "[a]\nb = "};
	static const char fill[] = {'\0', '\xff', ';', '\x7f'};
	size_t size = 4 * 1024 * 1024;
	char *text = malloc(size);

	assert_non_null(text);
	for (size_t i = 0; i < COUNT(starts); i++) {
		size_t start = strlen(starts[i]);
		struct problems problems = {0};
		struct canonical canonical;

		memset(text, fill[i], size);
		memcpy(text, starts[i], start);
		text[size - 1] = '\n';
		alarm(60);
		assert_int_equal(canonical_scan(text, size, &problems, &canonical), 0);
		alarm(0);
		assert_true(problems_any(&problems));
		canonical_clear(&canonical);
		problems_clear(&problems);
	}
	free(text);
}

/* 256 KiB of sections that all differ late, and of keys: quadratic work would take seconds. */
static void a_hostile_document_takes_no_time(void **state)
{
	size_t size = 256 * 1024, used = 0;
	char *text = malloc(size + 64);
	struct problems problems = {0};
	struct canonical canonical;

	assert_non_null(text);
	for (unsigned i = 0; used < size / 2; i++)
		used += (size_t)snprintf(text + used, 64, "[s%u]\n", i);
	for (unsigned i = 0; used < size; i++)
		used += (size_t)snprintf(text + used, 64, "k%u = 1\n", i);
	alarm(5);
	assert_int_equal(canonical_scan(text, used, &problems, &canonical), 0);
	alarm(0);
	assert_false(problems_any(&problems));
	canonical_clear(&canonical);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_count_characters),
		cmocka_unit_test(full_width_spaces_stand_at_no_end),
		cmocka_unit_test(a_broken_header_is_named_as_it_was_meant),
		cmocka_unit_test(a_line_without_brackets_begins_no_section),
		cmocka_unit_test(what_an_editor_did_to_all_lines_is_said_once),
		cmocka_unit_test(a_damaged_encoding_leaves_no_value_to_be_read),
		cmocka_unit_test(lines_have_one_form),
		cmocka_unit_test(spaces_and_lengths_are_bounded),
		cmocka_unit_test(only_visible_characters_stand_in_a_document),
		cmocka_unit_test(encoded_text_obeys_the_same_rules),
		cmocka_unit_test(the_text_is_whole),
		cmocka_unit_test(nothing_stands_twice),
		cmocka_unit_test(every_error_of_a_text_is_found_in_one_run),
		cmocka_unit_test(entries_are_found_with_their_places),
		cmocka_unit_test(a_hostile_document_takes_no_time),
		cmocka_unit_test(a_hostile_line_takes_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
