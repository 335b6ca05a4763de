#include "policy/admin/exemption_number.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "policy/admin/admin.h"
#include "policy/admin/register_columns.h"
#include "policy/code_text.h"

int exemption_number_normalise(const char *text, char ret[EXEMPTION_ID_SIZE])
{
	char folded[REGISTER_WORD_MAX], symbols[CODE_SYMBOLS_SIZE];
	bool has_prefix;

	register_fold(text, folded); /* Japanese width, too */
	has_prefix = strncmp(folded, "e-", 2) == 0;
	if (code_text_normalise(has_prefix ? folded + 2 : folded, symbols) != EXEMPTION_ID_SYMBOLS)
		return -EINVAL;
	snprintf(ret, EXEMPTION_ID_SIZE, "E-%.*s", EXEMPTION_ID_SYMBOLS, symbols);
	return 0;
}

int exemption_number_make(char ret[EXEMPTION_ID_SIZE])
{
	uint8_t random[EXEMPTION_ID_SYMBOLS];

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random)) {
		admin_complain("there is no randomness: %s", strerror(errno));
		return EXIT_UNKNOWN;
	}
	exemption_id_make(random, ret);
	return EXIT_DONE;
}
