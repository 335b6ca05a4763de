/* What of a terminal an auth stack depends on: files of modules, members of groups. Touches disk.
 */
#pragma once

#include "agent/pam_module.h"

#define DOCTOR_FOLDERS_MAX 16

struct doctor_facts {
	int root_fd;
	char folders[DOCTOR_FOLDERS_MAX][64]; /* of modules; none: they cannot be looked for */
	size_t n_folders;
};

void doctor_facts_find(int root_fd, struct doctor_facts *ret);
/* facts is borrowed as the context. */
struct pam_facts doctor_facts_of(struct doctor_facts *facts);
