#include "policy/admin/register_words.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/csv_table.h"
#include "policy/admin/register_columns.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define N_CELLS      3

struct register_word {
	char text[REGISTER_WORD_MAX]; /* folded */
	bool is_event;
	unsigned meaning;
};

static const struct {
	const char *text;
	enum register_employment meaning;
} employments[] = {
	{"正規", EMPLOYMENT_UNLIMITED},
	{"正職員", EMPLOYMENT_UNLIMITED},
	{"一般職", EMPLOYMENT_UNLIMITED},
	{"常勤", EMPLOYMENT_UNLIMITED},
	{"特別職", EMPLOYMENT_UNLIMITED},
	{"任期の定めのない", EMPLOYMENT_UNLIMITED},
	{"permanent", EMPLOYMENT_UNLIMITED},
	{"会計年度", EMPLOYMENT_FISCAL_YEAR},
	{"再任用", EMPLOYMENT_FISCAL_YEAR},
	{"任期付", EMPLOYMENT_FISCAL_YEAR},
	{"非常勤", EMPLOYMENT_FISCAL_YEAR},
	{"非正規", EMPLOYMENT_FISCAL_YEAR},
	{"嘱託", EMPLOYMENT_FISCAL_YEAR},
	{"臨時", EMPLOYMENT_FISCAL_YEAR},
	{"派遣", EMPLOYMENT_FISCAL_YEAR},
	{"応援", EMPLOYMENT_FISCAL_YEAR},
	{"委託", EMPLOYMENT_FISCAL_YEAR},
	{"事業者", EMPLOYMENT_FISCAL_YEAR},
	{"パート", EMPLOYMENT_FISCAL_YEAR},
	{"アルバイト", EMPLOYMENT_FISCAL_YEAR},
	{"temporary", EMPLOYMENT_FISCAL_YEAR},
	{"fixed-term", EMPLOYMENT_FISCAL_YEAR},
	{"contractor", EMPLOYMENT_FISCAL_YEAR},
};

/* A letter of appointment accepts a retirement as of its last day, and orders a transfer elsewhere
 * from its first. */
static const struct {
	const char *text;
	enum register_event meaning;
} events[] = {
	/* First, so that 退職取消 is none. */
	{"取消", EVENT_CANCELLED},
	{"cancelled", EVENT_CANCELLED},
	{"復帰", EVENT_STAYS},
	{"継続", EVENT_STAYS},
	{"変更なし", EVENT_STAYS},
	{"採用", EVENT_STAYS},
	{"任用", EVENT_STAYS},
	{"更新", EVENT_STAYS},
	{"新規", EVENT_STAYS},
	{"転入", EVENT_STAYS},
	{"復職", EVENT_STAYS},
	{"異動", EVENT_STAYS},
	{"配置換", EVENT_STAYS},
	{"配置替", EVENT_STAYS},
	{"昇任", EVENT_STAYS},
	{"昇格", EVENT_STAYS},
	{"兼務", EVENT_STAYS},
	{"併任", EVENT_STAYS},
	{"stays", EVENT_STAYS},
	{"joins", EVENT_STAYS},
	{"moves", EVENT_STAYS},
	{"転出", EVENT_LEAVES_ON},
	{"出向", EVENT_LEAVES_ON},
	{"派遣", EVENT_LEAVES_ON},
	{"休職", EVENT_LEAVES_ON},
	{"休業", EVENT_LEAVES_ON},
	{"停職", EVENT_LEAVES_ON},
	{"抹消", EVENT_LEAVES_ON},
	{"leaves", EVENT_LEAVES_ON},
	{"退職", EVENT_LEAVES_WITH},
	{"辞職", EVENT_LEAVES_WITH},
	{"定年", EVENT_LEAVES_WITH},
	{"任期満了", EVENT_LEAVES_WITH},
	{"契約終了", EVENT_LEAVES_WITH},
	{"免職", EVENT_LEAVES_WITH},
	{"失職", EVENT_LEAVES_WITH},
	{"死亡", EVENT_LEAVES_WITH},
	{"retires", EVENT_LEAVES_WITH},
};

/* What 意味 may say. */
static const struct {
	const char *text;
	bool is_event;
	unsigned meaning;
} meanings[] = {
	{"期限なし", false, EMPLOYMENT_UNLIMITED},
	{"年度末", false, EMPLOYMENT_FISCAL_YEAR},
	{"継続", true, EVENT_STAYS},
	{"初日", true, EVENT_LEAVES_ON},
	{"最終日", true, EVENT_LEAVES_WITH},
	{"取消", true, EVENT_CANCELLED},
};

