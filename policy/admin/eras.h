/* The eras (元号): the one place to add the next. */
#pragma once

#include <stdint.h>

struct era {
	const char *name; /* "令和" */
	char letter;      /* "R9.4.1" */
	char code;        /* "5090401" */
	int first_year;   /* that its first one (元年) is */
	const char *first_day;
};

/* The newest first; each ends where the one before it in the table begins. */
extern const struct era eras[];
extern const unsigned n_eras;
