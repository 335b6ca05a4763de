/* Text on a terminal, broken between words instead of in them, wide characters counted as two. */
#pragma once

#include <stddef.h>
#include <stdio.h>

/* Columns that text takes on a terminal; bytes that the locale cannot read count one each. */
size_t cli_width_of(const char *text);

/* Columns of the terminal that is standard output; 0: it is none, or does not say. */
size_t cli_screen_width(void);

/*
 * Prints text that begins in column at; further lines begin in column indent. Broken where there
 * are spaces and beside wide characters, so that no line is longer than width if that can be had;
 * width 0: not at all.
 */
void cli_wrap_print(FILE *out, const char *text, size_t at, size_t indent, size_t width);
