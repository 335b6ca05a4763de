/* The recovery codes on one page of A4, plain text, for a printer: never a file. */
#pragma once

#include "policy/enrol_line.h"

#define ENROL_PAGE_SIZE 4096

/* Writes it: at most 60 lines of 72 columns, and a form feed. line: of RECOVERY. A secret. */
void enrol_page_write(const struct enrol_line *line, const char *user, const char *terminal,
	char ret[ENROL_PAGE_SIZE]);
