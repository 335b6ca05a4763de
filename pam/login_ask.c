#include "pam/login_ask.h"

#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include <security/pam_ext.h>

#include "pam/answer.h"
#include "pam/helper.h"
#include "pam/messages.h"
#include "pam/typed.h"
#include "policy/cleanup.h"
#include "policy/code_kind.h"

#define DATA_NAME "sekisho_asked"

static void wipe(char *text)
{
	if (!text)
		return;
	explicit_bzero(text, strlen(text));
	free(text);
}

static void wipe_text(char **text)
{
	wipe(*text);
}

static void forget(pam_handle_t *pamh, void *data, int status)
{
	struct login_asked *asked = data;

	wipe(asked->code);
	free(asked->user);
	free(asked);
}

const char *login_item(pam_handle_t *pamh, int item)
{
	const void *text = NULL;

	return pam_get_item(pamh, item, &text) == PAM_SUCCESS && text ? text : "";
}

const struct login_asked *login_asked(pam_handle_t *pamh)
{
	const void *data = NULL;

	return pam_get_data(pamh, DATA_NAME, &data) == PAM_SUCCESS ? data : NULL;
}

/* Takes code over. */
static int remember(pam_handle_t *pamh, const char *user, bool is_asked, char *code)
{
	struct login_asked *asked = calloc(1, sizeof(*asked));

	if (asked) {
		*asked = (struct login_asked){
			.user = strdup(user), .is_asked = is_asked, .code = code};
		if (asked->user && pam_set_data(pamh, DATA_NAME, asked, forget) == PAM_SUCCESS)
			return PAM_IGNORE;
		free(asked->user);
		free(asked);
	}
	wipe(code);
	return PAM_BUF_ERR;
}

/* Where that fails everybody is asked for both: judge then refuses for the true reason. */
static void ask_helper(pam_handle_t *pamh, const struct login_options *options, const char *user,
	struct answer_ask *ret)
{
	const struct helper_call call = {.program = options->helper,
		.verb = "ask",
		.service = login_item(pamh, PAM_SERVICE),
		.user = user};
	char text[ANSWER_SIZE];
	size_t size = 0;
	int r = helper_run(&call, text, &size);

	if (r == 0 && answer_read_ask(text, size, ret) == 0)
		return;
	*ret = (struct answer_ask){.boxes = 2, .digits = CODE_DIGITS_MIN};
	pam_syslog(
		pamh, LOG_CRIT, "%s ask gave no answer (%s)", options->helper, strerrordesc_np(-r));
}

/* PAM_SUCCESS with *ret, for wipe(). No answer at all is none that was empty. */
static int prompt(pam_handle_t *pamh, const char *text, char **ret)
{
	char *typed = NULL;
	int r = pam_prompt(pamh, PAM_PROMPT_ECHO_OFF, &typed, "%s", text);

	if (r == PAM_SUCCESS && !typed)
		r = PAM_CONV_ERR;
	if (r != PAM_SUCCESS) {
		wipe(typed);
		return r == PAM_BUF_ERR ? r : PAM_CONV_ERR;
	}
	*ret = typed;
	return PAM_SUCCESS;
}

/* Another module may have asked for the password already. */
static int ask_password(pam_handle_t *pamh, const char *text, char **ret)
{
	const char *given = login_item(pamh, PAM_AUTHTOK);

	if (!*given)
		return prompt(pamh, text, ret);
	*ret = strdup(given);
	return *ret ? PAM_SUCCESS : PAM_BUF_ERR;
}

static int ask_two_boxes(pam_handle_t *pamh, const char *user)
{
	CLEANUP(wipe_text) char *password = NULL;
	const char *terminal = login_item(pamh, PAM_TTY);
	char *code = NULL;
	int r = ask_password(pamh, message_prompt_password(terminal), &password);

	if (r == PAM_SUCCESS)
		r = prompt(pamh, message_prompt_code(terminal), &code);
	if (r == PAM_SUCCESS)
		r = pam_set_item(pamh, PAM_AUTHTOK, password);
	if (r != PAM_SUCCESS) {
		wipe(code);
		return r;
	}
	return remember(pamh, user, true, code);
}

static int ask_one_box(pam_handle_t *pamh, const char *user, unsigned digits)
{
	CLEANUP(wipe_text) char *both = NULL;
	char *code;
	struct typed typed;
	size_t size;
	int r = ask_password(pamh, message_prompt_both(login_item(pamh, PAM_TTY)), &both);

	if (r != PAM_SUCCESS)
		return r;
	typed_split_one_box(both, digits, &size, &typed);
	code = strdup(typed.symbols);
	explicit_bzero(&typed, sizeof(typed));
	explicit_bzero(both + size, strlen(both + size));
	r = code ? pam_set_item(pamh, PAM_AUTHTOK, both) : PAM_BUF_ERR;
	if (r != PAM_SUCCESS) {
		wipe(code);
		return r;
	}
	return remember(pamh, user, true, code);
}

void login_forget(pam_handle_t *pamh)
{
	(void)pam_set_data(pamh, DATA_NAME, NULL, NULL);
}

int login_ask(pam_handle_t *pamh, const struct login_options *options)
{
	struct answer_ask answer;
	const char *user = NULL;
	int r = pam_get_user(pamh, &user, NULL);

	if (r != PAM_SUCCESS || !user)
		return r == PAM_BUF_ERR ? r : PAM_CONV_ERR;
	ask_helper(pamh, options, user, &answer);
	switch (answer.boxes) {
	case 0: return remember(pamh, user, false, NULL);
	case 1: return ask_one_box(pamh, user, answer.digits);
	default: return ask_two_boxes(pamh, user);
	}
}

int login_ask_late(pam_handle_t *pamh, const struct login_options *options)
{
	struct answer_ask answer;
	const char *user = NULL;
	char *code = NULL;
	int r = pam_get_user(pamh, &user, NULL);

	if (r != PAM_SUCCESS || !user)
		return r == PAM_BUF_ERR ? r : PAM_CONV_ERR;
	ask_helper(pamh, options, user, &answer);
	if (answer.boxes > 0)
		r = prompt(pamh, message_prompt_code(login_item(pamh, PAM_TTY)), &code);
	return r == PAM_SUCCESS ? remember(pamh, user, answer.boxes > 0, code) : r;
}
