#include "policy/admin/subcommand.h"

#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"

static void print_help(const struct subcommand_table *table)
{
	for (size_t i = 0; i < table->n_rows; i++)
		printf("%s sekisho-admin %s\n", i == 0 ? "usage:" : "      ", table->rows[i].usage);
	printf("\n%s", table->about);
	for (size_t i = 0; i < table->n_rows; i++)
		printf("  %-12s %s\n", table->rows[i].word, table->rows[i].summary);
	printf("%s", table->exit_status);
}

static int complain_of_word(const struct subcommand_table *table)
{
	fprintf(stderr, "usage: sekisho-admin %s {", table->command);
	for (size_t i = 0; i < table->n_rows; i++)
		fprintf(stderr, "%s%s", i == 0 ? "" : " | ", table->rows[i].word);
	fprintf(stderr, "} ...\n");
	return EXIT_UNKNOWN;
}

int subcommand_run(const struct subcommand_table *table, int argc, char **argv)
{
	const char *word = argc >= 2 ? argv[1] : "";

	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
		print_help(table);
		return EXIT_DONE;
	}
	for (size_t i = 0; i < table->n_rows; i++)
		if (strcmp(word, table->rows[i].word) == 0)
			return table->rows[i].run(argc - 1, argv + 1);
	return complain_of_word(table);
}
