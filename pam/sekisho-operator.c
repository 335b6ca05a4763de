/*
 * sekisho-operator: for `sekisho operator`, one connection on stdin and stdout, which systemd has
 * accepted. It runs as the account that owns the records of tokens, outside of whatever its caller
 * could freeze, kill or look into it by; who that is, the kernel says of the socket.
 *
 *	sekisho-operator [--root DIR] [--bus ADDRESS]
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-login.h>
#include <unistd.h>

#include "pam/operator_bus.h"
#include "pam/verify_operator.h"
#include "pam/verify_process.h"
#include "policy/option.h"

enum { EXIT_ANSWERED = 0, EXIT_USAGE = 2, EXIT_BROKEN = 3 };

struct options {
	const char *root, *bus;
};

/* A set-user-id bit would make whoever starts it the other end of its own socket. */
static int find_caller(uid_t *ret)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (getsockopt(STDIN_FILENO, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return -errno;
	*ret = peer.uid;
	return size == sizeof(peer) ? 0 : -EBADMSG;
}

/* Asked before the code is judged, so that nobody far away uses up the tries of who sits here. */
static bool is_seated(uid_t caller)
{
	uid_t uid;

	return sd_seat_get_active(OPERATOR_SEAT, NULL, &uid) >= 0 && uid == caller;
}

/* All there is until the other end has said its last. The size, or -EBADMSG. */
static int read_all(char bytes[OPERATOR_REQUEST_SIZE + 1])
{
	size_t size = 0;
	ssize_t n = 1;

	while (n != 0 && size <= OPERATOR_REQUEST_SIZE) {
		n = read(STDIN_FILENO, bytes + size, OPERATOR_REQUEST_SIZE + 1 - size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -EBADMSG;
		size += (size_t)n;
	}
	return n == 0 ? (int)size : -EBADMSG;
}

static void judge(const struct options *options, uid_t caller, const struct operator_request *asked,
	sd_bus *bus, struct operator_answer *ret)
{
	const struct verify_request request = {
		.service = OPERATOR_SERVICE,
		.user = asked->user,
		.typed = asked->code,
		.terminal = "",
		.host = "",
		.caller = caller,
	};
	struct login_event event;

	verify_operator(options->root, &request, &event);
	*ret = (struct operator_answer){.reason = event.reason, .wait_s = event.wait_s};
	memcpy(ret->reference, event.reference, sizeof(ret->reference));
	if (event.reason == LOGIN_OPERATOR_RIGHT)
		ret->outcome = operator_bus_change(bus, &event);
}

/* Nothing is judged where nobody would be told of it. */
static void answer(const struct options *options, uid_t caller,
	const struct operator_request *asked, struct operator_answer *ret)
{
	sd_bus *bus = NULL;

	*ret = (struct operator_answer){.outcome = OPERATOR_REFUSED};
	if (!is_seated(caller)) {
		ret->outcome = OPERATOR_NOT_SEATED;
	} else if (operator_bus_open(options->bus, &bus) < 0) {
		ret->outcome = OPERATOR_NO_AGENT;
	} else {
		judge(options, caller, asked, bus, ret);
		sd_bus_flush_close_unref(bus);
	}
}

static int serve(const struct options *options, uid_t caller)
{
	char input[OPERATOR_REQUEST_SIZE + 1], text[OPERATOR_ANSWER_SIZE];
	struct operator_request asked;
	struct operator_answer said;
	int size = read_all(input);
	bool is_whole = size >= 0 && operator_request_decode(input, (size_t)size, &asked) == 0;
	size_t length;

	if (is_whole)
		answer(options, caller, &asked, &said);
	explicit_bzero(input, sizeof(input));
	if (!is_whole)
		return EXIT_USAGE;
	length = operator_answer_encode(&said, text);
	return write(STDOUT_FILENO, text, length) == (ssize_t)length ? EXIT_ANSWERED : EXIT_BROKEN;
}

static int read_options(int argc, char **argv, struct options *ret)
{
	static const struct option known[] = {
		{"root", required_argument, NULL, 'r'},
		{"bus", required_argument, NULL, 'b'},
		{NULL, 0, NULL, 0},
	};
	int option;

	while ((option = option_next(argc, argv, "", known, NULL)) != -1) {
		if (option != 'r' && option != 'b')
			return -EINVAL;
		*(option == 'r' ? &ret->root : &ret->bus) = optarg;
	}
	return optind == argc ? 0 : -EINVAL;
}

int main(int argc, char **argv)
{
	struct options options = {.root = "", .bus = NULL};
	uid_t own = geteuid(), starter = (uid_t)-1, caller = (uid_t)-1;

	if (verify_process_secure(&starter) < 0 || starter != own || find_caller(&caller) < 0)
		return EXIT_BROKEN;
	if (read_options(argc, argv, &options) < 0)
		return EXIT_USAGE;
	return serve(&options, caller);
}
