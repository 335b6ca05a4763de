/* The manual sekisho-policy(5) is the specification: the parsers agree with every example of it,
 * and it names every key that they know. */
#include "tests/unit/fixture.h"
#include "tests/unit/reader_rows.h"

#include <errno.h>
#include <stdbool.h>

#include "policy/policy.h"
#include "policy/site.h"
#include "policy/terminal_key.h"

#define MANUAL       "../../policy/sekisho-policy.5" /* from tests/data */
#define EXAMPLES_MAX 64
#define TEXT_MAX     4096

struct example {
	bool is_good, is_defaults;
	char kind[16];
	char text[TEXT_MAX]; /* whole */
	char says[TEXT_MAX]; /* of a bad one: what the manual shows, each message a line */
	unsigned line;       /* of the manual */
};

static struct example examples[EXAMPLES_MAX];
static size_t n_examples;

static const struct {
	const char *kind;
	const struct reader *reader;
} readers[] = {
	{"policy", &policy_reader},
	{"root", &root_reader},
	{"media", &media_index_reader},
	{"shard", &media_shard_reader},
	{"fresh", &fresh_reader},
	{"tokens", &tokens_reader},
	{"exemption", &exemption_reader},
	{"revocation", &revocation_reader},
	{"request", &exemption_request_reader},
	{"report", &report_reader},
};

static int parse(const char *kind, const char *text, struct problems *problems)
{
	const struct reader *reader = NULL;
	struct terminal_key key;
	struct site site;
	void *value = NULL;
	int r;

	if (strcmp(kind, "site") == 0)
		return site_parse(text, strlen(text), problems, &site);
	if (strcmp(kind, "terminal-key") == 0)
		return terminal_key_parse(text, strlen(text), problems, &key);
	for (size_t i = 0; i < COUNT(readers); i++)
		if (strcmp(kind, readers[i].kind) == 0)
			reader = readers[i].reader;
	if (!reader)
		fail_msg("there is no kind %s", kind);
	r = reader->read(text, strlen(text), problems, &value);
	reader->free(value);
	return r;
}

/* The first whole example of a kind: what fragments follow. */
static const struct example *first_of(const char *kind)
{
	for (size_t i = 0; i < n_examples; i++)
		if (strcmp(examples[i].kind, kind) == 0)
			return &examples[i];
	return NULL;
}

/* Whether the first line that is no comment is the section that begins the kind. */
static bool is_whole(const struct example *example)
{
	const char *line = example->text;
	char head[24];

	while (*line == '#')
		line = strchr(line, '\n') + 1;
	snprintf(head, sizeof(head), "[%s]\n", example->kind);
	return strncmp(line, head, strlen(head)) == 0;
}

static void append(char text[TEXT_MAX], const char *more, const char *behind)
{
	size_t used = strlen(text);

	assert_true(used + strlen(more) + strlen(behind) < TEXT_MAX);
	snprintf(text + used, TEXT_MAX - used, "%s%s", more, behind);
}

/* Puts what the example follows in front of it. */
static void complete(struct example *example)
{
	const struct example *first = first_of(example->kind);
	char fragment[TEXT_MAX];

	if (is_whole(example))
		return;
	if (first == example)
		fail_msg("line %u: the first example of a kind is whole", example->line);
	memcpy(fragment, example->text, sizeof(fragment));
	memcpy(example->text, first->text, sizeof(example->text));
	append(example->text, fragment, "");
}

/* "good KIND", "good KIND defaults", "bad KIND" or "says" in front of a block. */
static struct example *begin(const char *mark, unsigned line)
{
	struct example *example = &examples[n_examples];
	const char *kind = strchr(mark, ' ');
	size_t size = kind ? strcspn(kind + 1, " ") : 0;

	if (strcmp(mark, "says") == 0) {
		assert_false(example[-1].is_good);
		return example - 1;
	}
	assert_true(n_examples < EXAMPLES_MAX);
	example->line = line;
	example->is_good = strncmp(mark, "good ", 5) == 0;
	example->is_defaults = strstr(mark, " defaults") != NULL;
	if (size == 0 || size >= sizeof(example->kind) ||
		(!example->is_good && strncmp(mark, "bad ", 4) != 0))
		fail_msg("line %u: a block without a mark", line);
	memcpy(example->kind, kind + 1, size);
	n_examples++;
	return example;
}

static const char *name_of(const char *kind)
{
	static char name[24];

	if (strcmp(kind, "shard") == 0)
		return "3f";
	snprintf(name, sizeof(name), "%s.ini", kind);
	return name;
}

/* A message may be broken into lines; a line that begins with a file's name is the next one. */
static void add_line(struct example *example, bool is_message, const char *line)
{
	size_t size = strlen(name_of(example->kind));

	if (!is_message) {
		append(example->text, line, "\n");
		return;
	}
	if (strncmp(line, name_of(example->kind), size) != 0 || line[size] != ':')
		example->says[strlen(example->says) - 1] = ' ';
	append(example->says, line, "\n");
}

