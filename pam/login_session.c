#include "pam/login_session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include <security/pam_ext.h>
#include <security/pam_modutil.h>

#include "pam/helper.h"
#include "pam/messages_session.h"
#include "pam/session_answer.h"

#define TEXT_MAX      255
#define FIRST_PERSON  1000 /* uid: those below are the system's own, but root */
#define INPUT_STRINGS 3

/*
 * Services whose sessions are no login of a person. Where su told something, it would stand in what
 * a script reads.
 */
static bool is_login(const char *service)
{
	static const char *const others[] = {"su", "su-l", "runuser", "runuser-l", "sudo", "sudo-i",
		"cron", "crond", "atd", "systemd-user", "polkit-1"};

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (strcmp(service, others[i]) == 0)
			return false;
	return true;
}

/* A greeter has a session, too. */
static bool is_person(pam_handle_t *pamh, const char *user)
{
	const struct passwd *account = *user ? pam_modutil_getpwnam(pamh, user) : NULL;

	return account && (account->pw_uid == 0 || account->pw_uid >= FIRST_PERSON);
}

static size_t fill(pam_handle_t *pamh, char input[INPUT_STRINGS * (TEXT_MAX + 1)])
{
	const char *strings[INPUT_STRINGS] = {
		"", login_item(pamh, PAM_TTY), login_item(pamh, PAM_RHOST)};
	size_t size = 0;

	for (size_t i = 0; i < INPUT_STRINGS; i++)
		size += (size_t)snprintf(input + size, TEXT_MAX + 1, "%.*s", TEXT_MAX, strings[i]) +
			1;
	return size;
}

static int call_helper(
	pam_handle_t *pamh, const struct login_options *options, struct session_answer *ret)
{
	const struct helper_call call = {.program = options->helper,
		.verb = "session",
		.service = login_item(pamh, PAM_SERVICE),
		.user = login_item(pamh, PAM_USER)};
	char input[INPUT_STRINGS * (TEXT_MAX + 1)], text[ANSWER_SIZE];
	size_t size = fill(pamh, input), text_size = 0;
	struct helper *helper = NULL;
	int r = helper_start(&call, &helper);

	if (r == 0)
		r = helper_give(helper, input, size);
	if (r == 0)
		r = helper_read_rest(helper, text, &text_size);
	helper_end(helper);
	return r < 0 ? r : session_answer_read(text, text_size, ret);
}

static void tell(pam_handle_t *pamh, const struct session_answer *answer)
{
	char messages[SESSION_MESSAGES][MESSAGE_SIZE];
	size_t n = messages_session(answer, login_item(pamh, PAM_TTY), messages);

	for (size_t i = 0; i < n; i++)
		(void)pam_info(pamh, "%s", messages[i]);
}

int login_session(pam_handle_t *pamh, const struct login_options *options)
{
	struct session_answer answer = {};
	int r;

	if (!is_login(login_item(pamh, PAM_SERVICE)) ||
		!is_person(pamh, login_item(pamh, PAM_USER)))
		return PAM_SUCCESS;
	r = call_helper(pamh, options, &answer);
	if (r < 0)
		pam_syslog(pamh, LOG_WARNING, "%s session gave no answer (%s)", options->helper,
			strerrordesc_np(-r));
	else if (!options->is_silent)
		tell(pamh, &answer);
	return PAM_SUCCESS;
}
