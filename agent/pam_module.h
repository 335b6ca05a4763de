/*
 * What a line of a stack may return at the login of an ordinary person, by its module's name. Both
 * ways where either may happen, every code of a module that is not known. Pure.
 */
#pragma once

#include "agent/pam_outcome.h"

enum pam_role {
	PAM_ROLE_OTHER = 0,
	PAM_ROLE_PASSWORD,
	PAM_ROLE_ASK,
	PAM_ROLE_JUDGE,
	PAM_ROLE_MISSPELT, /* ours, with words that it does not know: it refuses */
};

/* What is known of this terminal. */
struct pam_facts {
	bool (*is_missing)(void *context, const char *module);      /* its file */
	bool (*is_nobodys_group)(void *context, const char *group); /* nobody is in it */
	void *context;
};

enum pam_role pam_module_role(const struct pam_handler *handler);

/* Of a password's module, when the password is wrong or it is not the one to judge it. */
uint32_t pam_module_refusals(const struct pam_handler *handler);

/* Of a module with the role OTHER. */
uint32_t pam_module_codes(const struct pam_handler *handler, const struct pam_facts *facts);
