/* A command whose first word says which of several things it does, each with options of its own. */
#pragma once

#include <stddef.h>

struct subcommand {
	const char *word, *usage, *summary;
	int (*run)(int argc, char **argv); /* argv[0] is word; returns the exit code */
};

struct subcommand_table {
	const char *command;
	const char *about;       /* of --help: the lines between usage and summaries */
	const char *exit_status; /* its last line */
	const struct subcommand *rows;
	size_t n_rows;
};

/* Runs the one that argv[1] names, or prints the help of the command. Exit code. */
int subcommand_run(const struct subcommand_table *table, int argc, char **argv);
