#include "pam/login_judge.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include <security/pam_ext.h>

#include "pam/answer.h"
#include "pam/helper.h"
#include "pam/messages.h"

#define TEXT_MAX   255
#define INPUT_SIZE (3 * (TEXT_MAX + 1)) /* the helper takes 1024 bytes */
#define DELAY_US   2000000              /* as pam_unix after a wrong password */

/* Appends a string with its NUL, cut where it is longer than any that means something. */
static void append(char input[INPUT_SIZE], size_t *size, const char *text)
{
	size_t length = strnlen(text, TEXT_MAX);

	memcpy(input + *size, text, length);
	input[*size + length] = '\0';
	*size += length + 1;
}

static size_t fill(pam_handle_t *pamh, const struct login_asked *asked, char input[INPUT_SIZE])
{
	size_t size = 0;

	append(input, &size, asked->code ? asked->code : "");
	append(input, &size, login_item(pamh, PAM_TTY));
	append(input, &size, login_item(pamh, PAM_RHOST));
	return size;
}

/* One that said what to ask may be gone: people take their time. Then another one is started. */
static int give(pam_handle_t *pamh, const struct login_options *options, struct login_asked *asked,
	const char *input, size_t size)
{
	const struct helper_call call = {.program = options->helper,
		.verb = "judge",
		.service = login_item(pamh, PAM_SERVICE),
		.user = asked->user};
	int r = asked->helper ? helper_give(asked->helper, input, size) : -ESRCH;

	if (r != -ESRCH)
		return r;
	helper_end(asked->helper);
	asked->helper = NULL;
	r = helper_start(&call, &asked->helper);
	return r < 0 ? r : helper_give(asked->helper, input, size);
}

static int call_helper(pam_handle_t *pamh, const struct login_options *options,
	struct login_asked *asked, struct answer_judge *ret)
{
	char input[INPUT_SIZE], text[ANSWER_SIZE];
	size_t size = fill(pamh, asked, input), text_size = 0;
	int r = give(pamh, options, asked, input, size);

	explicit_bzero(input, sizeof(input));
	if (r == 0)
		r = helper_read_rest(asked->helper, text, &text_size);
	return r < 0 ? r : answer_read_judge(text, text_size, ret);
}

static void show(pam_handle_t *pamh, const struct login_options *options, const char *message);

/* Once: whoever asks for another challenge logs in again. Who gives up now may come back with the
 * digits, at the prompt for the code. */
static int ask_by_phone(pam_handle_t *pamh, const struct login_options *options,
	struct login_asked *asked, struct answer_judge *answer)
{
	char message[MESSAGE_SIZE];

	message_phone(&answer->shown, asked->user, login_item(pamh, PAM_TTY), message);
	(void)pam_info(pamh, "%s", message);
	if (login_ask_phone(pamh, asked) != PAM_SUCCESS)
		return 0;
	helper_end(asked->helper);
	asked->helper = NULL;
	return call_helper(pamh, options, asked, answer);
}

static void show(pam_handle_t *pamh, const struct login_options *options, const char *message)
{
	if (!options->is_silent)
		(void)pam_info(pamh, "%s", message);
}

static void greet(
	pam_handle_t *pamh, const struct login_options *options, const struct answer_judge *answer)
{
	char message[MESSAGE_SIZE];

	/* For the shell that begins the session: packaging/login/sekisho-enrol.sh. */
	if (answer->reason == LOGIN_TICKET_RIGHT) {
		show(pamh, options, message_enrol(login_item(pamh, PAM_TTY)));
		(void)pam_putenv(pamh, "SEKISHO_ENROL=1");
	}
	for (size_t i = 0; i < answer->n_envelopes; i++) {
		message_envelope(&answer->envelopes[i], login_item(pamh, PAM_TTY), message);
		show(pamh, options, message);
	}
}

static int refuse(pam_handle_t *pamh, const struct login_options *options)
{
	if (!options->has_no_delay)
		(void)pam_fail_delay(pamh, DELAY_US);
	return PAM_AUTH_ERR;
}

static bool is_same_user(pam_handle_t *pamh, const struct login_asked *asked)
{
	return strcmp(login_item(pamh, PAM_USER), asked->user) == 0;
}

int login_judge(pam_handle_t *pamh, const struct login_options *options)
{
	struct login_asked *asked = login_asked(pamh);
	struct answer_judge answer = {};
	char message[MESSAGE_SIZE];
	int r;

	if (!asked && login_ask_late(pamh, options) == PAM_IGNORE)
		asked = login_asked(pamh);
	if (!asked || !is_same_user(pamh, asked)) {
		pam_syslog(pamh, LOG_ERR, "nobody was asked for a code: login refused");
		return refuse(pamh, options);
	}
	r = call_helper(pamh, options, asked, &answer);
	if (r == 0 && answer.reason == LOGIN_PHONE_SHOWN)
		r = ask_by_phone(pamh, options, asked, &answer);
	login_forget(pamh);
	if (r < 0)
		pam_syslog(pamh, LOG_CRIT, "%s judge gave no answer (%s): login refused",
			options->helper, strerrordesc_np(-r));
	if (r == 0 && answer.is_let_in) {
		greet(pamh, options, &answer);
		return PAM_SUCCESS;
	}
	message_refused(&answer, login_item(pamh, PAM_TTY), message);
	show(pamh, options, message);
	return refuse(pamh, options);
}
