#include "policy/admin/exemption_pen.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/public_key.h"
#include "policy/admin/signing.h"
#include "policy/admin/ssh_keygen.h"
#include "policy/cleanup.h"
#include "policy/signers.h"

#define SIGNATURE_END ".sig"
#define TEXT_END      ".text"

static bool ends_in(const char *text, const char *end)
{
	size_t size = strlen(text), end_size = strlen(end);

	return size > end_size && strcmp(text + size - end_size, end) == 0;
}

/* Of a key that an agent holds, the public half may be all that is. NULL: no memory. */
static char *public_path_of(const char *key)
{
	return ends_in(key, ".pub") ? strdup(key) : admin_format("%s.pub", key);
}

int exemption_pen_check(const struct exemption_pen *pen, const char *usage)
{
	const char *path = pen->key ? pen->key : pen->add;
	CLEANUP(cleanup_free) char *public_path = pen->key ? public_path_of(pen->key) : NULL;
	int n_ways = (pen->key != NULL) + (pen->add != NULL) + pen->is_print;

	if (n_ways < 1)
		return admin_misused(
			usage, "by which key? Say --key, or --print to sign elsewhere");
	if (n_ways > 1)
		return admin_misused(usage, "--key, --print and --add exclude each other");
	if (!path)
		return EXIT_DONE;
	if (admin_check_path(path) < 0)
		return EXIT_UNKNOWN;
	if (access(path, R_OK) == 0 || (public_path && access(public_path, R_OK) == 0))
		return EXIT_DONE;
	admin_complain("%s cannot be read: %s", path, strerror(errno));
	return EXIT_UNKNOWN;
}

static uint64_t person_of(const struct exemption_site *site, const char *fingerprint)
{
	int person = root_find_person(site->trust.root, fingerprint);

	return person < 0 ? 0 : UINT64_C(1) << person;
}

int exemption_pen_person(const struct exemption_pen *pen, const struct exemption_site *site,
	const struct admin_document *document, uint64_t *ret)
{
	struct signing_roots roots = signing_roots_by(document, &site->trust);
	CLEANUP(cleanup_free) char *public_path = pen->key ? public_path_of(pen->key) : NULL;
	/* What a hardware key will show is seen once it has signed. */
	struct sshsig promised = {.fault = SSHSIG_GOOD, .has_user_verification = true};
	int code;

	*ret = 0;
	if (!public_path || access(public_path, R_OK) < 0)
		return EXIT_DONE;
	code = public_key_file_fingerprint(public_path, promised.fingerprint);
	if (code == EXIT_DONE)
		code = signing_check_signer(document, &roots, &promised);
	if (code == EXIT_DONE)
		*ret = person_of(site, promised.fingerprint);
	return code;
}

int exemption_pen_ask(const struct exemption_pen *pen, const char *question)
{
	if (pen->is_sure)
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

static int get_armour(
	const struct exemption_pen *pen, const struct admin_document *document, char **ret)
{
	const struct ssh_signer signer = {
		.key = pen->key,
		.name_space = document_kind_namespace(document->kind),
		.may_ask = true,
	};
	int r;

	if (pen->add)
		return sign_read_signature(pen->add, ret);
	r = ssh_keygen_sign(&signer, document->parts.text.bytes, document->parts.text.size, ret);
	if (r == 0)
		return EXIT_DONE;
	return r == -EPERM ? EXIT_NO : EXIT_UNKNOWN;
}

int exemption_pen_sign(const struct exemption_pen *pen, const struct exemption_site *site,
	const struct admin_document *document, char **ret_armour, struct sshsig *ret)
{
	struct signing_roots roots = signing_roots_by(document, &site->trust);
	CLEANUP(cleanup_free) char *armour = NULL;
	struct verification refused = {0};
	struct document_slice slice;
	const char *change = NULL;
	int code = get_armour(pen, document, &armour);

	if (code != EXIT_DONE)
		return code;
	slice = (struct document_slice){armour, strlen(armour)};
	signing_verify(document, &slice, ret);
	if (!signers_refuse_signature(
		    &refused, document->parts.n_signatures + 1, document->kind, ret->fault)) {
		if (ret->fault == SSHSIG_WRONG_SIGNATURE)
			change = sign_explain_change(document, &slice);
		admin_complain("terminals would refuse it: %s%s%s", refused.detail,
			change ? "; " : "", change ? change : "");
		return EXIT_NO;
	}
	code = signing_check_signer(document, &roots, ret);
	if (code == EXIT_DONE)
		*ret_armour = TAKE(armour);
	return code;
}

int exemption_pen_print(
	const struct admin_document *document, const char *name, const struct sign_back *back)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s" TEXT_END, name);

	return path ? sign_print_text(document, path, back) : admin_no_memory();
}

int exemption_pen_read_text(const struct exemption_pen *pen, enum document_kind kind,
	struct admin_document *ret, char **ret_path)
{
	CLEANUP(cleanup_free) char *path = NULL;
	struct admin_file file = {0};
	int code;

	if (!ends_in(pen->add, TEXT_END SIGNATURE_END)) {
		admin_complain("%s: the signature of NAME" TEXT_END
			       " is called NAME" TEXT_END SIGNATURE_END ", and lies beside it",
			pen->add);
		return EXIT_UNKNOWN;
	}
	path = strndup(pen->add, strlen(pen->add) - strlen(SIGNATURE_END));
	if (!path)
		return admin_no_memory();
	*ret_path = path;
	if (admin_read_document(TAKE(path), &file) < 0)
		return EXIT_UNKNOWN;
	code = admin_parse_file(&file, ret);
	if (code == EXIT_DONE && ret->kind != kind) {
		admin_complain("%s is no %s", *ret_path, document_kind_name(kind));
		return EXIT_NO;
	}
	return code;
}
