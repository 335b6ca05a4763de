/* What an auth stack is worth: who gets in when our module fails, and by which line. Pure. */
#pragma once

#include "agent/pam_module.h"

enum pam_verdict {
	PAM_VERDICT_UNTOLD = 0, /* it could not be read, or not looked through */
	PAM_VERDICT_OPEN,       /* somebody gets in without password and code */
	PAM_VERDICT_PASSWORD,   /* with a right password, though our line refuses, fails or is not
				   there */
	PAM_VERDICT_CODE,       /* with a right code, though the password is wrong */
	PAM_VERDICT_NOBODY,     /* nobody gets in, with whatever */
	PAM_VERDICT_HOLDS,      /* both are needed */
	PAM_VERDICT_COUNT,
};

/* "untold", "open", "password", "code", "nobody", "holds"; NULL out of range. */
const char *pam_verdict_name(enum pam_verdict verdict);

/* How a line lets people through. */
enum pam_leak {
	PAM_LEAK_NONE = 0,
	PAM_LEAK_NO_JUDGE,    /* no line judges the code */
	PAM_LEAK_PASSED_OVER, /* the control of the line that judges does not refuse */
	PAM_LEAK_SKIPPED,     /* this line jumps or ends before the line that judges */
	PAM_LEAK_TAKEN_BACK,  /* this line takes a refusal back ("reset") */
	PAM_LEAK_BY_ITSELF,   /* this line lets in */
};

#define PAM_NO_HANDLER ((size_t)-1)

struct pam_judged {
	enum pam_verdict verdict;
	uint32_t passes; /* the codes of our line with which a right password is enough */
	enum pam_leak leak;
	size_t culprit;              /* the handler that lets people through; PAM_NO_HANDLER */
	size_t ask, judge, password; /* the first of each; PAM_NO_HANDLER */
	size_t misspelt;             /* ours, that refuses always; PAM_NO_HANDLER */
	bool asks_late;              /* a password is judged before ask */
	bool judges_early;           /* judge stands before a password's module */
	bool judges_twice;           /* a code counts once: the second one asks anew */
	bool is_charged;             /* who does not know the password can use up tries */
	bool is_missing;             /* the module's file */
};

/* 0 and *ret, or -ENOMEM. */
int pam_stack_judge(
	const struct pam_stack *stack, const struct pam_facts *facts, struct pam_judged *ret);
