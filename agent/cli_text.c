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
