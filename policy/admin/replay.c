/* Records of terminals become insertions, each judged by what was known of the device last. */
#include "policy/admin/replay.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/replay_judge.h"
#include "policy/admin/replay_record.h"
#include "policy/characters.h"
#include "policy/cleanup.h"
#include "policy/printable.h"

/* Eight times what an agent writes: a collector may have wrapped it. */
#define LINE_SIZE  65536
#define LABEL_SIZE 1024

/* A record that says what became of a device. */
struct event {
	char boot_id[REPLAY_WORD_SIZE], port[REPLAY_NAME_SIZE];
	uint64_t sequence;
	uint32_t number;
	bool is_removal;
	struct replay_insertion insertion; /* of a removal: the terminal alone */
};

struct reading {
	struct replay *replay;
	const struct policy *policy;
	const struct media *media;
	struct json_line_reader reader;
	struct replay_record record;
	char line[LINE_SIZE];
	struct event *events;
	size_t n_events, allocated;
};

/* --- names of terminals --- */

static bool is_numbered(const char *name)
{
	static const char head[] = "records-";
	size_t digits;

	if (strncmp(name, head, strlen(head)) != 0)
		return false;
	name += strlen(head);
	digits = strspn(name, "0123456789");
	return digits > 0 && (name[digits] == '\0' || strcmp(name + digits, ".jsonl") == 0);
}

/* The last part of path, which is cut there. */
static char *cut_last(char *path)
{
	char *slash = strrchr(path, '/');

	if (!slash)
		return path;
	*slash = '\0';
	return slash + 1;
}

static void name_terminal(const char *file, char name[REPLAY_TERMINAL_SIZE])
{
	char path[PATH_MAX], *last, *dot;

	if (!realpath(file, path))
		snprintf(path, sizeof(path), "%s", file);
	last = cut_last(path);
	if (is_numbered(last))
		last = cut_last(path);
	else if ((dot = strrchr(last, '.')) && strcmp(dot, ".jsonl") == 0)
		*dot = '\0';
	printable_copy(name, REPLAY_TERMINAL_SIZE, last);
}

/* The terminal of a file, which other files may be of as well; NULL without memory. */
static struct replay_terminal *find_terminal(struct replay *replay, const char *file)
{
	CLEANUP(cleanup_free) struct replay_terminal *terminal = calloc(1, sizeof(*terminal));
	struct replay_terminal **terminals;

	if (!terminal)
		return NULL;
	name_terminal(file, terminal->name);
	for (size_t i = 0; i < replay->n_terminals; i++)
		if (strcmp(replay->terminals[i]->name, terminal->name) == 0)
			return replay->terminals[i];
	terminals = reallocarray(
		replay->terminals, replay->n_terminals + 1, sizeof(*replay->terminals));
	if (!terminals)
		return NULL;
	replay->terminals = terminals;
	return terminals[replay->n_terminals++] = TAKE(terminal);
}

/* --- lines --- */

static int note(struct replay *replay, const char *file, unsigned long line, const char *what)
{
	struct replay_note *kept;

	if (replay->n_notes++ >= REPLAY_NOTES_MAX)
		return 0;
	kept = &replay->notes[replay->n_notes - 1];
	*kept = (struct replay_note){.file = strdup(file), .line = line, .what = what};
	if (kept->file)
		return 0;
	replay->n_notes--;
	return -ENOMEM;
}

static void count_other(struct replay *replay, const char *event)
{
	char word[sizeof(replay->others[0].word)];

	printable_copy(word, sizeof(word), event);
	for (size_t i = 0; i < replay->n_others; i++)
		if (strcmp(replay->others[i].word, word) == 0) {
			replay->others[i].count++;
			return;
		}
	if (replay->n_others == REPLAY_WORDS_MAX) {
		replay->n_more_others++;
		return;
	}
	memcpy(replay->others[replay->n_others].word, word, sizeof(word));
	replay->others[replay->n_others++].count = 1;
}

