/* sekisho-admin token temporary: somebody whose token is at home gets in for a day. */
#pragma once

#define TOKEN_TEMPORARY_USAGE \
	"token temporary {USER --for TERMINAL... | --phone --key FILE [--challenge DIGITS] " \
	"[--terminal NAME] [--user ACCOUNT]} [--by NAME]"

int admin_token_temporary(int argc, char **argv);
