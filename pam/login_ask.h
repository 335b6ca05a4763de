/* The line before the password is judged: everybody is asked for the same. Knows PAM. */
#pragma once

#include <stdbool.h>

#include <security/pam_modules.h>

struct login_options {
	const char *helper; /* path of sekisho-verify */
	bool is_silent;     /* nothing is to be shown but prompts */
	bool has_no_delay;  /* after a refusal */
};

struct helper;

/* What was asked at this login, kept in the handle until it ends. */
struct login_asked {
	char *user;
	char *code;            /* as typed; a secret */
	struct helper *helper; /* that said what to ask, and waits for the code; NULL: none */
};

/* PAM_IGNORE, or why nobody could be asked: PAM_CONV_ERR, PAM_AUTH_ERR, PAM_BUF_ERR. */
int login_ask(pam_handle_t *pamh, const struct login_options *options);

/* What ask left, or NULL where there was no such line. */
struct login_asked *login_asked(pam_handle_t *pamh);
/* One code is judged once: the next judgement asks anew. */
void login_forget(pam_handle_t *pamh);
/* Asks for the code alone, where no line asked before. As login_ask(). */
int login_ask_late(pam_handle_t *pamh, const struct login_options *options);
/* Asks for what a desk answers; PAM_SUCCESS: it is asked->code now. Else as login_ask(). */
int login_ask_phone(pam_handle_t *pamh, struct login_asked *asked);

/* An item that is a string; "" where it is not set. */
const char *login_item(pam_handle_t *pamh, int item);
