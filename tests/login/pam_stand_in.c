/*
 * In place of pam_unix, which needs root: "password=WORD" lets in whoever typed that, "asks" asks
 * where nobody did, and "code=NUMBER" returns that whatever was typed. "shows" says what the
 * password is by now.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <security/pam_ext.h>
#include <security/pam_modules.h>

#define EXPORT __attribute__((visibility("default")))

static const char *option(int argc, const char **argv, const char *name)
{
	size_t size = strlen(name);

	for (int i = 0; i < argc; i++)
		if (strncmp(argv[i], name, size) == 0)
			return argv[i] + size;
	return NULL;
}

EXPORT int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	const char *wanted = option(argc, argv, "password="), *code = option(argc, argv, "code=");
	const void *typed = NULL;

	if (code)
		return (int)strtol(code, NULL, 10);
	if (pam_get_item(pamh, PAM_AUTHTOK, &typed) != PAM_SUCCESS)
		return PAM_AUTH_ERR;
	if (option(argc, argv, "asks") && !typed) {
		char *answer = NULL;

		if (pam_prompt(pamh, PAM_PROMPT_ECHO_OFF, &answer, "Password: ") != PAM_SUCCESS)
			return PAM_AUTH_ERR;
		(void)pam_set_item(pamh, PAM_AUTHTOK, answer);
		free(answer);
		(void)pam_get_item(pamh, PAM_AUTHTOK, &typed);
	}
	if (option(argc, argv, "shows"))
		(void)pam_info(pamh, "password is %s", typed ? (const char *)typed : "none");
	return wanted && typed && strcmp(wanted, typed) == 0 ? PAM_SUCCESS : PAM_AUTH_ERR;
}

EXPORT int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return PAM_SUCCESS;
}
