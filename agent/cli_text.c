#include "agent/cli_text.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

void cli_text_init(void)
{
	const char *terminal = getenv("TERM");
	/* For tests, which run what is not installed; no more than a file that is read. */
	const char *folder = secure_getenv("SEKISHO_LOCALEDIR");

	setlocale(LC_ALL, "");
	if (terminal && strcmp(terminal, "linux") == 0)
		setlocale(LC_MESSAGES, "C");
	bindtextdomain("sekisho", folder ? folder : SEKISHO_LOCALEDIR);
	textdomain("sekisho");
}

const char *cli_pgettext(const char *key, const char *message)
{
	const char *found = gettext(key);

	return found == key ? message : found;
}

const char *cli_text_of_agent(
	const struct cli_sentence *rows, size_t n_rows, const char *word, const char *text)
{
	for (size_t i = 0; i < n_rows; i++)
		if (strcmp(rows[i].word, word) == 0) {
			const char *words = _(rows[i].message);

			/* gettext() gives back what nobody translated. */
			return words == rows[i].message ? text : words;
		}
	return text;
}
