/* A temporary folder of one test, and files in it. Every failure ends the test. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct temporary {
	char path[64];
	int fd;
};

/* For cmocka: *state becomes a struct temporary. */
int temporary_setup(void **state);
int temporary_teardown(void **state);

void temporary_write(
	const struct temporary *temporary, const char *name, const void *bytes, size_t size);
/* With a final NUL; for free(). */
char *temporary_read(const struct temporary *temporary, const char *name, size_t *ret_size);
bool temporary_has(const struct temporary *temporary, const char *name);
mode_t temporary_mode(const struct temporary *temporary, const char *name);
/* Removes every entry. */
void temporary_empty(const struct temporary *temporary);
/* How many entries there are. */
size_t temporary_count(const struct temporary *temporary);

/* No file of this process may grow beyond size, as on a full disk; the largest value lifts it. */
void limit_file_size(size_t size);
