/*
 * sekisho-enrol: for `sekisho enrol`, with the rights of the account that owns the secrets: those
 *of whoever starts it, and of nobody else, while a login by ticket has them open.
 *
 *	sekisho-enrol enrol        talks on stdin and stdout: policy/enrol_line.h
 *	sekisho-enrol due          only says whether there is anything to enrol
 *
 * A copy without the set-user-id bit takes "--root DIR" before these: it has no rights to lend.
 */
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "pam/enrol_serve.h"
#include "pam/verify_process.h"
#include "policy/locked_stack.h"

enum { EXIT_SERVED = 0, EXIT_USAGE = 2, EXIT_BROKEN = 3 };

int main(int argc, char **argv)
{
	const char *root = "";
	uid_t caller;
	int at = 1, r;

	if (verify_process_secure(&caller) < 0)
		return EXIT_BROKEN;
	locked_stack_keep();
	if (argc > 2 && strcmp(argv[1], "--root") == 0 && getauxval(AT_SECURE) == 0) {
		root = argv[2];
		at = 3;
	}
	if (argc - at != 1)
		return EXIT_USAGE;
	if (strcmp(argv[at], "enrol") == 0)
		r = enrol_serve(root, caller, STDIN_FILENO, STDOUT_FILENO);
	else if (strcmp(argv[at], "due") == 0)
		r = enrol_due(root, caller, STDOUT_FILENO);
	else
		return EXIT_USAGE;
	return r < 0 ? EXIT_BROKEN : EXIT_SERVED;
}
