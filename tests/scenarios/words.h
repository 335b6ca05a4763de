/* The words of a line, one after the other. *rest is what is left of it, or NULL. */
#pragma once

#include <stdbool.h>

#include "tests/scenarios/play.h"

/* NULL when there is none. */
char *next_word(char **rest);
/* Takes the word, or words, if they come next. */
bool is_next(char **rest, const char *word);
/* A failure where there is none. */
unsigned next_number(struct play *play, char **rest);
/* "250ms", "30s", "20min" or "2h" in milliseconds; else a failure. */
uint64_t next_time(struct play *play, char **rest);
/* What is left, without taking it. */
const char *text_of(char **rest);
/* Takes everything that is left. */
const char *all_text(char **rest);
