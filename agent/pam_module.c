#include "agent/pam_module.h"

#include <string.h>

#define SET(code)    PAM_CODE_SET(PAM_##code)
#define EITHER       (SET(SUCCESS) | SET(AUTH_ERR) | SET(PERM_DENIED))
#define INDIFFERENT  (SET(SUCCESS) | SET(IGNORE))
#define OUR_MODULE   "pam_sekisho.so"
#define HELPER_WORD  "verify=/"
#define IGNORE_WORDS "ignore"

struct module {
	const char *name;
	uint32_t codes;
};

static const char *const passwords[] = {"pam_unix.so", "pam_unix_auth.so", "pam_unix2.so",
	"pam_sss.so", "pam_ldap.so", "pam_krb5.so", "pam_winbind.so", "pam_tcb.so",
	"pam_pwdfile.so", "pam_userdb.so", "pam_mysql.so", "pam_pgsql.so", "pam_radius_auth.so",
	"pam_tacplus.so", "pam_systemd_home.so", "pam_himmelblau.so", "pam_authd.so"};

/* As of Linux-PAM 1.5's own sources, and the others' manuals. */
static const struct module modules[] = {
	{"pam_permit.so", SET(SUCCESS)},
	{"pam_deny.so", SET(AUTH_ERR)},
	{"pam_warn.so", SET(IGNORE)},
	{"pam_env.so", SET(IGNORE)},
	{"pam_group.so", SET(IGNORE)},
	{"pam_keyinit.so", SET(IGNORE)},
	{"pam_mail.so", SET(IGNORE)},
	{"pam_issue.so", SET(IGNORE) | SET(SERVICE_ERR)},
	{"pam_echo.so", INDIFFERENT},
	{"pam_faildelay.so", INDIFFERENT},
	{"pam_motd.so", SET(MODULE_UNKNOWN)}, /* these two have nothing to say here */
	{"pam_umask.so", SET(MODULE_UNKNOWN)},
	{"pam_selinux.so", SET(AUTH_ERR)},
	/* Of root alone, and of a terminal that is closed to all, they say more. */
	{"pam_nologin.so", INDIFFERENT},
	{"pam_securetty.so", INDIFFERENT},
	{"pam_rootok.so", SET(AUTH_ERR)},
	{"pam_faillock.so", INDIFFERENT | EITHER},
	{"pam_tally2.so", INDIFFERENT | EITHER},
	{"pam_sepermit.so", INDIFFERENT | EITHER},
	{"pam_cap.so", INDIFFERENT | EITHER},
	{"pam_shells.so", EITHER},
	{"pam_listfile.so", INDIFFERENT | EITHER},
	{"pam_access.so", EITHER | SET(USER_UNKNOWN)},
	{"pam_localuser.so", EITHER | SET(USER_UNKNOWN)},
	{"pam_usertype.so", EITHER | SET(USER_UNKNOWN)},
};

static const char *base_of(const struct pam_handler *handler)
{
	const char *slash = handler->module ? strrchr(handler->module, '/') : NULL;

	if (!handler->module || handler->kind != PAM_MODULE)
		return "";
	return slash ? slash + 1 : handler->module;
}

static const char *next_argument(const char *argument)
{
	return argument + strlen(argument) + 1;
}

/* As pam_sekisho.so reads its words. */
static enum pam_role role_of_ours(const struct pam_handler *handler)
{
	enum pam_role role = PAM_ROLE_MISSPELT;
	const char *word = handler->arguments;

	for (size_t i = 0; i < handler->n_arguments; i++, word = next_argument(word)) {
		bool asks = strcmp(word, "ask") == 0;

		if (asks || strcmp(word, "judge") == 0) {
			if (role != PAM_ROLE_MISSPELT)
				return PAM_ROLE_MISSPELT;
			role = asks ? PAM_ROLE_ASK : PAM_ROLE_JUDGE;
		} else if (strncmp(word, HELPER_WORD, strlen(HELPER_WORD)) != 0 &&
			   strcmp(word, "nodelay") != 0) {
			return PAM_ROLE_MISSPELT;
		}
	}
	return role;
}

enum pam_role pam_module_role(const struct pam_handler *handler)
{
	const char *base = base_of(handler);

	if (strcmp(base, OUR_MODULE) == 0)
		return role_of_ours(handler);
	for (size_t i = 0; i < sizeof(passwords) / sizeof(passwords[0]); i++)
		if (strcmp(base, passwords[i]) == 0)
			return PAM_ROLE_PASSWORD;
	return PAM_ROLE_OTHER;
}

uint32_t pam_module_refusals(const struct pam_handler *handler)
{
	uint32_t codes = SET(AUTH_ERR) | SET(USER_UNKNOWN) | SET(AUTHINFO_UNAVAIL) | SET(MAXTRIES) |
			 SET(PERM_DENIED);
	const char *word = handler->arguments;

	/* "ignore_unknown_user", "ignore_authinfo_unavail", "ignore_root", … */
	for (size_t i = 0; i < handler->n_arguments; i++, word = next_argument(word))
		if (strncmp(word, IGNORE_WORDS, strlen(IGNORE_WORDS)) == 0)
			codes |= SET(IGNORE);
	return codes;
}

/* Those words of pam_succeed_if that are no condition. */
static bool is_option(const char *word)
{
	static const char *const options[] = {
		"debug", "use_uid", "quiet", "quiet_fail", "quiet_success", "audit"};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (strcmp(word, options[i]) == 0)
			return true;
	return false;
}

/* Of one condition alone something can be known: a group with nobody in it, or that it is about
 * root, whom no person is. */
static uint32_t codes_of_condition(const struct pam_handler *handler, const struct pam_facts *facts)
{
	const char *said[3] = {"", "", ""}, *word = handler->arguments;
	size_t n = 0;

	for (size_t i = 0; i < handler->n_arguments; i++, word = next_argument(word)) {
		if (is_option(word))
			continue;
		if (n == 3)
			return EITHER;
		said[n++] = word;
	}
	if (n < 3 || strcmp(said[0], "user") != 0)
		return EITHER;
	if (strcmp(said[1], "ingroup") == 0 && facts->is_nobodys_group(facts->context, said[2]))
		return SET(AUTH_ERR);
	if (strcmp(said[1], "=") == 0 && strcmp(said[2], "root") == 0)
		return SET(AUTH_ERR);
	if (strcmp(said[1], "!=") == 0 && strcmp(said[2], "root") == 0)
		return SET(SUCCESS);
	return EITHER;
}

uint32_t pam_module_codes(const struct pam_handler *handler, const struct pam_facts *facts)
{
	const char *base = base_of(handler);

	if (handler->module && facts->is_missing(facts->context, handler->module))
		return SET(MODULE_UNKNOWN);
	if (strcmp(base, "pam_succeed_if.so") == 0)
		return codes_of_condition(handler, facts);
	if (strcmp(base, "pam_wheel.so") == 0)
		return pam_handler_has(handler, "trust") ? INDIFFERENT | EITHER
							 : SET(IGNORE) | SET(PERM_DENIED);
	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++)
		if (strcmp(base, modules[i].name) == 0)
			return modules[i].codes;
	return PAM_ANY_CODE;
}
