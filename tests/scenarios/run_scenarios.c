/*
 * Plays transcripts against the core of sekishod and compares what it asks for; README.md says how
 * a transcript reads. Prints TAP, one test for each file. Runs in the root of the source tree.
 *
 *	run_scenarios FOLDER		every .txt in it, then random events
 *	run_scenarios FILE …		these only
 *	run_scenarios --seed=N		one run of random events, as a failure named it
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/scenarios/random_events.h"
#include "tests/scenarios/settings.h"
#include "tests/scenarios/verbs.h"
#include "tests/scenarios/words.h"

#define RANDOM_RUNS    400
#define LINE_MAX_BYTES 512

static void expect_items(struct play *play, char *items)
{
	char *item;

	while ((item = strsep(&items, ",")) && !play->failure[0]) {
		size_t length;

		item += strspn(item, " \t");
		length = strcspn(item, "\r\n");
		while (length > 0 && (item[length - 1] == ' ' || item[length - 1] == '\t'))
			length--;
		item[length] = '\0';
		if (length > 0)
			play_expect(play, item);
	}
}

/* The last event is over: everything the core said was expected, and something was said of it. */
static void finish_event(struct play *play)
{
	if (!play->is_answered)
		play_fail(play, "nothing is said of what is expected");
	play_check_answers(play);
}

/* Nobody slept: the core's own alarms come in the order of time. */
static void advance(struct play *play, uint64_t time_ms)
{
	if (time_ms < play->now_ms)
		play_fail(play, "time goes backwards");
	if (play->wake_ms < time_ms)
		play_fail(play, "the core asked to be woken at %llums",
			(unsigned long long)play->wake_ms);
	play->now_ms = time_ms;
}

/* Time passes with nothing but the core's own alarms. */
static void wait_until(struct play *play, uint64_t time_ms)
{
	while (play->wake_ms <= time_ms && !play->failure[0]) {
		struct core_event tick = {.kind = EVENT_TICK};

		play->now_ms = play->wake_ms;
		play_event(play, &tick);
	}
	play->now_ms = time_ms;
}

static void play_timed(struct play *play, const char *verb, char *rest)
{
	char *expect = strstr(rest, " expect ");
	uint64_t time_ms;

	if (expect) {
		*expect = '\0';
		expect += strlen(" expect ");
	}
	time_ms = next_time(play, &rest);
	play->is_answered = false;
	if (strcmp(verb, "until") == 0) {
		wait_until(play, time_ms);
	} else {
		advance(play, time_ms);
		if (!play->failure[0])
			play_verb(play, rest);
	}
	if (expect)
		expect_items(play, expect);
}

static void play_line(struct play *play, char *line)
{
	char *rest = line;
	const char *verb;

	line[strcspn(line, "\r\n")] = '\0';
	verb = next_word(&rest);
	if (!verb || *verb == '#')
		return;
	if (!rest)
		rest = line + strlen(line);
	if (strcmp(verb, "expect") == 0)
		return expect_items(play, rest);
	finish_event(play);
	if (strcmp(verb, "at") == 0 || strcmp(verb, "until") == 0)
		play_timed(play, verb, rest);
	else if (strcmp(verb, "check") == 0)
		play_look(play, rest);
	else if (!play_setting(play, verb, rest))
		play_fail(play, "a line cannot begin with '%s'", verb);
}

static void play_file(struct play *play, FILE *file)
{
	char line[LINE_MAX_BYTES];

	play->is_answered = true;
	while (!play->failure[0] && fgets(line, sizeof(line), file)) {
		play->line++;
		if (!strchr(line, '\n'))
			play_fail(play, "a line is too long, or has no end");
		else
			play_line(play, line);
	}
	if (!play->failure[0])
		finish_event(play);
}

/* Every line of a failure as a comment of TAP. */
static void say_failure(const char *failure)
{
	const char *line = failure;

	while (*line) {
		int length = (int)strcspn(line, "\n");

		printf("# %.*s\n", length, line);
		line += length + (line[length] == '\n');
	}
}

static bool say(size_t number, const char *name, const char *failure)
{
	printf("%sok %zu - %s\n", failure[0] ? "not " : "", number, name);
	say_failure(failure);
	return !failure[0];
}

static bool run(size_t number, const char *path)
{
	static struct play play;
	FILE *file = fopen(path, "re");
	bool is_good;

	play_begin(&play, path);
	if (file) {
		play_file(&play, file);
		fclose(file);
	} else {
		play_fail(&play, "cannot be read");
	}
	is_good = say(number, path, play.failure);
	play_end(&play);
	return is_good;
}

static bool run_random(size_t number, unsigned long first_seed, unsigned runs)
{
	static char failure[1024];

	failure[0] = '\0';
	for (unsigned i = 0; i < runs && !failure[0]; i++)
		random_events(first_seed + i, failure, sizeof(failure));
	return say(number, "whatever happens, the ports are as the policy says", failure);
}

static bool run_folder(const char *folder)
{
	glob_t found = {};
	char pattern[256];
	bool all_good;

	snprintf(pattern, sizeof(pattern), "%s/*.txt", folder);
	all_good = glob(pattern, 0, NULL, &found) == 0;
	printf("1..%zu\n", found.gl_pathc + 1);
	for (size_t i = 0; i < found.gl_pathc; i++)
		all_good &= run(i + 1, found.gl_pathv[i]);
	all_good &= run_random(found.gl_pathc + 1, 1, RANDOM_RUNS);
	globfree(&found);
	return all_good;
}

static bool run_files(int count, char **files)
{
	bool all_good = count > 0;

	printf("1..%d\n", count);
	for (int i = 0; i < count; i++)
		all_good &= run((size_t)i + 1, files[i]);
	return all_good;
}

int main(int argc, char **argv)
{
	const char *seed = argc == 2 && strncmp(argv[1], "--seed=", 7) == 0 ? argv[1] + 7 : NULL;
	size_t length = argc == 2 ? strlen(argv[1]) : 0;
	bool is_file = length > 4 && strcmp(argv[1] + length - 4, ".txt") == 0;
	bool all_good;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (seed) {
		puts("1..1");
		all_good = run_random(1, strtoul(seed, NULL, 10), 1);
	} else if (argc == 2 && !is_file) {
		all_good = run_folder(argv[1]);
	} else {
		all_good = run_files(argc - 1, argv + 1);
	}
	return all_good ? 0 : 1;
}
