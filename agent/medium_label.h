/* The name of the folder in which a medium is shown, from the label that a stranger wrote on it.
 * Pure. */
#pragma once

#include <stddef.h>

#define MEDIUM_LABEL_SIZE 80 /* 72 bytes of label, and room for a number */

/*
 * Makes a name of a folder of label: no "/", nothing that moves the cursor, hides or turns the
 * direction of text, no dot or hyphen in front, no space at either end, no bytes that are not
 * UTF-8; cut between characters. Where nothing is left: fallback, which is ASCII.
 */
void medium_label_make(const char *label, const char *fallback, char ret[MEDIUM_LABEL_SIZE]);

/* The name for attempt 0, 1, …: "LABEL", "LABEL (2)", … */
void medium_label_number(const char *name, unsigned attempt, char ret[MEDIUM_LABEL_SIZE]);
