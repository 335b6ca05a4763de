#include "policy/admin/replay_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/timestamp.h"

static const struct {
	const char *says;
	bool has_reason;
} changes[REPLAY_CHANGE_COUNT] = {
	[REPLAY_UNKNOWN] = {"could not be judged: their records have no descriptors", false},
	[REPLAY_NOW_REFUSED] = {"would now be refused", true},
	[REPLAY_NOW_LET_IN] = {"would now be let in", true},
	[REPLAY_NOW_LESS] = {"would be let in with fewer interfaces", true},
	[REPLAY_NOW_MORE] = {"would be let in with more interfaces", true},
	[REPLAY_SAME] = {"would stay as they are", false},
};

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* By what a person would do about it; each line of the report is a run of equals. */
static int compare_groups(const struct replay_insertion *a, const struct replay_insertion *b)
{
	int order = compare_numbers(a->change, b->change);

	if (order == 0)
		order = strcmp(a->device, b->device);
	if (order == 0)
		order = strcmp(a->serial, b->serial);
	if (order == 0)
		order = compare_numbers(a->device_class, b->device_class);
	if (order == 0)
		order = compare_numbers(a->reason.code, b->reason.code);
	if (order == 0)
		order = compare_numbers(a->reason.line, b->reason.line);
	return order ? order : strcmp(a->reason.text, b->reason.text);
}

static int compare(const void *left, const void *right)
{
	const struct replay_insertion *a = left, *b = right;
	int order = compare_groups(a, b);

	if (order == 0)
		order = strcmp(a->terminal->name, b->terminal->name);
	return order ? order : compare_numbers((uint64_t)a->time_ms, (uint64_t)b->time_ms);
}

static const char *time_words(int64_t time_ms, char buffer[TIMESTAMP_SIZE])
{
	int offset_minutes;

	(void)admin_now(&offset_minutes);
	timestamp_format(time_ms / 1000, offset_minutes, buffer);
	return buffer;
}

/* Insertions begin to end - 1 are of one group. Returns where those of its first terminal end. */
static size_t print_terminal(const struct replay *replay, size_t begin, size_t end)
{
	const struct replay_insertion *first = &replay->insertions[begin];
	int64_t last_ms = first->time_ms;
	char last[TIMESTAMP_SIZE];
	size_t i = begin;

	for (; i < end && replay->insertions[i].terminal == first->terminal; i++)
		if (replay->insertions[i].time_ms > last_ms)
			last_ms = replay->insertions[i].time_ms;
	printf("    %s: %zu time%s, last %s\n", first->terminal->name, i - begin,
		i - begin == 1 ? "" : "s", time_words(last_ms, last));
	return i;
}

static void print_reason(const struct reason *reason, const char *draft)
{
	struct reason without_line = *reason;
	char sentence[256];

	without_line.line = 0; /* it stands in front */
	reason_describe(&without_line, sentence, sizeof(sentence));
	if (reason->line > 0)
		printf("    %s:%u: %s\n", draft, reason->line, sentence);
	else
		printf("    %s\n", sentence);
}

static void print_group(const struct replay *replay, size_t begin, size_t end, const char *draft)
{
	const struct replay_insertion *first = &replay->insertions[begin];

	printf("  %s%s%s (%s)\n", first->device, first->serial[0] ? ", serial " : "", first->serial,
		device_class_name(first->device_class));
	if (changes[first->change].has_reason)
		print_reason(&first->reason, draft);
	while (begin < end)
		begin = print_terminal(replay, begin, end);
}

/* Where the insertions of that change end that begin there. */
static size_t end_of(const struct replay *replay, size_t begin, enum replay_change change)
{
	while (begin < replay->n_insertions && replay->insertions[begin].change == change)
		begin++;
	return begin;
}

static size_t count_terminals(const struct replay *replay, size_t begin, size_t end)
{
	size_t count = 0;

	for (size_t i = 0; i < replay->n_terminals; i++)
		replay->terminals[i]->is_counted = false;
	for (size_t i = begin; i < end; i++) {
		struct replay_terminal *terminal = replay->insertions[i].terminal;

		count += !terminal->is_counted;
		terminal->is_counted = true;
	}
	return count;
}

