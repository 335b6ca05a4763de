#include "policy/admin/signing.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/print.h"

static enum role role_of(enum document_kind kind)
{
	switch (kind) {
	case DOCUMENT_ROOT: return ROLE_ROOT;
	case DOCUMENT_FRESH: return ROLE_FRESH;
	case DOCUMENT_POLICY:
	case DOCUMENT_MEDIA: return ROLE_POLICY;
	case DOCUMENT_NONE:
	case DOCUMENT_KIND_COUNT: break;
	}
	return ROLE_NONE;
}

static const struct role_grant *grant_of(
	const struct admin_document *document, const struct root *root)
{
	const struct document_header *header = admin_document_header(document);
	bool is_root = document->kind == DOCUMENT_ROOT;

	return root_find_grant(root, role_of(document->kind), is_root ? NULL : header->tier);
}

struct signing_roots signing_roots_of(
	const struct admin_document *document, const struct root *trusted)
{
	struct signing_roots roots = {0};

	if (trusted)
		roots.roots[roots.count++] = trusted;
	if (document->root)
		roots.roots[roots.count++] = document->root;
	return roots;
}

void signing_verify(const struct admin_document *document, const struct document_slice *armour,
	struct sshsig *ret)
{
	const struct document_slice *text = &document->parts.text;

	sshsig_verify(armour->bytes, armour->size, document_kind_namespace(document->kind),
		text->bytes, text->size, ret);
}

int signing_check_present(const struct admin_document *document)
{
	for (size_t i = 0; i < document->parts.n_signatures; i++) {
		struct sshsig signature;

		signing_verify(document, &document->parts.signatures[i], &signature);
		if (signature.fault == SSHSIG_GOOD)
			continue;
		admin_complain("signature %zu of %s is not good any more (%s): the text was "
			       "changed after it; use --anew or --raise to begin again",
			i + 1, document->file.path, sshsig_fault_name(signature.fault));
		return EXIT_NO;
	}
	if (document->parts.n_signatures < DOCUMENT_SIGNATURES_MAX)
		return EXIT_DONE;
	admin_complain(
		"%s has %d signatures already", document->file.path, DOCUMENT_SIGNATURES_MAX);
	return EXIT_NO;
}

/* Whether the person is one whose signature this root asks for. */
static bool is_asked(
	const struct admin_document *document, const struct root *root, const char *fingerprint)
{
	const struct role_grant *grant = grant_of(document, root);
	int person = root_find_person(root, fingerprint);

	return grant && person >= 0 && (grant->persons & (UINT64_C(1) << person));
}

static bool is_known(const struct signing_roots *roots, const char *fingerprint)
{
	for (size_t i = 0; i < roots->count; i++)
		if (root_find_person(roots->roots[i], fingerprint) >= 0)
			return true;
	return false;
}

int signing_check_signer(const struct admin_document *document, const struct signing_roots *roots,
	const struct sshsig *signature)
{
	const struct document_header *header = admin_document_header(document);
	bool is_root = document->kind == DOCUMENT_ROOT;

	for (size_t i = 0; i < roots->count; i++) {
		const struct role_grant *grant = grant_of(document, roots->roots[i]);

		if (!is_asked(document, roots->roots[i], signature->fingerprint))
			continue;
		if (!grant->needs_user_verification || signature->has_user_verification)
			return EXIT_DONE;
		admin_complain("the role %s asks for a hardware key's PIN or fingerprint; make "
			       "the key with \"ssh-keygen -O verify-required\"",
			grant->name);
		return EXIT_NO;
	}
	if (roots->count == 0)
		return EXIT_DONE;
	if (!is_known(roots, signature->fingerprint))
		admin_complain("no root names the key %s, so terminals would refuse the document; "
			       "is it the right key, and the right root (--root)?",
			signature->fingerprint);
	else
		admin_complain("the root does not let the holder of %s sign a %s of %s%s",
			signature->fingerprint, document_kind_name(document->kind),
			is_root ? "the site " : "the tier ", is_root ? header->site : header->tier);
	return EXIT_NO;
}

/* The persons of root who signed and are asked. */
static uint64_t signers_of(const struct admin_document *document, const struct root *root)
{
	uint64_t persons = 0;

	for (size_t i = 0; i < document->parts.n_signatures; i++) {
		struct sshsig signature;

		signing_verify(document, &document->parts.signatures[i], &signature);
		if (signature.fault == SSHSIG_GOOD &&
			is_asked(document, root, signature.fingerprint))
			persons |= UINT64_C(1) << root_find_person(root, signature.fingerprint);
	}
	return persons;
}

static unsigned print_missing(
	const struct admin_document *document, const struct root *root, bool is_next)
{
	const struct role_grant *grant = grant_of(document, root);
	uint64_t signers = signers_of(document, root);
	unsigned count = persons_count(signers);
	unsigned missing = grant && grant->threshold > count ? grant->threshold - count : 0;

	printf("  signed     by");
	if (signers == 0)
		printf(" nobody");
	admin_print_persons(root, signers);
	if (is_next)
		printf(" (root %" PRIu64 ")", root->header.serial);
	if (!grant)
		printf("; the root lets nobody sign this\n");
	else if (missing == 0)
		printf("; these are enough\n");
	else {
		printf("; needs %u more of", missing);
		admin_print_persons(root, grant->persons & ~signers);
		printf("\n");
	}
	return missing;
}

unsigned signing_print_state(
	const struct admin_document *document, const struct signing_roots *roots)
{
	unsigned missing = 0;

	if (roots->count == 0)
		printf("  signed     by %zu key%s; no root was found that says whose (--root)\n",
			document->parts.n_signatures, document->parts.n_signatures == 1 ? "" : "s");
	for (size_t i = 0; i < roots->count; i++)
		missing += print_missing(document, roots->roots[i], roots->count > 1);
	return missing;
}
