/* The files of the records to be read: those of the agent, or copies that somebody names. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct cli_record_file {
	char *name;
	uint64_t number; /* the N of "records-N.jsonl"; 0: it has another name */
	int fd;
};

struct cli_record_files {
	struct cli_record_file *items;
	size_t n;
};

/* Asks the agent for all of them. 0 and *ret, or a negative errno after it told the person. */
int cli_record_files_ask(struct cli_record_files *ret);

/*
 * Opens files by their paths: in the order of their numbers where each has one, else as they are
 * named. 0 and *ret, or a negative errno after it told the person.
 */
int cli_record_files_open(char **paths, size_t n_paths, struct cli_record_files *ret);

/* For CLEANUP(). */
void cli_record_files_clear(struct cli_record_files *files);
