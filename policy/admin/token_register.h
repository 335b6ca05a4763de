/* sekisho-admin token register: 利用者登録簿 kept from the personnel section's file. */
#pragma once

#define TOKEN_REGISTER_USAGE \
	"token register {[PERSONNEL.csv] [--renew DATE] {--dry-run [--csv] | --apply --by " \
	"OFFICER} " \
	"| --finish} [--folder TIER] [--date DATE [--whole]] [--places CSV] " \
	"[--account-prefix WORD] [--sjis]"

/* Shows what a personnel file changes, or carries it out: all of it or nothing. EXIT_DONE, or
 * EXIT_NO, EXIT_UNKNOWN after complaining. */
int admin_token_register(int argc, char **argv);
