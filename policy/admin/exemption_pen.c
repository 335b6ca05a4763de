#include "policy/admin/exemption_pen.h"

#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/public_key.h"
#include "policy/admin/sign_by.h"
#include "policy/admin/signing.h"
#include "policy/cleanup.h"

#define SIGNATURE_END ".sig"
#define TEXT_END      ".text"

static bool ends_in(const char *text, const char *end)
{
	size_t size = strlen(text), end_size = strlen(end);

	return size > end_size && strcmp(text + size - end_size, end) == 0;
}

int exemption_pen_check(const struct exemption_pen *pen, const char *usage)
{
	const char *misuse = sign_by_misuse(pen->key, pen->add, pen->is_print);

	return misuse ? admin_misused(usage, misuse) : sign_by_check(pen->key, pen->add);
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
	CLEANUP(cleanup_free) char *public_path = pen->key ? sign_by_public_path(pen->key) : NULL;
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
	return sign_by_ask(pen->is_sure, question);
}

int exemption_pen_sign(const struct exemption_pen *pen, const struct exemption_site *site,
	const struct admin_document *document, char **ret_armour, struct sshsig *ret)
{
	struct signing_roots roots = signing_roots_by(document, &site->trust);
	CLEANUP(cleanup_free) char *armour = NULL;
	struct document_slice slice;
	int code = sign_by_make(pen->key, pen->add, document, &armour);

	if (code != EXIT_DONE)
		return code;
	slice = (struct document_slice){armour, strlen(armour)};
	signing_verify(document, &slice, ret);
	if (ret->fault != SSHSIG_GOOD)
		return sign_by_complain(document, &slice, ret->fault);
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
