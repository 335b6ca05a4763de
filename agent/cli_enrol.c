/*
 * sekisho enrol: a new employee takes the secret of the token over into a phone, after a login by a
 * ticket of the desk. Asks no agent. What is secret is on the alternate screen only and in locked
 * memory only, and both are wiped however it ends.
 */
#include "agent/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/cli_enrol.h"
#include "agent/cli_text.h"
#include "agent/store.h"
#include "policy/cleanup.h"
#include "policy/locked_stack.h"

#define CODES_WANTED 2

struct enrolment {
	const struct cli_request *request;
	struct enrolment_secrets *secrets;
	struct enrol_terminal terminal;
	struct site site;
	char user[ACCOUNT_NAME_MAX + 1];
	enum enrol_qr_form form;
};

static int complain(const char *message)
{
	fprintf(stderr, "sekisho: %s\n", message);
	return CLI_UNKNOWN;
}

static const char *closed_text(enum enrol_closed why)
{
	switch (why) {
	case ENROL_CLOSED_NO_TICKET:
		return _("there is nothing to enrol: you have no ticket on this terminal");
	case ENROL_CLOSED_UNUSED: return _("log in with your ticket first, then enrol");
	case ENROL_CLOSED_OVER:
		return _("the time of your ticket has passed: ask the desk for another");
	case ENROL_CLOSED_DONE:
		return _("you have enrolled on this terminal already; if your phone is lost, ask "
			 "the desk for another ticket");
	case ENROL_CLOSED_NO_SECRET:
	case ENROL_CLOSED_FAULT: break;
	case ENROL_CLOSED_CLOCK:
		return _("the clock of this terminal is wrong, so no code can be checked: call the "
			 "IT staff");
	}
	return _("this terminal cannot enrol you now: call the IT staff");
}

/* Neither a core file nor another process of the same person may have what is in here. */
static void shut_in(struct enrolment_secrets *secrets)
{
	static const struct rlimit none;

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)mlock(secrets, sizeof(*secrets));
	locked_stack_keep();
}

/* For the name that the phone shows; where it cannot be read, ours. */
static void read_site(const char *root, struct site *ret)
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	struct problems problems = {};
	char path[512];
	size_t size;

	snprintf(path, sizeof(path), "%s/etc/sekisho/site.ini", root);
	if (store_read(AT_FDCWD, path, SITE_SIZE_MAX, &bytes, &size) < 0 ||
		site_parse(bytes, size, &problems, ret) < 0) {
		*ret = (struct site){};
		snprintf(ret->site, sizeof(ret->site), "sekisho");
	}
	problems_clear(&problems);
}

/* A page is for a printer; whoever wants a file has to take one from a program of his own. */
static bool is_pipe(int fd)
{
	struct stat facts;

	return fstat(fd, &facts) == 0 && (S_ISFIFO(facts.st_mode) || S_ISSOCK(facts.st_mode));
}

/* Ends the screen first: what is complained of stays. */
static int end_with(struct enrolment *enrolment, const char *message, int code)
{
	enrol_terminal_close(&enrolment->terminal);
	complain(message);
	return code;
}

/* The next line of the helper. CLI_DONE, or another code after complaining. */
static int hear(struct enrolment *enrolment, enum enrol_word word)
{
	struct enrol_line *said = &enrolment->secrets->said;
	int r = enrol_helper_read(&enrolment->secrets->helper, said);

	if (r == 0 && said->word == word)
		return CLI_DONE;
	if (r == 0 && said->word == ENROL_CLOSED)
		return end_with(enrolment, closed_text(said->closed), CLI_NO);
	return end_with(enrolment, closed_text(ENROL_CLOSED_FAULT), CLI_UNKNOWN);
}

static const char *judged_text(const struct enrol_line *line, char text[256])
{
	if (line->wait_s > 0) {
		snprintf(text, 256, _("After several wrong codes you have to wait: %lld min."),
			(long long)(line->wait_s + 59) / 60);
		return text;
	}
	switch ((int)line->reason) {
	case LOGIN_RIGHT: return _("Right. Now wait until the program shows another code.");
	case LOGIN_USED: return _("This code was used already: wait for the next one.");
	case LOGIN_FAR: return _("Once more, with the next code.");
	case LOGIN_NOT_YET:
	case LOGIN_EXPIRED: return _("Your token does not count today: call the IT staff.");
	case LOGIN_WRONG: return _("This code was wrong. Is the time of the phone right?");
	default: return closed_text(ENROL_CLOSED_FAULT);
	}
}

