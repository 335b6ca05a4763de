/*
 * A HOTP token counts its codes, so it can be for one terminal only: of two, neither knows what the
 * other has counted, and a code would count twice.
 */
#pragma once

#include "policy/admin/token_job.h"
#include "policy/admin/token_make.h"
#include "policy/admin/token_terminal.h"

/* Each returns EXIT_DONE, also for a token that is no HOTP token, or EXIT_NO after complaining. */

/* The job is for one terminal, or has no HOTP token. */
int token_hotp_check_places(const struct token_job *job);
/* No document of another terminal, whose folder lies beside this one's, has its number. */
int token_hotp_check_elsewhere(
	const struct token_handout *handout, const struct token_terminal *terminal);
/*
 * The person has had no HOTP token of that number here: the terminal goes on where it has counted,
 * and cannot know that this is another secret.
 */
int token_hotp_check_number(
	const struct token_handout *handout, const struct token_terminal *terminal);
