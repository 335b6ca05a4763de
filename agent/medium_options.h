/* File systems that media may have, and how each is mounted for one person. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define MEDIUM_OPTIONS_MAX 12

/* One option of fsconfig(2): a flag where value is empty. */
struct medium_option {
	const char *key; /* static */
	char value[24];
};

/* The name that the kernel has for what libblkid calls type; NULL: we know of none such. */
const char *medium_file_system(const char *type);

/* Whether it can be written to. */
bool medium_file_system_is_writable(const char *type);

/* Whether words, with a space between them, hold the whole word type. */
bool medium_file_system_is_allowed(const char *words, const char *type);

/*
 * The options beside "source", of files that belong to uid and gid where the file system knows no
 * owners. Returns how many.
 */
unsigned medium_options(const char *type, uint32_t uid, uint32_t gid, bool is_writable,
	struct medium_option ret[MEDIUM_OPTIONS_MAX]);
