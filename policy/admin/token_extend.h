/* sekisho-admin token extend: other dates for tokens that are there, without a new secret. */
#pragma once

#define TOKEN_EXTEND_USAGE \
	"token extend {USER... | --all} --for TERMINAL... [--until DATE] [--from DATE] " \
	"[--not-after DATE] [--serial N]"

/*
 * Changes every document, or where anything is wrong none. A document in which nobody's dates
 * change is left as it is, with its signatures. EXIT_DONE, or EXIT_NO, EXIT_UNKNOWN after
 * complaining.
 */
int admin_token_extend(int argc, char **argv);
