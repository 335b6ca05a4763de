/*
 * The lines of Linux-PAM's files, read as libpam 1.5 reads them (pam_handlers.c, pam_misc.c), its
 * oddities included: what it stumbles over must not look sound here. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <security/_pam_types.h>

#define PAM_LINE_SIZE 1024 /* of a line with its continuations and its NUL */
#define PAM_CODES     _PAM_RETURN_VALUES

/* What a control does about a code; above zero: it passes over so many lines. */
enum pam_action {
	PAM_ACTION_IGNORE = 0,
	PAM_ACTION_OK = -1,
	PAM_ACTION_DONE = -2,
	PAM_ACTION_BAD = -3,
	PAM_ACTION_DIE = -4,
	PAM_ACTION_RESET = -5,
};

/* A file in memory, and how far it was read. */
struct pam_text {
	const char *bytes;
	size_t size, at;
	unsigned line; /* number of line ends before at */
};

/*
 * The next line that says something, without its comment, with its continuations. 1, ret and
 * *ret_line (where it begins, from 1); 0: there is none; -EBADMSG: libpam gives up the file here.
 */
int pam_line_next(struct pam_text *text, char ret[PAM_LINE_SIZE], unsigned *ret_line);

/*
 * Cuts the next word off: up to a blank, or all between brackets. *next is where to go on, NULL
 * behind the last. NULL: there is none.
 */
char *pam_line_word(char **next);

/* Letters of ASCII alike whatever their case. */
bool pam_word_is(const char *word, const char *wanted);

/* The four words, or "value=action …" (without its brackets): what to do about each code. */
void pam_control_read(const char *control, int ret[PAM_CODES]);

/* "success", "auth_err", …: as in a control. */
const char *pam_code_name(int code);
