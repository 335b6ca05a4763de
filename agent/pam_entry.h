/* One line of a PAM file, cut into what it says. Pure. */
#pragma once

#include "agent/pam_line.h"

enum pam_type {
	PAM_TYPE_ANY = 0,
	PAM_TYPE_AUTH,
	PAM_TYPE_SESSION,
	PAM_TYPE_ACCOUNT,
	PAM_TYPE_PASSWORD,
};

struct pam_entry {
	enum pam_type type;
	bool is_silent; /* "-auth" */
	bool is_include, is_substack;
	bool is_at;     /* "@include" */
	bool must_fail; /* it makes no sense */
	bool is_other;  /* for the caller: it is of the service "other" */
	int actions[PAM_CODES];
	char *module; /* or the file that is included; NULL: not said. Points into the line */
	char *rest;   /* the arguments; NULL: none */
};

/*
 * Cuts up line, from the type on. wanted: of an include, the type that it is for; a line of another
 * type is false. knows_at: "@include" is known.
 */
bool pam_entry_read(char *line, enum pam_type wanted, bool knows_at, struct pam_entry *ret);

void pam_entry_set_all(struct pam_entry *entry, int action);
