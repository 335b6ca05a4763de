/* sekisho-admin token temporary: somebody whose token is at home gets in for a day. */
#pragma once

#define TOKEN_TEMPORARY_USAGE \
	"token temporary --phone --key FILE [--by NAME] [--challenge DIGITS] [--terminal NAME] " \
	"[--user ACCOUNT]"

int admin_token_temporary(int argc, char **argv);
