#include "policy/admin/sign_by.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/sign_elsewhere.h"
#include "policy/admin/ssh_keygen.h"
#include "policy/cleanup.h"
#include "policy/signers.h"

#define PUBLIC_END ".pub"

const char *sign_by_misuse(const char *key, const char *add, bool is_print)
{
	int n_ways = (key != NULL) + (add != NULL) + is_print;

	if (n_ways < 1)
		return "by which key? Say --key, or --print to sign elsewhere";
	if (n_ways > 1)
		return "--key, --print and --add exclude each other";
	return NULL;
}

char *sign_by_public_path(const char *key)
{
	size_t size = strlen(key), end_size = strlen(PUBLIC_END);

	if (size > end_size && strcmp(key + size - end_size, PUBLIC_END) == 0)
		return strdup(key);
	return admin_format("%s" PUBLIC_END, key);
}

int sign_by_check(const char *key, const char *add)
{
	const char *path = key ? key : add;
	CLEANUP(cleanup_free) char *public_path = key ? sign_by_public_path(key) : NULL;

	if (!path)
		return EXIT_DONE;
	if (key && !public_path)
		return admin_no_memory();
	if (admin_check_path(path) < 0)
		return EXIT_UNKNOWN;
	if (access(path, R_OK) == 0 || (public_path && access(public_path, R_OK) == 0))
		return EXIT_DONE;
	admin_complain("%s cannot be read: %s", path, strerror(errno));
	return EXIT_UNKNOWN;
}

int sign_by_ask(bool is_sure, const char *question)
{
	if (is_sure)
		return EXIT_DONE;
	if (!admin_is_interactive()) {
		admin_complain("standard input is no terminal, so nobody can be asked: say --yes");
		return EXIT_UNKNOWN;
	}
	if (admin_confirm(question))
		return EXIT_DONE;
	printf("not signed\n");
	return EXIT_NO;
}

int sign_by_make(
	const char *key, const char *add, const struct admin_document *document, char **ret)
{
	const struct ssh_signer signer = {
		.key = key,
		.name_space = document_kind_namespace(document->kind),
		.may_ask = true,
	};
	int r;

	if (add)
		return sign_read_signature(add, ret);
	r = ssh_keygen_sign(&signer, document->parts.text.bytes, document->parts.text.size, ret);
	if (r == 0)
		return EXIT_DONE;
	return r == -EPERM ? EXIT_NO : EXIT_UNKNOWN;
}

int sign_by_complain(const struct admin_document *document, const struct document_slice *armour,
	enum sshsig_fault fault)
{
	struct verification refused = {0};
	const char *change = NULL;

	signers_refuse_signature(&refused, document->parts.n_signatures + 1, document->kind, fault);
	if (fault == SSHSIG_WRONG_SIGNATURE)
		change = sign_explain_change(document, armour);
	admin_complain("terminals would refuse it: %s%s%s", refused.detail, change ? "; " : "",
		change ? change : "");
	return EXIT_NO;
}
