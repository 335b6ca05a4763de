/*
 * sekisho-verify: for pam_sekisho, with the rights of the account that owns the records.
 *
 *	sekisho-verify ask SERVICE USER
 *	sekisho-verify judge SERVICE USER     code, terminal and host on stdin, each with a NUL
 *	sekisho-verify serve SERVICE USER     the one, and the other when something comes
 *	sekisho-verify session SERVICE USER   the same strings, the first empty
 *
 * A copy without the set-user-id bit takes "--root DIR" before these: it has no rights to lend.
 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "pam/verify_login.h"
#include "pam/verify_process.h"
#include "pam/verify_session.h"

#define INPUT_SIZE 1024

enum { EXIT_ANSWERED = 0, EXIT_USAGE = 2, EXIT_BROKEN = 3 };

/* Three strings, and not a byte more. */
static bool read_input(char input[INPUT_SIZE], struct verify_request *request)
{
	const char *strings[3];
	size_t size = 0, at = 0;
	ssize_t n = 1;

	while (n > 0 && size < INPUT_SIZE) {
		n = read(STDIN_FILENO, input + size, INPUT_SIZE - size);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n > 0)
			size += (size_t)n;
	}
	if (n != 0 || size == 0)
		return false;
	for (unsigned i = 0; i < 3; i++) {
		const char *end = memchr(input + at, '\0', size - at);

		if (!end)
			return false;
		strings[i] = input + at;
		at = (size_t)(end - input) + 1;
	}
	request->typed = strings[0];
	request->terminal = strings[1];
	request->host = strings[2];
	return at == size;
}

static int say(const char *text, size_t size)
{
	ssize_t n;

	do
		n = write(STDOUT_FILENO, text, size);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)size ? EXIT_ANSWERED : EXIT_BROKEN;
}

static int ask(const char *root, const struct verify_request *request)
{
	struct answer_ask answer;
	char text[ANSWER_SIZE];

	verify_ask(root, request, &answer);
	return say(text, answer_write_ask(&answer, text));
}

static int judge_input(const char *root, struct verify_request *request)
{
	struct answer_judge answer;
	char input[INPUT_SIZE], text[ANSWER_SIZE];
	bool is_whole = read_input(input, request);

	if (is_whole)
		verify_judge(root, request, &answer);
	explicit_bzero(input, sizeof(input));
	return is_whole ? say(text, answer_write_judge(&answer, text)) : EXIT_USAGE;
}

static int session(const char *root, struct verify_request *request)
{
	struct session_answer answer;
	char input[INPUT_SIZE], text[ANSWER_SIZE];

	if (!read_input(input, request))
		return EXIT_USAGE;
	verify_session(root, request, &answer);
	return say(text, session_answer_write(&answer, text));
}

/* Between the two a person types. It holds nothing meanwhile, and is told by the end of its input
 * that nobody wants to know any more. */
static int serve(const char *root, struct verify_request *request)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	int r = ask(root, request);

	if (r != EXIT_ANSWERED)
		return r;
	verify_process_rest();
	while (poll(&input, 1, -1) < 0 && errno == EINTR)
		;
	verify_process_wake();
	return judge_input(root, request);
}

int main(int argc, char **argv)
{
	struct verify_request request = {};
	const char *root = "";
	int at = 1;

	if (verify_process_secure(&request.caller) < 0)
		return EXIT_BROKEN;
	if (argc > 2 && strcmp(argv[1], "--root") == 0 && getauxval(AT_SECURE) == 0) {
		root = argv[2];
		at = 3;
	}
	if (argc - at != 3)
		return EXIT_USAGE;
	request.service = argv[at + 1];
	request.user = argv[at + 2];
	if (strcmp(argv[at], "ask") == 0)
		return ask(root, &request);
	if (strcmp(argv[at], "judge") == 0)
		return judge_input(root, &request);
	if (strcmp(argv[at], "serve") == 0)
		return serve(root, &request);
	if (strcmp(argv[at], "session") == 0)
		return session(root, &request);
	return EXIT_USAGE;
}
