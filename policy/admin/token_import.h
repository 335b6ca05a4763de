/* sekisho-admin token import: tokens that were bought, sealed to their people's terminals. */
#pragma once

#define TOKEN_IMPORT_USAGE \
	"token import CSV --for TERMINAL... [--seed hex|base32] [--from DATE] [--until DATE] " \
	"[--new-key] [--tier TIER] [--not-after DATE] [--serial N]"

/*
 * Changes every document, or where anything is wrong none. EXIT_DONE, or EXIT_NO, EXIT_UNKNOWN
 * after complaining.
 */
int admin_token_import(int argc, char **argv);
