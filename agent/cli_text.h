/*
 * The words of sekisho in the language of whoever reads them: gettext, domain "sekisho". The
 * message in the source is the English one; packaging/translations has the others.
 */
#pragma once

#include <libintl.h>
#include <stddef.h>

#define _(message) gettext(message)
/* The same message may have to be another one elsewhere: context, a literal, tells them apart. */
#define pgettext(context, message) cli_pgettext(context "\004" message, message)
__attribute__((format_arg(2))) const char *cli_pgettext(const char *key, const char *message);

/* Marks a message that is translated elsewhere, where it is printed. */
#define N_(message) message

/* A sentence that the agent says in English, by its stable word; message is marked with N_(). */
struct cli_sentence {
	const char *word, *message;
};

/*
 * What the agent says, in the reader's language where word is one of the rows' and its message is
 * translated, else text: the agent's own sentence says more than ours, to who can read it.
 */
const char *cli_text_of_agent(
	const struct cli_sentence *rows, size_t n_rows, const char *word, const char *text);

/*
 * Takes the language from the environment. English where the terminal is the linux console
 * (TERM=linux, also at the far end of ssh), which has no kanji.
 */
void cli_text_init(void);