static struct event *add_event(struct reading *reading)
{
	if (reading->n_events == reading->allocated) {
		size_t allocated = reading->allocated ? 2 * reading->allocated : 256;
		struct event *events =
			reallocarray(reading->events, allocated, sizeof(*reading->events));

		if (!events)
			return NULL;
		reading->events = events;
		reading->allocated = allocated;
	}
	return &reading->events[reading->n_events];
}

static void clear_insertion(struct replay_insertion *insertion)
{
	free(insertion->device);
	free(insertion->serial);
}

static char *printable(const char *text)
{
	char label[LABEL_SIZE];

	printable_copy(label, sizeof(label), text);
	return strdup(label);
}

static int describe(const struct replay_record *record, struct replay_insertion *ret)
{
	char label[LABEL_SIZE];

	snprintf(label, sizeof(label), "%04x:%04x%s%s%s%s", record->vendor, record->product,
		record->manufacturer[0] ? " " : "", record->manufacturer,
		record->model[0] ? " " : "", record->model);
	ret->device = printable(label);
	ret->serial = printable(record->serial);
	return ret->device && ret->serial ? 0 : -ENOMEM;
}

static int take_event(struct reading *reading, struct replay_terminal *terminal, bool is_removal)
{
	const struct replay_record *record = &reading->record;
	struct event *event = add_event(reading);
	int r;

	if (!event)
		return -ENOMEM;
	*event = (struct event){
		.sequence = record->sequence,
		.number = record->number,
		.is_removal = is_removal,
		.insertion = {.terminal = terminal,
			.time_ms = record->time_ms,
			.was_let_in = record->verdict != VERDICT_BLOCK},
	};
	memcpy(event->boot_id, record->boot_id, sizeof(event->boot_id));
	memcpy(event->port, record->port, sizeof(event->port));
	if (!is_removal) {
		r = describe(record, &event->insertion);
		if (r == 0)
			r = replay_judge(
				record, reading->policy, reading->media, &event->insertion);
		if (r < 0) {
			clear_insertion(&event->insertion);
			return r;
		}
	}
	reading->n_events++;
	return 0;
}

static int take_line(struct reading *reading, const char *file, unsigned long number,
	struct replay_terminal *terminal, bool is_last)
{
	size_t size = strlen(reading->line);
	bool is_cut = size == 0 || reading->line[size - 1] != '\n';
	enum replay_kind kind =
		replay_record_read(&reading->reader, reading->line, size, &reading->record);

	switch (kind) {
	case REPLAY_FOREIGN:
		return note(reading->replay, file, number,
			is_cut && is_last ? "the last line is cut" : "no record of sekisho");
	case REPLAY_DAMAGED: return note(reading->replay, file, number, "a damaged record");
	case REPLAY_OTHER: count_other(reading->replay, reading->record.event); return 0;
	case REPLAY_REMOVED:
	case REPLAY_JUDGED: return take_event(reading, terminal, kind == REPLAY_REMOVED);
	}
	return 0;
}

/* What is left of a line that found no room. */
static void skip_line(FILE *from)
{
	int c;

	do
		c = getc(from);
	while (c != EOF && c != '\n');
}

static int read_lines(struct reading *reading, const char *file, FILE *from)
{
	struct replay_terminal *terminal = find_terminal(reading->replay, file);
	int r = terminal ? 0 : -ENOMEM;

	for (unsigned long number = 1; r == 0 && fgets(reading->line, LINE_SIZE, from); number++) {
		if (strlen(reading->line) == LINE_SIZE - 1 &&
			reading->line[LINE_SIZE - 2] != '\n') {
			skip_line(from);
			r = note(reading->replay, file, number, "a line too long for a record");
			continue;
		}
		r = take_line(reading, file, number, terminal, feof(from));
	}
	return r == 0 && ferror(from) ? -EIO : r;
}