/* Draws until a line is typed. CLI_DONE, or CLI_NO after a signal, or where the terminal is gone.
 */
static int ask(struct enrolment *enrolment, const char *notice, const char *prompt)
{
	struct enrolment_secrets *secrets = enrolment->secrets;
	int r;

	do {
		enrol_show_secret(&enrolment->terminal, secrets, enrolment->form, notice, prompt);
		r = enrol_terminal_read(
			&enrolment->terminal, secrets->typed, sizeof(secrets->typed));
	} while (r == -ERESTART || (r == 0 && secrets->typed[0] == '\0'));
	return r == 0 ? CLI_DONE
		      : end_with(enrolment,
				_("you have not enrolled yet: begin again with sekisho enrol"),
				CLI_NO);
}

/* Once a code was right the phone has it. */
static void forget_secret(struct enrolment_secrets *secrets)
{
	explicit_bzero(&secrets->qr, sizeof(secrets->qr));
	explicit_bzero(secrets->uri, sizeof(secrets->uri));
	explicit_bzero(&secrets->first, sizeof(secrets->first));
}

/* One line that is typed, judged. */
static int take_code(struct enrolment *enrolment, const char *notice, const char *prompt)
{
	struct enrolment_secrets *secrets = enrolment->secrets;
	int r, code = ask(enrolment, notice, prompt);

	if (code != CLI_DONE)
		return code;
	r = enrol_helper_write(&secrets->helper, secrets->typed);
	explicit_bzero(secrets->typed, sizeof(secrets->typed));
	if (r < 0)
		return end_with(enrolment, closed_text(ENROL_CLOSED_FAULT), CLI_UNKNOWN);
	return hear(enrolment, ENROL_JUDGED);
}

static int take_codes(struct enrolment *enrolment)
{
	struct enrolment_secrets *secrets = enrolment->secrets;
	const char *notice =
		secrets->first.secret[0]
			? _("Scan this with the program for one-time codes on your phone.")
			: _("Type two codes of your phone, one after the other.");
	unsigned n_right = 0;
	int code = CLI_DONE;
	char text[256];

	while (code == CLI_DONE && n_right < CODES_WANTED) {
		code = take_code(enrolment, notice,
			n_right == 0 ? _("The code that it shows: ") : _("The next code: "));
		if (code != CLI_DONE)
			return code;
		notice = judged_text(&secrets->said, text);
		if (secrets->said.reason != LOGIN_RIGHT)
			continue;
		n_right++;
		forget_secret(secrets);
	}
	return code;
}

static bool print_page(struct enrolment *enrolment)
{
	struct enrolment_secrets *secrets = enrolment->secrets;
	size_t size, at = 0;
	ssize_t n = 1;

	enrol_page_write(&secrets->said, enrolment->user, enrolment->site.terminal, secrets->page);
	size = strlen(secrets->page);
	for (; n > 0 && at<size; at += n> 0 ? (size_t)n : 0)
		n = write(STDOUT_FILENO, secrets->page + at, size - at);
	explicit_bzero(secrets->page, sizeof(secrets->page));
	return at == size;
}

static void show_recovery(struct enrolment *enrolment)
{
	int r;

	do {
		enrol_show_recovery(&enrolment->terminal, enrolment->secrets);
		r = enrol_terminal_read(&enrolment->terminal, enrolment->secrets->typed,
			sizeof(enrolment->secrets->typed));
	} while (r == -ERESTART);
}

static void give_recovery(struct enrolment *enrolment)
{
	const struct enrol_line *line = &enrolment->secrets->said;
	bool is_printed =
		line->n_recovery > 0 && enrolment->request->prints && print_page(enrolment);

	if (line->n_recovery > 0 && !is_printed)
		show_recovery(enrolment);
	enrol_terminal_close(&enrolment->terminal);
	if (enrolment->request->prints && line->n_recovery > 0 && !is_printed)
		complain(_("the page could not be handed over, so they were shown instead"));
	if (line->n_recovery == 0)
		complain(_("there are no recovery codes: ask the desk for some"));
	fprintf(stderr, "%s\n",
		_("You have enrolled. From now on type the code of your phone at each login."));
}

