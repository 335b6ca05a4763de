/* sekisho-admin token assign: a token of a delivery for one person, by its serial number. */
#pragma once

#include "policy/admin/token_bought.h"

#define TOKEN_ASSIGN_USAGE "token assign USER=NUMBER... --file FILE " TOKEN_BOUGHT_USAGE

/*
 * Changes every document, or where anything is wrong none. EXIT_DONE, or EXIT_NO, EXIT_UNKNOWN
 * after complaining.
 */
int admin_token_assign(int argc, char **argv);
