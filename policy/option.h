/*
 * Options by getopt_long(3), each written out: what is only the beginning of a name today may be
 * the beginning of two after an update, and a script that used it fails or does something else.
 * Nothing but this calls getopt_long().
 */
#pragma once

#include <getopt.h>
#include <stdio.h>
#include <string.h>

/*
 * As getopt_long(), also '?' for a name that is cut short: said on stderr where getopt_long() would
 * complain, and optarg is the word that was typed. ret_index may be NULL.
 */
static inline int option_next(int argc, char *const *argv, const char *letters,
	const struct option *table, int *ret_index)
{
	int index = -1, value = getopt_long(argc, argv, letters, table, &index);
	char *word;

	if (value < 0 || index < 0)
		return value;
	if (ret_index)
		*ret_index = index;
	/* A word of its own is the option's argument, behind it. */
	word = argv[optind - 1];
	if (table[index].has_arg != no_argument && optarg == word)
		word = argv[optind - 2];
	if (strcspn(word + 2, "=") == strlen(table[index].name))
		return value;
	if (opterr && letters[0] != ':')
		fprintf(stderr, "%s: '%s' is cut short: it is --%s\n", argv[0], word,
			table[index].name);
	optarg = word;
	return '?';
}