struct reader {
	struct problems *problems;
	struct register_words *words;
	bool has_heading;
};

static void complain(
	struct reader *reader, const struct csv_row *row, size_t cell, const char *expected)
{
	const char *text = cell < row->n_cells ? row->cells[cell] : "";

	problems_add(reader->problems, row->number, (unsigned)cell + 1, text, strlen(text), "%s",
		expected);
}

static int add(struct register_words *words, const struct register_word *word)
{
	if (words->n_added == words->room) {
		size_t room = words->room > 0 ? 2 * words->room : 16;
		void *grown = reallocarray(words->added, room, sizeof(*words->added));

		if (!grown)
			return -ENOMEM;
		words->added = grown;
		words->room = room;
	}
	words->added[words->n_added++] = *word;
	return 0;
}

static int read_heading(struct reader *reader, const struct csv_row *row)
{
	static const char *const expected[N_CELLS] = {"区分", "語", "意味"};

	reader->has_heading = true;
	for (size_t i = 0; i < N_CELLS; i++)
		if (i >= row->n_cells || strcmp(row->cells[i], expected[i]) != 0) {
			complain(reader, row, i, "the headings 区分, 語, 意味 in this order");
			return -EBADMSG;
		}
	return 0;
}

static int read_word(const struct csv_row *row, void *user)
{
	struct reader *reader = user;
	struct register_word word = {0};

	if (!reader->has_heading)
		return read_heading(reader, row);
	if (row->n_cells != N_CELLS) {
		complain(reader, row, row->n_cells, "three cells");
		return 0;
	}
	word.is_event = register_column_of(row->cells[0]) == REGISTER_EVENT;
	if (!word.is_event && register_column_of(row->cells[0]) != REGISTER_EMPLOYMENT)
		complain(reader, row, 0, "任用区分 or 異動区分");
	register_fold(row->cells[1], word.text);
	if (word.text[0] == '\0')
		complain(reader, row, 1, "a word");
	for (size_t i = 0; i < COUNT(meanings); i++)
		if (meanings[i].is_event == word.is_event &&
			strcmp(meanings[i].text, row->cells[2]) == 0)
			word.meaning = meanings[i].meaning;
	if (word.meaning == 0)
		complain(reader, row, 2,
			word.is_event ? "継続, 初日, 最終日 or 取消" : "期限なし or 年度末");
	return add(reader->words, &word);
}

int register_words_read(
	const char *bytes, size_t size, struct problems *problems, struct register_words *words)
{
	struct reader reader = {.problems = problems, .words = words};
	size_t before = problems_found(problems);
	int r = csv_table_read(bytes, size, read_word, &reader, problems);

	return r == 0 && problems_found(problems) != before ? -EBADMSG : r;
}

void register_words_clear(struct register_words *words)
{
	free(words->added);
	*words = (struct register_words){0};
}

/* Takes the word where it is in the cell and longer than what was found before. */
static void try_word(
	const char *cell, const char *word, unsigned meaning, size_t *longest, unsigned *found)
{
	size_t size = strlen(word);

	if (size <= *longest || !strstr(cell, word))
		return;
	*longest = size;
	*found = meaning;
}

static unsigned find_added(
	const struct register_words *words, bool is_event, const char *cell, size_t *longest)
{
	unsigned found = 0;

	for (size_t i = 0; i < words->n_added; i++)
		if (words->added[i].is_event == is_event)
			try_word(cell, words->added[i].text, words->added[i].meaning, longest,
				&found);
	return found;
}

enum register_employment register_employment_of(
	const struct register_words *words, const char *cell)
{
	char folded[REGISTER_WORD_MAX];
	size_t longest = 0;
	unsigned found;

	register_fold(cell, folded);
	found = find_added(words, false, folded, &longest);
	for (size_t i = 0; i < COUNT(employments); i++)
		try_word(folded, employments[i].text, employments[i].meaning, &longest, &found);
	return (enum register_employment)found;
}

enum register_event register_event_of(const struct register_words *words, const char *cell)
{
	char folded[REGISTER_WORD_MAX];
	size_t longest = 0;
	unsigned found;

	register_fold(cell, folded);
	if (folded[0] == '\0')
		return EVENT_STAYS;
	found = find_added(words, true, folded, &longest);
	for (size_t i = 0; i < COUNT(events); i++)
		try_word(folded, events[i].text, events[i].meaning, &longest, &found);
	return (enum register_event)found;
}
