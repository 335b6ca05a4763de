#include "policy/signers.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool verification_refuse(
	struct verification *ret, enum document_fault fault, const char *detail, ...)
{
	va_list arguments;

	ret->verdict = DOCUMENT_REFUSED;
	ret->fault = fault;
	va_start(arguments, detail);
	vsnprintf(ret->detail, sizeof(ret->detail), detail, arguments);
	va_end(arguments);
	return false;
}

bool signers_refuse_signature(
	struct verification *ret, size_t number, enum document_kind kind, enum sshsig_fault fault)
{
	switch (fault) {
	case SSHSIG_GOOD: return true;
	case SSHSIG_BAD_ARMOUR:
	case SSHSIG_BAD_FORM:
		return verification_refuse(ret, DOCUMENT_FAULT_SIGNATURE_FORM,
			"signature %zu is damaged: it is not what ssh-keygen writes", number);
	case SSHSIG_OTHER_HASH:
		return verification_refuse(ret, DOCUMENT_FAULT_SIGNATURE_FORM,
			"signature %zu uses another hash than sha512", number);
	case SSHSIG_OTHER_KEY_TYPE:
		return verification_refuse(ret, DOCUMENT_FAULT_SIGNATURE_FORM,
			"signature %zu is of a key type that is not accepted; use ed25519, "
			"ed25519-sk or ecdsa-sk",
			number);
	case SSHSIG_OTHER_NAMESPACE:
		return verification_refuse(ret, DOCUMENT_FAULT_NAMESPACE,
			"signature %zu was not made for this kind of document; sign with "
			"ssh-keygen -n %s",
			number, document_kind_namespace(kind));
	case SSHSIG_NO_USER_PRESENCE:
		return verification_refuse(ret, DOCUMENT_FAULT_NO_USER_PRESENCE,
			"signature %zu was made by a hardware key that nobody touched", number);
	case SSHSIG_NO_MEMORY:
		return verification_refuse(ret, DOCUMENT_FAULT_UNJUDGED,
			"there is not enough memory to check signature %zu", number);
	case SSHSIG_WRONG_SIGNATURE:
	case SSHSIG_REFUSED:
	case SSHSIG_FAULT_COUNT: break;
	}
	return verification_refuse(ret, DOCUMENT_FAULT_SIGNATURE_WRONG,
		"signature %zu does not fit the text: one of the two was changed", number);
}

bool signers_check_signatures(const struct signed_document *document, enum document_kind kind,
	struct signatures *ret_signatures, struct verification *ret)
{
	struct signatures signatures = {.count = document->n_signatures};

	if (document->n_signatures == 0)
		return verification_refuse(
			ret, DOCUMENT_FAULT_UNSIGNED, "there is no signature in the document");
	for (size_t i = 0; i < document->n_signatures; i++) {
		const struct document_slice *armour = &document->signatures[i];

		sshsig_verify(armour->bytes, armour->size, document_kind_namespace(kind),
			document->text.bytes, document->text.size, &signatures.items[i]);
		if (!signers_refuse_signature(ret, i + 1, kind, signatures.items[i].fault))
			return false;
	}
	*ret_signatures = signatures;
	return true;
}

/* Appends a word to a list of words, shortened to what fits. */
static void list_add(char *list, size_t size, const char *word)
{
	size_t used = strlen(list);

	snprintf(list + used, size - used, "%s%s", used > 0 ? " and " : "", word);
}

/* The persons of the set by name: "suzuki and tanaka only". */
static void list_persons(const struct root *root, uint64_t persons, char *buffer, size_t size)
{
	buffer[0] = '\0';
	for (size_t i = 0; i < root->n_persons; i++)
		if (persons & (UINT64_C(1) << i))
			list_add(buffer, size, root->persons[i].id);
	snprintf(buffer + strlen(buffer), size - strlen(buffer), "%s",
		persons == 0 ? "nobody of that role" : " only");
}

/* The tiers for which the person has the role. */
static void list_tiers(
	const struct root *root, enum role role, int person, char *buffer, size_t size)
{
	buffer[0] = '\0';
	for (size_t g = 0; g < root->n_grants; g++) {
		const struct role_grant *grant = &root->grants[g];

		if (grant->role != role || !(grant->persons & (UINT64_C(1) << person)))
			continue;
		for (size_t i = 0; i < grant->n_tiers; i++)
			list_add(buffer, size, grant->tiers[i]);
	}
}

/* One signature in the eyes of one root. */
struct signer {
	const struct root *root;
	enum role role;
	const char *tier; /* NULL: any */
	const struct sshsig *signature;
	int person;
	enum document_fault fault; /* _NONE: it counts */
};

static struct signer judge_signer(
	const struct root *root, enum role role, const char *tier, const struct sshsig *signature)
{
	struct signer signer = {root, role, tier, signature,
		root_find_person(root, signature->fingerprint), DOCUMENT_FAULT_NOT_IN_ROLE};

	if (signer.person < 0) {
		signer.fault = DOCUMENT_FAULT_UNKNOWN_KEY;
		return signer;
	}
	for (size_t g = 0; g < root->n_grants; g++) {
		const struct role_grant *grant = &root->grants[g];

		if (grant->role != role || !(grant->persons & (UINT64_C(1) << signer.person)))
			continue;
		if (!grant_covers(grant, tier)) {
			if (signer.fault == DOCUMENT_FAULT_NOT_IN_ROLE)
				signer.fault = DOCUMENT_FAULT_SCOPE;
			continue;
		}
		if (!grant->needs_user_verification || signature->has_user_verification) {
			signer.fault = DOCUMENT_FAULT_NONE;
			break;
		}
		signer.fault = DOCUMENT_FAULT_NO_USER_VERIFICATION;
	}
	return signer;
}

