/*
 * compare_stacks CONFDIR SERVICE...: what the evaluator says comes of each stack, and what libpam
 * itself says, a line each: "SERVICE OURS LIBPAM", as numbers. Each line of the stacks names a
 * module by its whole path, and the code that it returns: "code=NUMBER".
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <security/pam_appl.h>

#include "agent/pam_outcome.h"

#define FILE_ROOM (64 * 1024)

static int read_file(void *context, const char *path, char **ret, size_t *ret_size)
{
	const size_t folder = strlen(PAM_FOLDER "/");
	char place[512];
	FILE *file;

	if (strncmp(path, PAM_VENDOR_FOLDER, strlen(PAM_VENDOR_FOLDER)) == 0)
		return -ENOENT;
	if (strncmp(path, PAM_FOLDER "/", folder) == 0)
		snprintf(place, sizeof(place), "%s/%s", (const char *)context, path + folder);
	else
		snprintf(place, sizeof(place), "%s", path);
	file = fopen(place, "re");
	if (!file)
		return -errno;
	*ret = malloc(FILE_ROOM);
	if (!*ret)
		exit(2);
	*ret_size = fread(*ret, 1, FILE_ROOM, file);
	fclose(file);
	return 0;
}

static int code_of(const struct pam_handler *handler)
{
	const char *at = handler->arguments;

	if (handler->kind == PAM_MODULE && access(handler->module, R_OK) < 0)
		return PAM_MODULE_UNKNOWN;
	for (size_t i = 0; i < handler->n_arguments; i++, at += strlen(at) + 1)
		if (strncmp(at, "code=", 5) == 0)
			return (int)strtol(at + 5, NULL, 10);
	return PAM_AUTH_ERR;
}

static int ours(char *folder, const char *service)
{
	const struct pam_source source = {.read = read_file,
		.context = folder,
		.has_folder = true,
		.is_debian = access("/etc/debian_version", F_OK) == 0};
	static int codes[PAM_HANDLERS_MAX];
	struct pam_stack stack;
	int r = pam_stack_read(&source, service, &stack);

	if (r < 0)
		exit(2);
	for (size_t i = 0; i < stack.n; i++)
		codes[i] = code_of(&stack.handlers[i]);
	r = pam_outcome(&stack, codes);
	pam_stack_clear(&stack);
	return r;
}

static int converse(
	int n, const struct pam_message **messages, struct pam_response **ret, void *data)
{
	return PAM_CONV_ERR;
}

static int theirs(const char *folder, const char *service)
{
	const struct pam_conv conversation = {.conv = converse};
	pam_handle_t *pamh;
	int r = pam_start_confdir(service, "nobody", &conversation, folder, &pamh);

	if (r != PAM_SUCCESS)
		return r;
	r = pam_authenticate(pamh, PAM_SILENT);
	(void)pam_end(pamh, r);
	return r;
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	for (int i = 2; i < argc; i++)
		printf("%s %d %d\n", argv[i], ours(argv[1], argv[i]), theirs(argv[1], argv[i]));
	return 0;
}
