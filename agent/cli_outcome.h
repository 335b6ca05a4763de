/* What became of a device, in a word. */
#pragma once

#include <stdbool.h>

enum cli_outcome { OUTCOME_REFUSED = 0, OUTCOME_PARTLY, OUTCOME_READ_ONLY, OUTCOME_LET_IN };

/* Of a verdict as the bus and the records tell it; is_partly: an interface is blocked. */
enum cli_outcome cli_outcome_of(const char *verdict, bool is_partly);
/* Whether such a verdict lets nothing in. */
bool cli_is_blocked(const char *verdict);

/* "refused", …, in the reader's language; in a rehearsal what would become of it. */
const char *cli_outcome_words(enum cli_outcome outcome, bool is_rehearsing);