static bool refuse_signer(const struct signer *signer, struct verification *ret)
{
	const char *role = role_name(signer->role);
	char tiers[96];

	ret->signers = 0;
	if (signer->fault == DOCUMENT_FAULT_UNKNOWN_KEY)
		return verification_refuse(ret, signer->fault,
			"signed by the key %s, which the root does not name",
			signer->signature->fingerprint);
	if (signer->fault == DOCUMENT_FAULT_NO_USER_VERIFICATION)
		return verification_refuse(ret, signer->fault,
			"signed by %s without user verification (PIN or fingerprint of a hardware "
			"key), which the role %s needs",
			signer->root->persons[signer->person].id, role);
	if (signer->fault != DOCUMENT_FAULT_SCOPE)
		return verification_refuse(ret, DOCUMENT_FAULT_NOT_IN_ROLE,
			"signed by %s, who is not in the role %s",
			signer->root->persons[signer->person].id, role);
	list_tiers(signer->root, signer->role, signer->person, tiers, sizeof(tiers));
	return verification_refuse(ret, DOCUMENT_FAULT_SCOPE,
		"signed by %s, who has the role %s for %s; the document is for the tier %s",
		signer->root->persons[signer->person].id, role, tiers, signer->tier);
}

/*
 * Whether the persons meet the threshold of the role's grant for the tier. Where the tier is not
 * known yet, the lowest threshold of the role. A threshold of 0 would need nobody: a root cannot
 * say it, and here it refuses. *ret_needed is what was not met, 0 without a grant.
 */
static bool is_threshold_met(const struct root *root, enum role role, const char *tier,
	uint64_t persons, unsigned *ret_needed)
{
	unsigned needed = 0;

	for (size_t g = 0; g < root->n_grants; g++) {
		const struct role_grant *grant = &root->grants[g];
		uint64_t counted = tier ? persons & grant->persons : persons;

		if (grant->role != role || !grant_covers(grant, tier))
			continue;
		if (grant->threshold > 0 && persons_count(counted) >= grant->threshold)
			return true;
		if (needed == 0 || grant->threshold < needed)
			needed = grant->threshold;
	}
	*ret_needed = needed;
	return false;
}

/* Sets ret->signers, else why one of them does not count. */
static bool take_signers(const struct root *root, enum role role, const char *tier,
	const struct signatures *signatures, struct verification *ret)
{
	ret->signers = 0;
	for (size_t i = 0; i < signatures->count; i++) {
		struct signer signer = judge_signer(root, role, tier, &signatures->items[i]);

		if (signer.fault != DOCUMENT_FAULT_NONE)
			return refuse_signer(&signer, ret);
		ret->signers |= UINT64_C(1) << signer.person;
	}
	return true;
}

bool signers_check_one(const struct root *root, enum role role, const char *tier,
	const struct signatures *signatures, struct verification *ret)
{
	if (!take_signers(root, role, tier, signatures, ret))
		return false;
	return ret->signers != 0 || verification_refuse(ret, DOCUMENT_FAULT_UNSIGNED,
					    "there is no signature in the document");
}

bool signers_check_role(const struct root *root, enum role role, const char *tier,
	const struct signatures *signatures, struct verification *ret)
{
	unsigned needed;
	char names[128];

	if (!take_signers(root, role, tier, signatures, ret))
		return false;
	if (is_threshold_met(root, role, tier, ret->signers, &needed))
		return true;
	list_persons(root, ret->signers, names, sizeof(names));
	return verification_refuse(ret, DOCUMENT_FAULT_THRESHOLD,
		"signed by %s; the role %s needs %u persons", names, role_name(role), needed);
}

/* Whether enough of one root's role root signed; what counts for the other root is passed over. */
static bool check_link(const struct root *root, const struct signatures *signatures,
	uint64_t *ret_persons, struct verification *ret)
{
	struct signer unverified = {0};
	uint64_t persons = 0;
	unsigned needed;
	char names[128];

	for (size_t i = 0; i < signatures->count; i++) {
		struct signer signer = judge_signer(root, ROLE_ROOT, NULL, &signatures->items[i]);

		if (signer.fault == DOCUMENT_FAULT_NONE)
			persons |= UINT64_C(1) << signer.person;
		else if (signer.fault == DOCUMENT_FAULT_NO_USER_VERIFICATION)
			unverified = signer;
	}
	*ret_persons = persons;
	if (is_threshold_met(root, ROLE_ROOT, NULL, persons, &needed))
		return true;
	if (unverified.root)
		return refuse_signer(&unverified, ret);
	list_persons(root, persons, names, sizeof(names));
	return verification_refuse(ret, DOCUMENT_FAULT_THRESHOLD,
		"signed by %s; the role root of root %" PRIu64 " needs %u persons", names,
		root->header.serial, needed);
}

bool signers_check_chain(const struct root *trusted, const struct root *next,
	const struct signatures *signatures, struct verification *ret)
{
	uint64_t persons = 0, ignored;

	ret->signers = 0;
	/* Each signature must count for one of the two: one of nobody refuses, however good. */
	for (size_t i = 0; next && i < signatures->count; i++) {
		const struct sshsig *signature = &signatures->items[i];
		struct signer before = judge_signer(trusted, ROLE_ROOT, NULL, signature);
		struct signer after = judge_signer(next, ROLE_ROOT, NULL, signature);

		if (before.fault != DOCUMENT_FAULT_NONE && after.fault != DOCUMENT_FAULT_NONE)
			return refuse_signer(
				before.fault == DOCUMENT_FAULT_UNKNOWN_KEY ? &after : &before, ret);
	}
	if (!check_link(trusted, signatures, &persons, ret) ||
		(next && !check_link(next, signatures, &ignored, ret)))
		return false;
	ret->signers = persons;
	return true;
}
