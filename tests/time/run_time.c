/*
 * Plays transcripts against policy/trusted_time.c: a terminal with a clock of its own, documents
 * that arrive, power that goes. README.md says how a transcript reads. Prints TAP, one test for
 * each file.
 *
 *	run_time FOLDER		every .txt in it
 *	run_time FILE.txt …	these only
 */
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/timestamp.h"
#include "policy/trusted_time.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MINUTE_MS    60000

struct play {
	unsigned line;
	char failure[512];

	struct document_header root; /* the newest that lies on the terminal */
	bool is_on;
	struct trusted_time time;
	uint64_t boottime_ms, saved_at_ms;
	int64_t clock_s;
	struct trusted_time_saved saved; /* on disk */
};

static void fail(struct play *play, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void fail(struct play *play, const char *format, ...)
{
	va_list arguments;

	if (play->failure[0])
		return;
	va_start(arguments, format);
	vsnprintf(play->failure, sizeof(play->failure), format, arguments);
	va_end(arguments);
}

/* --- words --- */

static const char *next(char **rest)
{
	char *word;

	do
		word = strsep(rest, " \t,");
	while (word && !*word);
	return word ? word : "";
}

/* "2026-06-01" or "2026-06-01T09:00", in UTC. */
static int64_t next_time(struct play *play, char **rest)
{
	const char *word = next(rest);
	char text[64];
	int64_t time_s = 0;

	snprintf(text, sizeof(text), strlen(word) == 10 ? "%sT00:00:00Z" : "%s:00Z", word);
	if (timestamp_parse(text, &time_s) < 0)
		fail(play, "a day like 2026-06-01 or 2026-06-01T09:00 is missing, not '%s'", word);
	return time_s;
}

/* "30s", "5m", "8h", "10d" in milliseconds. */
static uint64_t next_span(struct play *play, char **rest)
{
	static const struct {
		const char *unit;
		uint64_t ms;
	} units[] = {{"s", 1000}, {"m", MINUTE_MS}, {"h", 3600000}, {"d", 86400000}};
	const char *word = next(rest);
	char *end;
	unsigned long long value = strtoull(word, &end, 10);

	for (size_t i = 0; end != word && i < COUNT(units); i++)
		if (strcmp(end, units[i].unit) == 0)
			return value * units[i].ms;
	fail(play, "a time like 5m or 8h is missing, not '%s'", word);
	return 0;
}

static void expect_word(struct play *play, char **rest, const char *expected)
{
	const char *word = next(rest);

	if (strcmp(word, expected) != 0)
		fail(play, "'%s' is missing, not '%s'", expected, word);
}

/* --- what happens --- */

static void save(struct play *play, uint64_t at_ms)
{
	trusted_time_save(&play->time, at_ms, &play->saved);
	play->saved_at_ms = at_ms;
}

/* As the agent does: each minute. Waking up from suspend, the minute is long over. */
static void pass(struct play *play, uint64_t span_ms, bool is_awake)
{
	play->boottime_ms += span_ms;
	play->clock_s += (int64_t)(span_ms / 1000);
	if (play->boottime_ms - play->saved_at_ms < MINUTE_MS)
		return;
	save(play, is_awake
			   ? play->boottime_ms - (play->boottime_ms - play->saved_at_ms) % MINUTE_MS
			   : play->boottime_ms);
}

static struct document_header read_document(struct play *play, enum document_kind kind, char **rest)
{
	struct document_header document = {.kind = kind, .epoch = play->root.epoch, .serial = 1};
	const char *word;

	while (*(word = next(rest)) && !play->failure[0]) {
		if (strcmp(word, "epoch") == 0)
			document.epoch = (uint32_t)strtoul(next(rest), NULL, 10);
		else if (strcmp(word, "issued") == 0)
			document.issued = next_time(play, rest);
		else if (strcmp(word, "ends") == 0)
			document.not_after = next_time(play, rest);
		else
			fail(play, "a document has epoch, issued, ends; not '%s'", word);
	}
	if (!document.issued || (kind == DOCUMENT_ROOT && !document.not_after))
		fail(play, "a document was issued on a day, and a root ends on one");
	return document;
}

static void do_root(struct play *play, char **rest)
{
	if (play->is_on)
		return fail(play, "while the terminal runs, a root arrives");
	play->root = read_document(play, DOCUMENT_ROOT, rest);
}

static void do_boot(struct play *play, char **rest)
{
	expect_word(play, rest, "clock");
	play->clock_s = next_time(play, rest);
	play->is_on = true;
	/* The kernel needs a while until anybody asks. */
	play->boottime_ms = play->saved_at_ms = 2500;
	trusted_time_begin(&play->time, &play->saved, &play->root, play->boottime_ms);
}

static void do_off(struct play *play, char **rest)
{
	play->is_on = false;
}

static void do_runs(struct play *play, char **rest)
{
	pass(play, next_span(play, rest), true);
}

static void do_sleeps(struct play *play, char **rest)
{
	pass(play, next_span(play, rest), false);
}

static void do_clock(struct play *play, char **rest)
{
	play->clock_s = next_time(play, rest);
}

static void do_arrives(struct play *play, char **rest)
{
	enum document_kind kind = DOCUMENT_NONE;
	int64_t before_s = trusted_time_floor(&play->time, play->boottime_ms);
	const char *word = next(rest);

	if (document_kind_from_name(word, &kind) < 0)
		return fail(play, "no document is called '%s'", word);
	const struct document_header document = read_document(play, kind, rest);

	if (kind == DOCUMENT_ROOT)
		play->root = document;
	trusted_time_take(&play->time, &document, play->clock_s, play->boottime_ms);
	if (trusted_time_floor(&play->time, play->boottime_ms) != before_s)
		save(play, play->boottime_ms);
}

static void do_loses(struct play *play, char **rest)
{
	expect_word(play, rest, "saved");
	play->saved = (struct trusted_time_saved){};
}

/* --- what is expected --- */

static void expect_time(struct play *play, const char *what, int64_t got_s, char **rest)
{
	char text[TIMESTAMP_SIZE];

	if (got_s == next_time(play, rest))
		return;
	timestamp_format(got_s, 0, text);
	fail(play, "%s is %s", what, text);
}

static void expect_nothing_saved(struct play *play, char **rest)
{
	expect_word(play, rest, "nothing");
	if (play->saved.floor_s != 0)
		fail(play, "something is saved");
}

static void do_expect(struct play *play, char **rest)
{
	const char *what = next(rest);
	bool is_behind;

	if (strcmp(what, "saved") == 0) {
		if (strstr(*rest ? *rest : "", "nothing"))
			return expect_nothing_saved(play, rest);
		return expect_time(play, what, play->saved.floor_s, rest);
	}
	if (!play->is_on)
		return fail(play, "the terminal is off");
	if (strcmp(what, "time") == 0)
		return expect_time(play, what,
			trusted_time_now(&play->time, play->clock_s, play->boottime_ms), rest);
	if (strcmp(what, "floor") == 0)
		return expect_time(
			play, what, trusted_time_floor(&play->time, play->boottime_ms), rest);
	if (strcmp(what, "clock") != 0)
		return fail(play, "time, floor, saved and clock can be expected, not '%s'", what);
	is_behind = play->clock_s < trusted_time_floor(&play->time, play->boottime_ms);
	expect_word(play, rest, is_behind ? "behind" : "good");
}

static const struct verb {
	const char *name;
	bool needs_power;
	void (*play)(struct play *play, char **rest);
} verbs[] = {
	{"root", false, do_root},
	{"boot", false, do_boot},
	{"off", true, do_off},
	{"runs", true, do_runs},
	{"sleeps", true, do_sleeps},
	{"clock", true, do_clock},
	{"arrives", true, do_arrives},
	{"loses", false, do_loses},
	{"expect", false, do_expect},
};

static void play_line(struct play *play, char *line)
{
	char *rest = line;
	const char *word;

	line[strcspn(line, "\r\n")] = '\0';
	word = next(&rest);
	if (!*word || *word == '#')
		return;
	for (size_t i = 0; i < COUNT(verbs); i++) {
		if (strcmp(verbs[i].name, word) != 0)
			continue;
		if (verbs[i].needs_power && !play->is_on)
			return fail(play, "the terminal is off");
		verbs[i].play(play, &rest);
		if (!play->failure[0] && *(word = next(&rest)))
			fail(play, "what is '%s'?", word);
		return;
	}
	fail(play, "a line cannot begin with '%s'", word);
}

static bool run(size_t number, const char *path)
{
	struct play play = {};
	FILE *file = fopen(path, "re");
	char line[256];

	if (!file)
		fail(&play, "cannot be read");
	while (file && !play.failure[0] && fgets(line, sizeof(line), file)) {
		play.line++;
		play_line(&play, line);
	}
	if (file)
		fclose(file);
	printf("%sok %zu - %s\n", play.failure[0] ? "not " : "", number, path);
	if (play.failure[0])
		printf("# line %u: %s\n", play.line, play.failure);
	return !play.failure[0];
}

int main(int argc, char **argv)
{
	glob_t found = {};
	bool all_good = true;
	char pattern[256];

	for (int i = 1; i < argc; i++) {
		snprintf(pattern, sizeof(pattern), strstr(argv[i], ".txt") ? "%s" : "%s/*.txt",
			argv[i]);
		glob(pattern, i > 1 ? GLOB_APPEND : 0, NULL, &found);
	}
	printf("1..%zu\n", found.gl_pathc);
	for (size_t i = 0; i < found.gl_pathc; i++)
		all_good &= run(i + 1, found.gl_pathv[i]);
	all_good &= found.gl_pathc > 0;
	globfree(&found);
	return all_good ? 0 : 1;
}
