/*
 * The files that records lie in: records-N.jsonl, N from 1 without gaps, the highest the newest.
 * Touches disk. Knows nothing of what is in them.
 */
#pragma once

#include <stdint.h>

#define RECORD_FILE_NAME_SIZE 64

void record_file_name(uint64_t number, char ret[RECORD_FILE_NAME_SIZE]);
/* The N of "records-N.jsonl", written as record_file_name() writes it; 0 for any other name. Pure.
 */
uint64_t record_file_number(const char *name);

/* The highest N in the folder, or 0. 0 and *ret, or a negative errno. */
int record_files_newest(int directory_fd, uint64_t *ret);
/* The lowest N above after, or 0: there is none. 0 and *ret, or a negative errno. */
int record_files_next(int directory_fd, uint64_t after, uint64_t *ret);

/* Each the descriptor, or a negative errno: of no regular file is -EINVAL. The first for appending;
 * the second of a new file, whose name is durable then; the third for reading alone. */
int record_file_open(int directory_fd, uint64_t number);
int record_file_create(int directory_fd, uint64_t number);
int record_file_open_to_read(int directory_fd, uint64_t number);
