/*
 * pam_sekisho.so: two lines of an auth stack, and one of a session.
 *
 *	auth  [ignore=ignore default=die]  pam_sekisho.so ask      before pam_unix
 *	auth  [success=ok default=die]     pam_sekisho.so judge    behind it
 *	session optional                   pam_sekisho.so
 *
 * ask collects password and code and decides nothing: PAM_IGNORE, so that a stack with this line
 * alone lets nobody in. judge has sekisho-verify decide. It begins at PAM_AUTH_ERR, and no failure
 * turns that into anything else. The line of the session tells, and keeps nobody out.
 */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <syslog.h>

#include <security/pam_ext.h>
#include <security/pam_modules.h>

#include "pam/login_ask.h"
#include "pam/login_judge.h"
#include "pam/login_session.h"

#define EXPORT __attribute__((visibility("default")))

/* Counts the verbs among them; the last one counts. */
static bool read_words(pam_handle_t *pamh, int flags, int argc, const char **argv,
	struct login_options *ret, bool *ret_asks, unsigned *ret_verbs)
{
	*ret = (struct login_options){
		.helper = SEKISHO_VERIFY, .is_silent = (flags & PAM_SILENT) != 0};
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "ask") == 0 || strcmp(argv[i], "judge") == 0) {
			*ret_asks = argv[i][0] == 'a';
			(*ret_verbs)++;
		} else if (strncmp(argv[i], "verify=/", 8) == 0) {
			ret->helper = argv[i] + 7;
		} else if (strcmp(argv[i], "nodelay") == 0) {
			ret->has_no_delay = true;
		} else {
			pam_syslog(pamh, LOG_ERR, "unknown option \"%s\"", argv[i]);
			return false;
		}
	}
	return true;
}

static bool read_options(pam_handle_t *pamh, int flags, int argc, const char **argv,
	struct login_options *ret, bool *ret_asks)
{
	unsigned n_verbs = 0;

	if (!read_words(pamh, flags, argc, argv, ret, ret_asks, &n_verbs))
		return false;
	if (n_verbs != 1)
		pam_syslog(pamh, LOG_ERR, "the line must say either ask or judge");
	return n_verbs == 1;
}

EXPORT int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct login_options options;
	bool asks = false;

	if (!read_options(pamh, flags, argc, argv, &options, &asks))
		return PAM_AUTH_ERR;
	return asks ? login_ask(pamh, &options) : login_judge(pamh, &options);
}

/*
 * Nothing is to be set. judge says so with PAM_SUCCESS: from a stack in which nobody says anything
 * a login gets nowhere. ask has to say what it says above: sshd sets credentials in another process
 * than it authenticates in, so that libpam takes what is returned here by the line's own control.
 */
EXPORT int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	for (int i = 0; i < argc; i++)
		if (strcmp(argv[i], "ask") == 0)
			return PAM_IGNORE;
	return PAM_SUCCESS;
}

EXPORT int pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct login_options options;
	bool asks = false;
	unsigned n_verbs = 0;

	if (!read_words(pamh, flags, argc, argv, &options, &asks, &n_verbs) || n_verbs > 0) {
		pam_syslog(pamh, LOG_ERR, "the line of a session takes verify= and nothing else");
		return PAM_SUCCESS;
	}
	return login_session(pamh, &options);
}

EXPORT int pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return PAM_SUCCESS;
}
