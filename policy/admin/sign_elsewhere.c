#include "policy/admin/sign_elsewhere.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/shell_quote.h"
#include "policy/admin/ssh_keygen.h"
#include "policy/cleanup.h"
#include "policy/sshsig.h"

#define BEGIN_LINE "-----BEGIN SSH SIGNATURE-----\n"
#define END_LINE   "-----END SSH SIGNATURE-----\n"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* The lines for one key on three shells. */
static int print_lines(const char *name, const char *name_space)
{
	static const struct {
		enum shell shell;
		const char *title, *key;
	} rows[] = {
		{SHELL_POSIX, "Linux      ", "~/.ssh/id_ed25519"},
		{SHELL_CMD, "Windows cmd", "%USERPROFILE%\\.ssh\\id_ed25519"},
		{SHELL_POWERSHELL, "PowerShell ", "$env:USERPROFILE\\.ssh\\id_ed25519"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CLEANUP(cleanup_free) char *quoted = shell_quote(rows[i].shell, name);

		if (!quoted)
			return -ENOMEM;
		printf("  %s ssh-keygen -Y sign -n %s -f %s %s\n", rows[i].title, name_space,
			rows[i].key, quoted);
	}
	return 0;
}

static int print_instructions(
	const struct admin_document *document, const char *text_path, const struct sign_back *back)
{
	const char *slash = strrchr(text_path, '/'), *name = slash ? slash + 1 : text_path;
	CLEANUP(cleanup_free) char *signature = admin_format("%s.sig", text_path);
	CLEANUP(cleanup_free)
	char *quoted = signature ? shell_quote(SHELL_POSIX, signature) : NULL;

	if (!quoted)
		return -ENOMEM;
	printf("Copy it, unchanged, to where the key is. Sign it there with one of:\n");
	if (print_lines(name, document_kind_namespace(document->kind)) < 0)
		return -ENOMEM;
	printf("(-f may also be a hardware key's file, or the .pub file of a key in ssh-agent.)\n"
	       "Bring %s.sig back, and here:\n"
	       "  sekisho-admin %s --add %s%s%s\n",
		name, back->command, quoted, back->target[0] != '\0' ? " " : "", back->target);
	return 0;
}

int sign_print_text(
	const struct admin_document *document, const char *text_path, const struct sign_back *back)
{
	const struct document_slice *text = &document->parts.text;

	if (admin_replace(text_path, text->bytes, text->size) < 0)
		return EXIT_UNKNOWN;
	printf("written: %s\n", text_path);
	return print_instructions(document, text_path, back) == 0 ? EXIT_DONE : admin_no_memory();
}

int sign_print(const struct admin_document *document)
{
	CLEANUP(cleanup_free) char *text_path = admin_format("%s.text", document->file.path);
	CLEANUP(cleanup_free) char *path = shell_quote(SHELL_POSIX, document->file.path);

	if (!text_path || !path)
		return admin_no_memory();
	return sign_print_text(document, text_path, &(struct sign_back){"sign", path});
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

/* Whether the signature is of the text with a mark in front and these line ends. */
static bool fits_as(const struct admin_document *document, const struct document_slice *armour,
	const char *mark, const char *line_end)
{
	const struct document_slice *text = &document->parts.text;
	CLEANUP(cleanup_free) char *bytes = NULL;
	struct sshsig signature;
	size_t size = 0;
	FILE *to = open_memstream(&bytes, &size);

	if (!to)
		return false;
	fputs(mark, to);
	for (size_t i = 0; i < text->size; i++)
		if (text->bytes[i] == '\n')
			fputs(line_end, to);
		else
			fputc(text->bytes[i], to);
	if (fclose(to) != 0)
		return false;
	sshsig_verify(armour->bytes, armour->size, document_kind_namespace(document->kind), bytes,
		size, &signature);
	return signature.fault == SSHSIG_GOOD;
}

const char *sign_explain_change(
	const struct admin_document *document, const struct document_slice *armour)
{
	if (fits_as(document, armour, "", "\r\n") ||
		fits_as(document, armour, BYTE_ORDER_MARK, "\r\n"))
		return "its lines ended in CR LF when it was signed: an editor or mail program "
		       "changed them. Copy FILE.text again, as it is, and sign that";
	if (fits_as(document, armour, BYTE_ORDER_MARK, "\n"))
		return "it began with a byte order mark when it was signed: an editor wrote it. "
		       "Copy FILE.text again, as it is, and sign that";
	return NULL;
}
