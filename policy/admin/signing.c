#include "policy/admin/signing.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/print.h"
#include "policy/admin/root_keys.h"
#include "policy/cleanup.h"
#include "policy/signers.h"

#define SIGNER_REASON_SIZE 384
#define REASON_SIZE        448

/* Why no root counts a signature, and what to do where that is told apart. */
struct refused_signer {
	char reason[SIGNER_REASON_SIZE];
	char *advice; /* NULL: nothing more is known */
	bool waits;   /* for a root that names the key and is not in force yet */
};

static enum role role_of(enum document_kind kind)
{
	switch (kind) {
	case DOCUMENT_ROOT: return ROLE_ROOT;
	case DOCUMENT_FRESH: return ROLE_FRESH;
	case DOCUMENT_POLICY:
	case DOCUMENT_MEDIA: return ROLE_POLICY;
	case DOCUMENT_TOKENS:
	case DOCUMENT_DESKS: return ROLE_TOKEN_OFFICER;
	case DOCUMENT_EXEMPTION:
	case DOCUMENT_REVOCATION: return ROLE_APPROVER;
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

struct signing_roots signing_roots_by(
	const struct admin_document *document, const struct trust *trust)
{
	struct signing_roots roots = {.path = trust->root ? trust->path : NULL};

	if (trust->root)
		roots.roots[roots.count++] = trust->root;
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

/* Whether the person is one whose signature this root asks for. */
static bool is_asked(
	const struct admin_document *document, const struct root *root, const char *fingerprint)
{
	const struct role_grant *grant = grant_of(document, root);
	int person = root_find_person(root, fingerprint);

	return grant && person >= 0 && (grant->persons & (UINT64_C(1) << person));
}

/* The person who holds the key, or NULL. */
static const char *name_of(const struct signing_roots *roots, const char *fingerprint)
{
	for (size_t i = 0; i < roots->count; i++) {
		int person = root_find_person(roots->roots[i], fingerprint);

		if (person >= 0)
			return roots->roots[i]->persons[person].id;
	}
	return NULL;
}

static bool is_known(const struct signing_roots *roots, const char *fingerprint)
{
	return name_of(roots, fingerprint) != NULL;
}

static void refused_signer_clear(struct refused_signer *refused)
{
	free(refused->advice);
}

/* Of a key that none of the roots names: an older one may, or one that is not in force yet. */
static void explain_stranger(
	const struct signing_roots *roots, const char *fingerprint, struct refused_signer *ret)
{
	uint64_t newest = roots->roots[roots->count - 1]->header.serial;
	CLEANUP(key_owner_clear) struct key_owner owner = {0};

	if (roots->path)
		key_owner_find(
			roots->path, roots->roots[0]->header.serial, newest, fingerprint, &owner);
	if (owner.number == 0)
		snprintf(ret->reason, SIGNER_REASON_SIZE, "no root names the key %s", fingerprint);
	else if (!owner.is_to_come)
		snprintf(ret->reason, SIGNER_REASON_SIZE,
			"the key %s was %s's until root %" PRIu64 ", and root %" PRIu64
			" does not name it",
			fingerprint, owner.id, owner.number, newest);
	else
		snprintf(ret->reason, SIGNER_REASON_SIZE,
			"root %" PRIu64 " does not name the key %s; root %" PRIu64
			" does, as %s's, and is not trusted here yet",
			newest, fingerprint, owner.number, owner.id);
	ret->waits = owner.is_to_come;
	if (owner.is_to_come)
		ret->advice = admin_format("First have root %" PRIu64
					   " signed by all whom it needs: \"sekisho-admin verify "
					   "%s\" says who is missing",
			owner.number, owner.path);
	else if (owner.number > 0)
		ret->advice = admin_format("Sign with a key that root %" PRIu64 " names", newest);
}

static const char *kind_phrase(enum document_kind kind)
{
	switch (kind) {
	case DOCUMENT_ROOT: return "a root";
	case DOCUMENT_POLICY: return "a policy";
	case DOCUMENT_MEDIA: return "a list of media";
	case DOCUMENT_FRESH: return "what is the newest";
	case DOCUMENT_TOKENS: return "a list of tokens";
	case DOCUMENT_EXEMPTION: return "an exemption";
	case DOCUMENT_REVOCATION: return "a revocation";
	case DOCUMENT_DESKS: return "a list of desks";
	case DOCUMENT_NONE:
	case DOCUMENT_KIND_COUNT: break;
	}
	return "a document";
}

/* Why no root counts the signature, which is good; false where one does. */
static bool explain_signer(const struct admin_document *document, const struct signing_roots *roots,
	const struct sshsig *signature, struct refused_signer *ret)
{
	const struct document_header *header = admin_document_header(document);
	bool is_root = document->kind == DOCUMENT_ROOT;

	for (size_t i = 0; i < roots->count; i++) {
		const struct role_grant *grant = grant_of(document, roots->roots[i]);

		if (!is_asked(document, roots->roots[i], signature->fingerprint))
			continue;
		if (!grant->needs_user_verification || signature->has_user_verification)
			return false;
		snprintf(ret->reason, SIGNER_REASON_SIZE,
			"the role %s asks for a hardware key's PIN or fingerprint; make the key "
			"with \"ssh-keygen -O verify-required\"",
			grant->name);
		return true;
	}
	if (roots->count == 0)
		return false;
	if (!is_known(roots, signature->fingerprint))
		explain_stranger(roots, signature->fingerprint, ret);
	else
		snprintf(ret->reason, SIGNER_REASON_SIZE,
			"the root does not let the holder of %s sign %s of %s%s",
			signature->fingerprint, kind_phrase(document->kind),
			is_root ? "the site " : "the tier ", is_root ? header->site : header->tier);
	return true;
}

int signing_check_signer(const struct admin_document *document, const struct signing_roots *roots,
	const struct sshsig *signature)
{
	CLEANUP(refused_signer_clear) struct refused_signer refused = {0};

	if (!explain_signer(document, roots, signature, &refused))
		return EXIT_DONE;
	admin_complain("%s: terminals would refuse the document. %s", refused.reason,
		refused.advice ? refused.advice
			       : "Is it the right key, and the right root (--root)?");
	return EXIT_NO;
}

bool signing_print_uncounted(
	const struct admin_document *document, const struct signing_roots *roots)
{
	for (size_t i = 0; i < document->parts.n_signatures; i++) {
		CLEANUP(refused_signer_clear) struct refused_signer refused = {0};
		struct sshsig signature;

		signing_verify(document, &document->parts.signatures[i], &signature);
		if (signature.fault != SSHSIG_GOOD ||
			!explain_signer(document, roots, &signature, &refused))
			continue;
		printf("  why        %s\n", refused.reason);
		if (refused.waits && refused.advice)
			printf("  next       %s\n", refused.advice);
		return refused.waits;
	}
	return false;
}

const char *signing_begin_again(enum document_kind kind)
{
	if (kind == DOCUMENT_ROOT)
		return "Begin again with --anew if no terminal has this root yet. One that is in "
		       "force is never changed: \"sekisho-admin root rotate\" makes the next";
	return "Begin again: with --raise where terminals have it already, for they want a higher "
	       "serial; with --anew where nothing was published yet";
}

/* Whether a signature that is there is worth nothing, and why. */
static bool find_fault(const struct admin_document *document, const struct signing_roots *roots,
	size_t index, char reason[REASON_SIZE])
{
	CLEANUP(refused_signer_clear) struct refused_signer uncounted = {0};
	struct verification refused = {0};
	struct sshsig signature;

	signing_verify(document, &document->parts.signatures[index], &signature);
	if (!signers_refuse_signature(&refused, index + 1, document->kind, signature.fault)) {
		snprintf(reason, REASON_SIZE, "%s", refused.detail);
		return true;
	}
	if (!explain_signer(document, roots, &signature, &uncounted))
		return false;
	snprintf(reason, REASON_SIZE, "signature %zu: %s", index + 1, uncounted.reason);
	return true;
}

int signing_check_present(const struct admin_document *document, const struct signing_roots *roots)
{
	for (size_t i = 0; i < document->parts.n_signatures; i++) {
		char reason[REASON_SIZE];

		if (!find_fault(document, roots, i, reason))
			continue;
		admin_complain("%s: %s: terminals refuse the file, whoever else signs it. %s",
			document->file.path, reason, signing_begin_again(document->kind));
		return EXIT_NO;
	}
	if (document->parts.n_signatures < DOCUMENT_SIGNATURES_MAX)
		return EXIT_DONE;
	admin_complain(
		"%s has %d signatures already", document->file.path, DOCUMENT_SIGNATURES_MAX);
	return EXIT_NO;
}

void signing_print_dropped(
	const struct admin_document *document, const struct signing_roots *roots, bool is_raised)
{
	size_t n_good = 0, n_counted = 0;

	for (size_t i = 0; i < document->parts.n_signatures; i++) {
		char reason[REASON_SIZE];
		struct sshsig signature;
		const char *name;

		n_counted += !find_fault(document, roots, i, reason);
		signing_verify(document, &document->parts.signatures[i], &signature);
		if (signature.fault != SSHSIG_GOOD)
			continue;
		name = name_of(roots, signature.fingerprint);
		printf("%s %s", n_good++ == 0 ? "  drops      the signatures of" : "",
			name ? name : signature.fingerprint);
	}
	if (n_good > 0)
		printf(", which fit the text as it is%s\n",
			is_raised && n_counted == document->parts.n_signatures
				? "; if it was only just raised, sign without --raise"
				: "");
	else if (document->parts.n_signatures > 0)
		printf("  drops      %zu signature%s of another text\n",
			document->parts.n_signatures, document->parts.n_signatures == 1 ? "" : "s");
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
		printf("; the root lets nobody sign this%s\n",
			role_of(document->kind) == ROLE_TOKEN_OFFICER
				? ": \"sekisho-admin root rotate --add-to-role "
				  "token-officer=ID\" lets somebody"
				: "");
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
