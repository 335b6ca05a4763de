/*
 * The words of sekisho in the language of whoever reads them: gettext, domain "sekisho". The
 * message in the source is the English one; packaging/translations has the others.
 */
#pragma once

#include <libintl.h>

#define _(message) gettext(message)
/* Marks a message that is translated elsewhere, where it is printed. */
#define N_(message) message

/*
 * Takes the language from the environment. English where the terminal is the linux console
 * (TERM=linux, also at the far end of ssh), which has no kanji.
 */
void cli_text_init(void);