/* "would stay as they are" by class, because that is long and nobody has to act on it. */
static void print_classes(const struct replay *replay, size_t begin, size_t end, bool was_let_in)
{
	size_t counts[CLASS_COUNT] = {0};
	bool is_first = true;

	for (size_t i = begin; i < end; i++)
		if (replay->insertions[i].was_let_in == was_let_in)
			counts[replay->insertions[i].device_class]++;
	for (unsigned i = 0; i < CLASS_COUNT; i++) {
		if (counts[i] == 0)
			continue;
		printf("%s %s %zu", is_first ? (was_let_in ? "  let in:" : "  refused:") : ",",
			device_class_name(i), counts[i]);
		is_first = false;
	}
	if (!is_first)
		printf("\n");
}

static void print_change(const struct replay *replay, size_t begin, size_t end, const char *draft)
{
	enum replay_change change = replay->insertions[begin].change;
	size_t terminals = count_terminals(replay, begin, end), insertions = end - begin;

	printf("%zu terminal%s, %zu insertion%s %s%s\n", terminals, terminals == 1 ? "" : "s",
		insertions, insertions == 1 ? "" : "s", changes[change].says,
		change == REPLAY_UNKNOWN ? "" : ":");
	if (change == REPLAY_SAME) {
		print_classes(replay, begin, end, true);
		print_classes(replay, begin, end, false);
		return;
	}
	while (begin < end) {
		size_t next = begin;

		while (next < end &&
			compare_groups(&replay->insertions[begin], &replay->insertions[next]) == 0)
			next++;
		print_group(replay, begin, next, draft);
		begin = next;
	}
}

static void print_span(const struct replay *replay, const char *draft)
{
	int64_t first_ms = INT64_MAX, last_ms = INT64_MIN;
	char first[TIMESTAMP_SIZE], last[TIMESTAMP_SIZE];
	size_t terminals;

	for (size_t i = 0; i < replay->n_insertions; i++) {
		int64_t time_ms = replay->insertions[i].time_ms;

		first_ms = time_ms < first_ms ? time_ms : first_ms;
		last_ms = time_ms > last_ms ? time_ms : last_ms;
	}
	if (replay->n_insertions == 0) {
		printf("%s: there is no insertion in these records\n", draft);
		return;
	}
	terminals = count_terminals(replay, 0, replay->n_insertions);
	printf("%s: %zu insertion%s at %zu terminal%s, from %s to %s\n", draft,
		replay->n_insertions, replay->n_insertions == 1 ? "" : "s", terminals,
		terminals == 1 ? "" : "s", time_words(first_ms, first), time_words(last_ms, last));
}

static void print_passed_over(const struct replay *replay)
{
	for (size_t i = 0; i < replay->n_notes && i < REPLAY_NOTES_MAX; i++)
		printf("passed over: %s:%lu: %s\n", replay->notes[i].file, replay->notes[i].line,
			replay->notes[i].what);
	if (replay->n_notes > REPLAY_NOTES_MAX)
		printf("passed over: and %zu more lines\n", replay->n_notes - REPLAY_NOTES_MAX);
	if (replay->n_repeated > 0)
		printf("passed over: %zu records that stand here more than once\n",
			replay->n_repeated);
	if (replay->n_others == 0)
		return;
	printf("other events:");
	for (size_t i = 0; i < replay->n_others; i++)
		printf("%s %s %zu", i == 0 ? "" : ",", replay->others[i].word,
			replay->others[i].count);
	if (replay->n_more_others > 0)
		printf(", and %zu more", replay->n_more_others);
	printf("\n");
}

size_t replay_report(struct replay *replay, const char *draft, bool *ret_is_sure)
{
	size_t differences = 0, unknown = 0;

	if (replay->n_insertions > 0)
		qsort(replay->insertions, replay->n_insertions, sizeof(*replay->insertions),
			compare);
	print_span(replay, draft);
	unknown = end_of(replay, 0, REPLAY_UNKNOWN);
	for (size_t begin = unknown, end; begin < replay->n_insertions; begin = end) {
		enum replay_change change = replay->insertions[begin].change;

		end = end_of(replay, begin, change);
		if (change != REPLAY_SAME)
			differences += end - begin;
		print_change(replay, begin, end, draft);
	}
	if (unknown > 0)
		print_change(replay, 0, unknown, draft);
	print_passed_over(replay);
	*ret_is_sure = unknown == 0 && replay->n_insertions > 0;
	return differences;
}
