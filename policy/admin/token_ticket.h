/*
 * sekisho-admin token issue-ticket: people who take their secrets over themselves, at their own
 * terminals. The desk prints a ticket for each, and sees no secret.
 */
#pragma once

#include "policy/admin/token_make.h"

#define TOKEN_TICKET_USAGE \
	"token issue-ticket USER... --for TERMINAL... [--ticket-until DATE] [--type totp|hotp] " \
	"[--digits N] [--hash HASH] [--period S] [--from DATE] [--until DATE] [--new-key] " \
	"[--tier TIER] [--not-after DATE] [--serial N]"

/* As admin_token_issue(). */
int admin_token_issue_ticket(int argc, char **argv);

/* The slip of a person, in place of token_print_handout(). */
void token_ticket_print(const struct token_handout *handout, const char *terminals);