static int read_file(struct reading *reading, const char *file)
{
	FILE *from = fopen(file, "re");
	int r;

	if (!from) {
		r = -errno;
		admin_complain("%s cannot be read: %s", file, strerror(-r));
		return r;
	}
	errno = 0;
	r = read_lines(reading, file, from);
	if (r < 0 && r != -ENOMEM)
		admin_complain("%s cannot be read: %s", file, strerror(errno ? errno : -r));
	fclose(from);
	return r;
}

/* --- insertions --- */

/* What happened at one port in one boot stands together, in its order. */
static int compare_events(const void *left, const void *right)
{
	const struct event *a = left, *b = right;
	int order = strcmp(a->insertion.terminal->name, b->insertion.terminal->name);

	if (order == 0)
		order = strcmp(a->boot_id, b->boot_id);
	if (order == 0)
		order = strcmp(a->port, b->port);
	if (order == 0)
		order = (a->sequence > b->sequence) - (a->sequence < b->sequence);
	return order;
}

static bool is_same_insertion(const struct event *a, const struct event *b)
{
	return a->insertion.terminal == b->insertion.terminal && a->number == b->number &&
	       strcmp(a->boot_id, b->boot_id) == 0 && strcmp(a->port, b->port) == 0;
}

/* Each event gives its strings away, or loses them. */
static int gather(struct reading *reading)
{
	struct replay *replay = reading->replay;

	replay->insertions = calloc(reading->n_events + 1, sizeof(*replay->insertions));
	if (!replay->insertions)
		return -ENOMEM;
	if (reading->n_events > 0)
		qsort(reading->events, reading->n_events, sizeof(*reading->events), compare_events);
	for (size_t i = 0; i < reading->n_events; i++) {
		struct event *event = &reading->events[i];
		const struct event *next = i + 1 < reading->n_events ? event + 1 : NULL;

		if (next && compare_events(event, next) == 0) {
			replay->n_repeated++;
			continue;
		}
		/* More is known later, up to the end of the insertion. */
		if (event->is_removal ||
			(next && !next->is_removal && is_same_insertion(event, next)))
			continue;
		replay->insertions[replay->n_insertions++] = event->insertion;
		event->insertion.device = event->insertion.serial = NULL;
	}
	return 0;
}

static void free_reading(struct reading **reading)
{
	if (!*reading)
		return;
	for (size_t i = 0; i < (*reading)->n_events; i++)
		clear_insertion(&(*reading)->events[i].insertion);
	free((*reading)->events);
	json_line_reader_clear(&(*reading)->reader);
	free(*reading);
}

int replay_read(char *const *files, size_t n_files, const struct policy *policy,
	const struct media *media, struct replay **ret)
{
	CLEANUP(replay_free) struct replay *replay = calloc(1, sizeof(*replay));
	CLEANUP(free_reading) struct reading *reading = calloc(1, sizeof(*reading));
	int r = replay && reading ? json_line_reader_init(&reading->reader) : -ENOMEM;

	if (r == 0) {
		reading->replay = replay;
		reading->policy = policy;
		reading->media = media;
	}
	for (size_t i = 0; r == 0 && i < n_files; i++)
		r = read_file(reading, files[i]);
	if (r == 0)
		r = gather(reading);
	if (r == 0)
		*ret = TAKE(replay);
	if (r == -ENOMEM)
		admin_complain("there is not enough memory");
	return r;
}

void replay_free(struct replay **replay)
{
	struct replay *old = *replay;

	if (!old)
		return;
	for (size_t i = 0; i < old->n_insertions; i++)
		clear_insertion(&old->insertions[i]);
	for (size_t i = 0; i < old->n_notes && i < REPLAY_NOTES_MAX; i++)
		free(old->notes[i].file);
	for (size_t i = 0; i < old->n_terminals; i++)
		free(old->terminals[i]);
	free(old->terminals);
	free(old->insertions);
	free(old);
}