static void make_secret(struct enrolment *enrolment)
{
	struct enrolment_secrets *secrets = enrolment->secrets;
	struct otpauth otpauth = secrets->first.token;

	otpauth.site = enrolment->site.site;
	otpauth.user = secrets->first.user;
	otpauth.secret = secrets->first.secret;
	/* Where there is none there are still the letters. */
	if (otpauth_write(&otpauth, false, secrets->uri) > 0)
		(void)enrol_qr_make(secrets->uri, &secrets->qr);
}

/* What was said first, a secret or that there is one. */
static int begin(struct enrolment *enrolment)
{
	struct enrolment_secrets *secrets = enrolment->secrets;
	int r = enrol_helper_read(&secrets->helper, &secrets->first);

	if (r == 0 && secrets->first.word == ENROL_CLOSED)
		return end_with(enrolment, closed_text(secrets->first.closed), CLI_NO);
	if (r < 0 || (secrets->first.word != ENROL_SECRET && secrets->first.word != ENROL_CODES))
		return end_with(enrolment, closed_text(ENROL_CLOSED_FAULT), CLI_UNKNOWN);
	if (secrets->first.word == ENROL_SECRET)
		make_secret(enrolment);
	return CLI_DONE;
}

static int enrol(struct enrolment *enrolment)
{
	int code = begin(enrolment);

	if (code == CLI_DONE)
		code = take_codes(enrolment);
	if (code == CLI_DONE)
		code = hear(enrolment, ENROL_RECOVERY);
	if (code == CLI_DONE)
		give_recovery(enrolment);
	return code;
}

/* Whether there is anything to enrol: for the shell that a session begins with. */
static bool is_due(struct enrolment *enrolment, const char *root)
{
	struct enrolment_secrets *secrets = enrolment->secrets;
	bool is_open;

	if (enrol_helper_start(root, "due", &secrets->helper) < 0)
		return false;
	is_open = enrol_helper_read(&secrets->helper, &secrets->first) == 0 &&
		  secrets->first.word == ENROL_CODES;
	enrol_helper_end(&secrets->helper);
	return is_open;
}

static int run(struct enrolment *enrolment, const char *root)
{
	const struct passwd *account = getpwuid(getuid());
	int r = enrol_terminal_open(&enrolment->terminal), code;

	if (r < 0)
		return complain(_("this needs a terminal to show the QR code on"));
	snprintf(enrolment->user, sizeof(enrolment->user), "%s", account ? account->pw_name : "");
	read_site(root, &enrolment->site);
	r = enrol_helper_start(root, "enrol", &enrolment->secrets->helper);
	code = r < 0 ? end_with(enrolment, closed_text(ENROL_CLOSED_FAULT), CLI_UNKNOWN)
		     : enrol(enrolment);
	enrol_terminal_close(&enrolment->terminal);
	if (r == 0)
		enrol_helper_end(&enrolment->secrets->helper);
	return code;
}

int cli_enrol(const struct cli_request *request)
{
	static struct enrolment_secrets secrets;
	const char *root = request->root ? request->root : "", *name = getenv("TERM");
	bool has_halves = strcmp(nl_langinfo(CODESET), "UTF-8") == 0 &&
			  strcmp(name ? name : "", "linux") != 0;
	struct enrolment enrolment = {.request = request, .secrets = &secrets};
	int code;

	enrolment.form = has_halves && !request->is_ascii ? ENROL_QR_HALVES : ENROL_QR_CELLS;
	if (request->prints && !is_pipe(STDOUT_FILENO))
		return complain(_("the page goes to a printer: sekisho enrol --print | lp"));
	shut_in(&secrets);
	if (request->if_due && !is_due(&enrolment, root))
		return CLI_DONE;
	code = run(&enrolment, root);
	explicit_bzero(&secrets, sizeof(secrets));
	return code;
}
