#include "policy/admin/token_key.h"

#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/token_terminal.h"
#include "policy/cleanup.h"

int admin_token_key(int argc, char **argv)
{
	int code = EXIT_DONE;

	if (argc >= 2 && strcmp(argv[1], "--help") == 0) {
		printf("usage: sekisho-admin " TOKEN_KEY_USAGE "\n\n"
		       "Prints the fingerprint of each terminal-key.ini, to be compared with what "
		       "the "
		       "screen\nof its terminal shows: \"sekisho status\".\n"
		       "  TERMINAL  a terminal-key.ini or its folder\n"
		       "Exit status: 0 done, 1 there are mistakes, 2 could not be tried.\n");
		return EXIT_DONE;
	}
	if (argc < 2)
		return admin_usage(TOKEN_KEY_USAGE);
	for (int i = 1; i < argc && code == EXIT_DONE; i++) {
		CLEANUP(token_terminal_clear) struct token_terminal terminal = {0};

		code = token_terminal_read_key(argv[i], &terminal);
		if (code == EXIT_DONE)
			printf("%s  %s\n", terminal.key.fingerprint, terminal.name);
	}
	return code;
}
