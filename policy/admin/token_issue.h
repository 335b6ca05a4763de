/* sekisho-admin token issue: fresh secrets for people, sealed to their terminals. */
#pragma once

#define TOKEN_ISSUE_USAGE \
	"token issue [USER...] --for TERMINAL... [--type totp|hotp] [--digits N] [--hash HASH] " \
	"[--period S] [--number NUMBER] [--from DATE] [--until DATE] [--envelopes N] " \
	"[--new-key] [--tier TIER] [--not-after DATE] [--serial N]"

/*
 * Changes every document, or where anything is wrong none, and prints what is handed over.
 * EXIT_DONE, or EXIT_NO, EXIT_UNKNOWN after complaining.
 */
int admin_token_issue(int argc, char **argv);
