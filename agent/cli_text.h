/*
 * The words of sekisho in the language of whoever reads them: gettext, domain "sekisho". The
 * message in the source is the English one; packaging/translations has the others.
 */
#pragma once

#include <libintl.h>

#define _(message) gettext(message)
/* The same message may have to be another one elsewhere: context, a literal, tells them apart. */
#define pgettext(context, message) cli_pgettext(context "\004" message, message)
__attribute__((format_arg(2))) const char *cli_pgettext(const char *key, const char *message);

/* Marks a message that is translated elsewhere, where it is printed. */
#define N_(message) message

/*
 * Takes the language from the environment. English where the terminal is the linux console
 * (TERM=linux, also at the far end of ssh), which has no kanji.
 */
void cli_text_init(void);