static int read_examples(void **state)
{
	struct fixture manual = fixture_read(MANUAL);
	struct example *example = NULL;
	char mark[64] = "";
	unsigned number = 0;

	for (char *line = manual.bytes, *end; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		number++;
		if (strcmp(line, ".Ed") == 0) {
			if (strcmp(mark, "says") != 0)
				complete(example);
			example = NULL;
			mark[0] = '\0';
		} else if (example) {
			add_line(example, strcmp(mark, "says") == 0, line);
		} else if (strncmp(line, ".Bd ", 4) == 0) {
			example = begin(mark, number);
		} else if (strncmp(line, ".\\\" ", 4) == 0) {
			snprintf(mark, sizeof(mark), "%s", line + 4);
		}
	}
	free(manual.bytes);
	return 0;
}

static void every_good_example_has_no_problem(void **state)
{
	unsigned count = 0;

	for (size_t i = 0; i < n_examples; i++) {
		struct problems problems = {0};

		if (!examples[i].is_good)
			continue;
		if (parse(examples[i].kind, examples[i].text, &problems) != 0)
			fail_msg("line %u: %s", examples[i].line, problems_text(&problems));
		count++;
	}
	assert_true(count >= 16);
}

static void every_bad_example_gives_the_message_that_is_shown(void **state)
{
	unsigned count = 0;

	for (size_t i = 0; i < n_examples; i++) {
		const struct example *example = &examples[i];
		struct problems problems = {0};
		char found[TEXT_MAX] = "", line[2 * PROBLEM_TEXT_MAX];

		if (example->is_good)
			continue;
		assert_int_equal(parse(example->kind, example->text, &problems), -EBADMSG);
		problems_sort(&problems);
		for (size_t k = 0; k < problems.count; k++) {
			problem_format(
				&problems.items[k], name_of(example->kind), line, sizeof(line));
			append(found, line, "\n");
		}
		if (strcmp(found, example->says) != 0)
			fail_msg("line %u: the parser says\n%sthe manual says\n%s", example->line,
				found, example->says);
		problems_clear(&problems);
		count++;
	}
	assert_true(count >= 14);
}

static void the_defaults_that_are_shown_change_nothing(void **state)
{
	struct policy *without = reader_value(&policy_reader, first_of("policy")->text), *with;
	const char *text = "";

	for (size_t i = 0; i < n_examples; i++)
		if (examples[i].is_defaults)
			text = examples[i].text;
	with = reader_value(&policy_reader, text);
	assert_true(with->has_medium && with->has_records);
	with->has_medium = with->has_records = false;
	free(with->devices);
	with->devices = without->devices; /* none, in both */
	assert_memory_equal(with, without, sizeof(*with));
	free(with);
	policy_free(without);
}

/* Whether a line of the manual that begins a description, or a list of keys, has the word. */
static bool is_described(const char *manual, const char *word, size_t size)
{
	for (const char *at = manual; (at = memmem(at, strlen(at), word, size)); at++) {
		const char *line = at;

		while (line > manual && line[-1] != '\n')
			line--;
		if ((strncmp(line, ".It Cm", 6) == 0 || strncmp(line, ".Cm", 3) == 0) &&
			at[-1] == ' ' && (at[size] == ' ' || at[size] == '\n'))
			return true;
	}
	return false;
}

/* The keys of a section, as the parser lists them for an unknown one. */
static void check_keys(const char *manual, const char *kind, const char *section)
{
	struct problems problems = {0};
	const char *list = "";
	char text[TEXT_MAX] = "";

	append(text, first_of(kind)->text, section);
	append(text, "teapot = 1\n", "");
	assert_int_equal(parse(kind, text, &problems), -EBADMSG);
	for (size_t i = 0; i < problems.count; i++)
		if (strncmp(problems.items[i].expected, "one of the keys ", 16) == 0)
			list = problems.items[i].expected + 16;
	if (*list == '\0')
		fail_msg("%s %s: %s", kind, section, problems_text(&problems));
	for (size_t size; *list != '\0'; list += size + (list[size] == ' ')) {
		size = strcspn(list, " ");
		if (!(size == 2 && memcmp(list, "to", 2) == 0) && !is_described(manual, list, size))
			fail_msg("%s %s: %.*s is not described", kind, section, (int)size, list);
	}
	problems_clear(&problems);
}

static void every_key_is_described(void **state)
{
	static const struct {
		const char *kind, *section;
	} rows[] = {
		{"policy", ""},
		{"policy", "[media]\n"},
		{"policy", "[device x]\n"},
		{"policy", "[medium]\n"},
		{"policy", "[exemption]\n"},
		{"policy", "[login]\n"},
		{"policy", "[network]\n"},
		{"policy", "[records]\n"},
		{"root", "[person x]\n"},
		{"root", "[role approver]\n"},
		{"media", ""},
		{"fresh", ""},
		{"site", ""},
		{"exemption", ""},
		{"exemption", "[code]\n"},
		{"revocation", ""},
	};
	struct fixture manual = fixture_read(MANUAL);

	for (size_t i = 0; i < COUNT(rows); i++)
		check_keys(manual.bytes, rows[i].kind, rows[i].section);
	assert_false(is_described(manual.bytes, "teapot", 6));
	free(manual.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_good_example_has_no_problem),
		cmocka_unit_test(every_bad_example_gives_the_message_that_is_shown),
		cmocka_unit_test(the_defaults_that_are_shown_change_nothing),
		cmocka_unit_test(every_key_is_described),
	};

	return cmocka_run_group_tests(tests, read_examples, NULL);
}
