#include "policy/admin/sign_elsewhere.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/ssh_keygen.h"
#include "policy/cleanup.h"

#define BEGIN_LINE "-----BEGIN SSH SIGNATURE-----\n"
#define END_LINE   "-----END SSH SIGNATURE-----\n"

int sign_print(const struct admin_document *document)
{
	const char *path = document->file.path, *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	const char *name_space = document_kind_namespace(document->kind);
	CLEANUP(cleanup_free) char *text_path = admin_format("%s.text", path);

	if (!text_path)
		return admin_no_memory();
	if (admin_replace(text_path, document->parts.text.bytes, document->parts.text.size) < 0)
		return EXIT_UNKNOWN;
	printf("written: %s\n"
	       "Copy it, unchanged, to where the key is. Sign it there with one of:\n"
	       "  Linux       ssh-keygen -Y sign -n %s -f ~/.ssh/id_ed25519 %s.text\n"
	       "  Windows cmd ssh-keygen -Y sign -n %s -f %%USERPROFILE%%\\.ssh\\id_ed25519 "
	       "%s.text\n"
	       "  PowerShell  ssh-keygen -Y sign -n %s -f $env:USERPROFILE\\.ssh\\id_ed25519 "
	       "%s.text\n"
	       "(-f may also be a hardware key's file, or the .pub file of a key in ssh-agent.)\n"
	       "Bring %s.text.sig back, and here:\n"
	       "  sekisho-admin sign --add %s.sig %s\n",
		text_path, name_space, name, name_space, name, name_space, name, name, text_path,
		path);
	return EXIT_DONE;
}

/* In place. */
static void drop_carriage_returns(struct admin_file *file)
{
	size_t to = 0;

	for (size_t from = 0; from < file->size; from++)
		if (file->bytes[from] != '\r')
			file->bytes[to++] = file->bytes[from];
	file->bytes[to] = '\0';
	file->size = to;
}

int sign_read_signature(const char *path, char **ret)
{
	CLEANUP(admin_file_free) struct admin_file file = {0};
	char *begin, *end = NULL;

	if (admin_read(path, SSH_KEYGEN_OUTPUT_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	drop_carriage_returns(&file);
	begin = strstr(file.bytes, BEGIN_LINE);
	if (begin)
		end = strstr(begin, END_LINE);
	if (!end) {
		admin_complain("%s is no signature: it should begin with \"%.*s\"", path,
			(int)strlen(BEGIN_LINE) - 1, BEGIN_LINE);
		return EXIT_NO;
	}
	*ret = strndup(begin, (size_t)(end - begin) + strlen(END_LINE));
	return *ret ? EXIT_DONE : EXIT_UNKNOWN;
}
