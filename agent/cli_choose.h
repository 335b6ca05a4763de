/* Which of one's own exemptions is meant, where no number was typed. */
#pragma once

#include "agent/cli_typed.h"

enum cli_choice {
	CHOOSE_TO_REDEEM = 0, /* that waits for a code */
	CHOOSE_TO_EJECT,      /* that is in use */
	CHOOSE_TO_RETURN,     /* that has ended */
	CHOOSE_TO_REPORT,     /* of which a report is due */
};

/* 0 and ret; or an exit status after it told the person: there is none, or there are several. */
int cli_choose(enum cli_choice choice, char ret[CLI_EXEMPTION_ID_SIZE]);

/* The one that was opened for the device of that name. 0 and ret, or an exit status. */
int cli_choose_by_port(const char *port, char ret[CLI_EXEMPTION_ID_SIZE]);

/* The only word: a number, as people type it; with none, cli_choose(). 0 and ret, or an exit status
 * after it told the person. */
int cli_choose_of_word(
	int n_words, char **words, enum cli_choice choice, char ret[CLI_EXEMPTION_ID_SIZE]);
