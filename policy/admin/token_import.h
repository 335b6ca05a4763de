/* sekisho-admin token import: tokens that were bought, sealed to their people's terminals. */
#pragma once

#include "policy/admin/token_bought.h"

#define TOKEN_IMPORT_USAGE "token import FILE [--people CSV] " TOKEN_BOUGHT_USAGE

/*
 * Changes every document, or where anything is wrong none. EXIT_DONE, or EXIT_NO, EXIT_UNKNOWN
 * after complaining.
 */
int admin_token_import(int argc, char **argv);
