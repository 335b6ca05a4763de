/*
 * A login program: log_in [OPTION...] CONFDIR SERVICE USER ANSWER...
 *
 * Asks PAM to authenticate, gives one answer a prompt, and prints what it was asked and told:
 *
 *	ask PROMPT      prompt without echo
 *	show PROMPT     prompt with echo
 *	info TEXT, error TEXT
 *	end NUMBER TEXT what PAM answered
 *
 * --session    opens the session as well, and closes it
 * --hold       waits for a line on stdin before it gives the last answer
 * --tty NAME, --rhost NAME
 * --ignore-children, --reap-children    what login programs do with SIGCHLD
 * --trap FILE  before the last answer: closes what is not its own, and opens FILE by all these
 *numbers
 * --times N    N logins in one process, one after the other: then only "end" of the last, and
 *              before it the time of each in microseconds, "took N"
 * An answer "!" makes the conversation fail, "!null" gives none; the last one "?" is the line that
 * --hold waited for.
 */
#include <fcntl.h>
#include <libintl.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <security/pam_appl.h>

struct person {
	char **answers;
	int n_answers, given;
	bool holds, is_quiet;
	const char *trap;
};

static void say(const struct person *person, const char *what, const char *text)
{
	if (person->is_quiet)
		return;
	printf("%s ", what);
	for (; *text; text++)
		putchar(*text == '\n' ? ' ' : *text);
	putchar('\n');
}

static char typed[256];

static void wait_for_line(void)
{
	printf("held\n");
	fflush(stdout);
	if (!fgets(typed, sizeof(typed), stdin))
		typed[0] = '\0';
	typed[strcspn(typed, "\n")] = '\0';
}

/* As a daemon that tidies up does. */
static void set_trap(const char *path)
{
	for (int fd = 3; fd < 64; fd++)
		close(fd);
	for (int fd = 3; fd < 64; fd++)
		if (open(path, O_RDWR | O_CREAT | O_APPEND, 0600) < 0)
			exit(2);
}

static bool answer(struct person *person, char **ret)
{
	const char *text;

	if (person->given >= person->n_answers)
		return false;
	text = person->answers[person->given++];
	if (person->holds && person->given == person->n_answers)
		wait_for_line();
	if (person->trap && person->given == person->n_answers)
		set_trap(person->trap);
	if (person->holds && strcmp(text, "?") == 0)
		text = typed;
	if (strcmp(text, "!") == 0)
		return false;
	*ret = strcmp(text, "!null") == 0 ? NULL : strdup(text);
	return true;
}

static int converse(
	int n, const struct pam_message **messages, struct pam_response **ret, void *data)
{
	struct person *person = data;
	struct pam_response *responses = calloc((size_t)n, sizeof(*responses));

	if (!responses)
		return PAM_BUF_ERR;
	for (int i = 0; i < n; i++) {
		const struct pam_message *message = messages[i];
		bool asks = message->msg_style == PAM_PROMPT_ECHO_OFF ||
			    message->msg_style == PAM_PROMPT_ECHO_ON;

		say(person,
			message->msg_style == PAM_PROMPT_ECHO_OFF  ? "ask"
			: message->msg_style == PAM_PROMPT_ECHO_ON ? "show"
			: message->msg_style == PAM_ERROR_MSG      ? "error"
								   : "info",
			message->msg);
		if (asks && !answer(person, &responses[i].resp)) {
			free(responses);
			return PAM_CONV_ERR;
		}
	}
	*ret = responses;
	return PAM_SUCCESS;
}

static void reap(int signal_number)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

struct options {
	const char *tty, *rhost;
	long times;
	bool has_session;
};

static int take_options(char **argv, struct options *options, struct person *person)
{
	int at = 1;

	for (; argv[at] && strncmp(argv[at], "--", 2) == 0; at++) {
		if (strcmp(argv[at], "--hold") == 0)
			person->holds = true;
		else if (strcmp(argv[at], "--tty") == 0)
			options->tty = argv[++at];
		else if (strcmp(argv[at], "--rhost") == 0)
			options->rhost = argv[++at];
		else if (strcmp(argv[at], "--session") == 0)
			options->has_session = true;
		else if (strcmp(argv[at], "--trap") == 0)
			person->trap = argv[++at];
		else if (strcmp(argv[at], "--times") == 0)
			options->times = strtol(argv[++at], NULL, 10);
		else if (strcmp(argv[at], "--ignore-children") == 0)
			signal(SIGCHLD, SIG_IGN);
		else if (strcmp(argv[at], "--reap-children") == 0)
			signal(SIGCHLD, reap);
		else
			exit(2);
	}
	return at;
}

static int log_in(const struct options *options, char **argv, struct person *person)
{
	const struct pam_conv conversation = {.conv = converse, .appdata_ptr = person};
	pam_handle_t *pamh;
	int r = pam_start_confdir(argv[1], argv[2], &conversation, argv[0], &pamh);

	if (r != PAM_SUCCESS)
		return r;
	if (options->tty)
		(void)pam_set_item(pamh, PAM_TTY, options->tty);
	if (options->rhost)
		(void)pam_set_item(pamh, PAM_RHOST, options->rhost);
	r = pam_authenticate(pamh, 0);
	if (r == PAM_SUCCESS && options->has_session) {
		r = pam_open_session(pamh, 0);
		if (r == PAM_SUCCESS)
			r = pam_close_session(pamh, 0);
	}
	(void)pam_end(pamh, r);
	return r;
}

int main(int argc, char **argv)
{
	struct person person = {};
	struct options options = {};
	int at = take_options(argv, &options, &person), r = PAM_ABORT;

	if (argc - at < 3)
		return 2;
	person.answers = argv + at + 3;
	person.n_answers = argc - at - 3;
	person.is_quiet = options.times > 0;
	if (getenv("TEST_LOCALEDIR")) {
		setlocale(LC_ALL, "");
		bindtextdomain("sekisho", getenv("TEST_LOCALEDIR"));
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (long i = 0; i == 0 || i < options.times; i++) {
		struct timespec before, after;

		person.given = 0;
		clock_gettime(CLOCK_MONOTONIC, &before);
		r = log_in(&options, argv + at, &person);
		clock_gettime(CLOCK_MONOTONIC, &after);
		if (options.times > 0)
			printf("took %ld\n", (after.tv_sec - before.tv_sec) * 1000000 +
						     (after.tv_nsec - before.tv_nsec) / 1000);
	}
	printf("end %d %s\n", r, pam_strerror(NULL, r));
	return r == PAM_SUCCESS ? 0 : 1;
}
