/* The options of a command, where their order does not matter: a table says where each goes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define ADMIN_OPTIONS_MAX 16
#define ADMIN_HELPED      (-1) /* no exit code: --help was asked for, and answered */

struct admin_option {
	const char *name;
	const char **word; /* takes a word that goes here; NULL: takes none */
	bool *is_given;    /* for those without a word */
};

/*
 * Reads the options of argv, and --help by print_help. EXIT_DONE with optind at the first word that
 * is none, ADMIN_HELPED, or EXIT_UNKNOWN after complaining and saying the usage.
 */
int admin_read_options(int argc, char **argv, const struct admin_option *options, size_t n_options,
	const char *usage, void (*print_help)(void));
