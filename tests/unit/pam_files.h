/* PAM's files in memory, for the tests of what reads them. */
#pragma once

#include "tests/unit/fixture.h"

#include <errno.h>

#include "agent/pam_verdict.h"

struct pam_file {
	const char *path, *text; /* text NULL: it cannot be read */
};

#define PAM_FILES_MAX 6

static inline int pam_files_read(void *context, const char *path, char **ret, size_t *ret_size)
{
	const struct pam_file *files = context;

	for (size_t i = 0; i < PAM_FILES_MAX && files[i].path; i++) {
		if (strcmp(files[i].path, path) != 0)
			continue;
		if (!files[i].text)
			return -EACCES;
		*ret = strdup(files[i].text);
		*ret_size = strlen(files[i].text);
		return *ret ? 0 : -ENOMEM;
	}
	return -ENOENT;
}

static inline struct pam_stack pam_files_stack(
	const struct pam_file files[PAM_FILES_MAX], bool is_debian)
{
	struct pam_file copy[PAM_FILES_MAX];
	const struct pam_source source = {.read = pam_files_read,
		.context = copy,
		.has_folder = true,
		.is_debian = is_debian};
	struct pam_stack stack;

	memcpy(copy, files, sizeof(copy));
	assert_int_equal(pam_stack_read(&source, "login", &stack), 0);
	return stack;
}

static inline struct pam_stack pam_stack_of(const char *text)
{
	const struct pam_file files[PAM_FILES_MAX] = {{PAM_FOLDER "/login", text}};

	return pam_files_stack(files, true);
}
