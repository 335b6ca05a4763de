#include "pam/login_ask.h"

#include <stdint.h>
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
	helper_end(asked->helper);
	free(asked->user);
	free(asked);
}

const char *login_item(pam_handle_t *pamh, int item)
{
	const void *text = NULL;

	return pam_get_item(pamh, item, &text) == PAM_SUCCESS && text ? text : "";
}

struct login_asked *login_asked(pam_handle_t *pamh)
{
	const void *data = NULL;

	return pam_get_data(pamh, DATA_NAME, &data) == PAM_SUCCESS
		       ? (struct login_asked *)(uintptr_t)data
		       : NULL;
}

static void asked_free(struct login_asked **asked)
{
	if (*asked)
		forget(NULL, *asked, 0);
}

/* Takes *asked over. */
static int remember(pam_handle_t *pamh, struct login_asked **asked)
{
	if (pam_set_data(pamh, DATA_NAME, *asked, forget) != PAM_SUCCESS)
		return PAM_BUF_ERR;
	*asked = NULL;
	return PAM_IGNORE;
}

/* Where that fails everybody is asked for both: judge then refuses for the true reason. */
static void ask_helper(pam_handle_t *pamh, const struct login_options *options,
	struct login_asked *asked, struct answer_ask *ret)
{
	const struct helper_call call = {.program = options->helper,
		.verb = "serve",
		.service = login_item(pamh, PAM_SERVICE),
		.user = asked->user};
	char text[ANSWER_SIZE];
	size_t size = 0;
	int r = helper_start(&call, &asked->helper);

	if (r == 0)
		r = helper_read_line(asked->helper, text, &size);
	if (r == 0 && answer_read_ask(text, size, ret) == 0)
		return;
	*ret = (struct answer_ask){.boxes = 2, .digits = CODE_DIGITS_MIN};
	helper_end(asked->helper);
	asked->helper = NULL;
	pam_syslog(pamh, LOG_CRIT, "%s gave no answer (%s)", options->helper, strerrordesc_np(-r));
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

static int ask_two_boxes(pam_handle_t *pamh, struct login_asked *asked)
{
	CLEANUP(wipe_text) char *password = NULL;
	const char *terminal = login_item(pamh, PAM_TTY);
	int r = ask_password(pamh, message_prompt_password(terminal), &password);

	if (r == PAM_SUCCESS)
		r = prompt(pamh, message_prompt_code(terminal), &asked->code);
	if (r == PAM_SUCCESS)
		r = pam_set_item(pamh, PAM_AUTHTOK, password);
	return r;
}

static int ask_one_box(pam_handle_t *pamh, struct login_asked *asked, unsigned digits)
{
	CLEANUP(wipe_text) char *both = NULL;
	struct typed typed;
	size_t size;
	int r = ask_password(pamh, message_prompt_both(login_item(pamh, PAM_TTY)), &both);

	if (r != PAM_SUCCESS)
		return r;
	typed_split_one_box(both, digits, &size, &typed);
	asked->code = strdup(typed.symbols);
	explicit_bzero(&typed, sizeof(typed));
	explicit_bzero(both + size, strlen(both + size));
	return asked->code ? pam_set_item(pamh, PAM_AUTHTOK, both) : PAM_BUF_ERR;
}

static int ask_code(pam_handle_t *pamh, struct login_asked *asked)
{
	return prompt(pamh, message_prompt_code(login_item(pamh, PAM_TTY)), &asked->code);
}

static int ask(pam_handle_t *pamh, const struct login_options *options, bool is_late)
{
	CLEANUP(asked_free) struct login_asked *asked = calloc(1, sizeof(*asked));
	struct answer_ask answer;
	const char *user = NULL;
	int r = pam_get_user(pamh, &user, NULL);

	if (r != PAM_SUCCESS || !user)
		return r == PAM_BUF_ERR ? r : PAM_CONV_ERR;
	if (!asked || !(asked->user = strdup(user)))
		return PAM_BUF_ERR;
	ask_helper(pamh, options, asked, &answer);
	if (answer.boxes > 0 && is_late)
		r = ask_code(pamh, asked);
	else if (answer.boxes == 1)
		r = ask_one_box(pamh, asked, answer.digits);
	else if (answer.boxes > 1)
		r = ask_two_boxes(pamh, asked);
	return r == PAM_SUCCESS ? remember(pamh, &asked) : r;
}

int login_ask(pam_handle_t *pamh, const struct login_options *options)
{
	return ask(pamh, options, false);
}

int login_ask_phone(pam_handle_t *pamh, struct login_asked *asked)
{
	char *typed = NULL;
	int r = prompt(pamh, message_prompt_phone(login_item(pamh, PAM_TTY)), &typed);

	if (r != PAM_SUCCESS)
		return r;
	wipe(asked->code);
	asked->code = typed;
	return PAM_SUCCESS;
}

int login_ask_late(pam_handle_t *pamh, const struct login_options *options)
{
	return ask(pamh, options, true);
}

void login_forget(pam_handle_t *pamh)
{
	(void)pam_set_data(pamh, DATA_NAME, NULL, NULL);
}
