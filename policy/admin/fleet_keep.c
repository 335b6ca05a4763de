/* sekisho-admin fleet records: what terminals handed up of their records, a file for each. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "policy/admin/admin.h"
#include "policy/admin/fleet_collect.h"
#include "policy/admin/fleet_command.h"
#include "policy/admin/fleet_records.h"
#include "policy/admin/options.h"
#include "policy/cleanup.h"

static void print_help(void)
{
	printf("usage: sekisho-admin " FLEET_RECORDS_USAGE "\n\n"
	       "Puts together the records that terminals signed and handed up, where no syslog\n"
	       "carries them on: DIR/TERMINAL.jsonl, each record once and in order. Says where "
	       "some\n"
	       "are missing, and where two have the same number.\n"
	       "  FOLDER     of the site or of a tier; this one if not given\n"
	       "  --to DIR   files that are there are read too, and replaced\n"
	       "  --up DIR   where they came, if not in up/ of the site's folder\n"
	       "Exit status: 0 all is there, 1 something is missing, 2 could not be tried.\n");
}

struct keeping {
	const char *up, *to;
	struct collected collected;
	size_t n;
};

static int take_lines(void *context, const char *terminal, const char *lines, size_t size)
{
	return collected_take(context, terminal, lines, size);
}

static int complain_gap(const struct collected_line *before, const struct collected_line *line)
{
	if (line->behind > 0)
		return EXIT_DONE;
	if (before->sequence == line->sequence && before->behind == 0) {
		admin_complain(
			"%s: two records have the number %" PRIu64, line->terminal, line->sequence);
		return EXIT_NO;
	}
	if (line->sequence == before->sequence + 1 + before->behind ||
		line->sequence == before->sequence + 1)
		return EXIT_DONE;
	admin_complain("%s: records %" PRIu64 " to %" PRIu64 " are missing", line->terminal,
		before->sequence + 1, line->sequence - 1);
	return EXIT_NO;
}

/* The lines of one terminal. */
static int write_terminal(
	const struct keeping *keeping, const struct collected_line *lines, size_t n)
{
	CLEANUP(cleanup_free)
	char *path = admin_format("%s/%s.jsonl", keeping->to, lines->terminal);
	CLEANUP(cleanup_free) char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);
	int code = EXIT_DONE;

	if (!memory || !path)
		return admin_no_memory();
	for (size_t i = 0; i < n; i++) {
		int one = i > 0 ? complain_gap(&lines[i - 1], &lines[i]) : EXIT_DONE;

		code = one > code ? one : code;
		fwrite(lines[i].text, 1, lines[i].size, memory);
		fputc('\n', memory);
	}
	if (fclose(memory) != 0)
		return admin_no_memory();
	return admin_replace(path, text, size) < 0 ? EXIT_UNKNOWN : code;
}

static int write_all(struct keeping *keeping)
{
	const struct collected *collected = &keeping->collected;
	int code = EXIT_DONE;

	for (size_t i = 0, end; code < EXIT_UNKNOWN && i < collected->n; i = end) {
		int one;

		for (end = i + 1; end < collected->n; end++)
			if (strcmp(collected->items[i].terminal, collected->items[end].terminal) !=
				0)
				break;
		one = write_terminal(keeping, &collected->items[i], end - i);
		code = one > code ? one : code;
		keeping->n++;
	}
	return code;
}

static int run(struct fleet *fleet, void *context)
{
	struct keeping *keeping = context;
	int code;

	if (collected_init(&keeping->collected) < 0)
		return admin_no_memory();
	code = fleet_records_files(keeping->to, take_lines, &keeping->collected);
	if (code == EXIT_DONE)
		code = fleet_records_up(fleet, keeping->up, take_lines, &keeping->collected);
	if (code == EXIT_DONE) {
		collected_sort(&keeping->collected);
		code = write_all(keeping);
	}
	collected_clear(&keeping->collected);
	return code;
}

int admin_fleet_records(int argc, char **argv)
{
	struct fleet_words words = {0};
	struct keeping keeping = {0};
	const struct admin_option table[] = {{"up", &words.up, NULL}, {"to", &keeping.to, NULL}};
	int code = admin_read_options(argc, argv, table, 2, FLEET_RECORDS_USAGE, print_help);

	if (code == EXIT_DONE)
		code = fleet_read_folder(argc, argv, FLEET_RECORDS_USAGE, &words);
	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	if (!keeping.to)
		return admin_misused(FLEET_RECORDS_USAGE, "--to says where they are to go");
	if (mkdir(keeping.to, 0750) < 0 && errno != EEXIST) {
		admin_complain("%s cannot be made: %s", keeping.to, strerror(errno));
		return EXIT_UNKNOWN;
	}
	keeping.up = words.up;
	code = fleet_each(&words, run, &keeping);
	if (code < EXIT_UNKNOWN)
		printf("%s: the records of %zu terminal%s\n", keeping.to, keeping.n,
			keeping.n == 1 ? "" : "s");
	return code;
}
