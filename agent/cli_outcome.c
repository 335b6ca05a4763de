#include "agent/cli_outcome.h"

#include <string.h>

#include "agent/cli_text.h"

bool cli_is_blocked(const char *verdict)
{
	return strcmp(verdict, "allow") != 0 && strcmp(verdict, "read-only") != 0;
}

enum cli_outcome cli_outcome_of(const char *verdict, bool is_partly)
{
	if (cli_is_blocked(verdict))
		return OUTCOME_REFUSED;
	if (is_partly)
		return OUTCOME_PARTLY;
	return strcmp(verdict, "read-only") == 0 ? OUTCOME_READ_ONLY : OUTCOME_LET_IN;
}

const char *cli_outcome_words(enum cli_outcome outcome, bool is_rehearsing)
{
	switch (outcome) {
	case OUTCOME_LET_IN: return _("let in");
	case OUTCOME_READ_ONLY: return is_rehearsing ? _("would be read only") : _("read only");
	case OUTCOME_PARTLY: return is_rehearsing ? _("would be let in partly") : _("partly");
	case OUTCOME_REFUSED: break;
	}
	return is_rehearsing ? _("would be refused") : _("refused");
}
