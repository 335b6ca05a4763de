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

static bool refuse_signature(
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
	case SSHSIG_WRONG_SIGNATURE:
	case SSHSIG_REFUSED:
	case SSHSIG_FAULT_COUNT: break;
	}
	return verification_refuse(ret, DOCUMENT_FAULT_SIGNATURE_WRONG,
		"signature %zu does not fit the text: one of the two was changed", number);
}

bool signers_check_signatures(const struct signed_document *document, enum document_kind kind,
	struct sshsig signatures[DOCUMENT_SIGNATURES_MAX], struct verification *ret)
{
	if (document->n_signatures == 0)
		return verification_refuse(
			ret, DOCUMENT_FAULT_UNSIGNED, "there is no signature in the document");
	for (size_t i = 0; i < document->n_signatures; i++) {
		const struct document_slice *armour = &document->signatures[i];

		sshsig_verify(armour->bytes, armour->size, document_kind_namespace(kind),
			document->text.bytes, document->text.size, &signatures[i]);
		if (!refuse_signature(ret, i + 1, kind, signatures[i].fault))
			return false;
	}
	return true;
}

/* The persons of the set by name: "suzuki and tanaka", shortened to what fits. */
static void list_persons(const struct root *root, uint64_t persons, char *buffer, size_t size)
{
	size_t used = 0;

	buffer[0] = '\0';
	for (size_t i = 0; i < root->n_persons && used < size; i++) {
		if (!(persons & (UINT64_C(1) << i)))
			continue;
		used += (size_t)snprintf(buffer + used, size - used, "%s%s",
			used > 0 ? " and " : "", root->persons[i].id);
	}
}

static unsigned count_persons(uint64_t persons)
{
	unsigned count = 0;

	for (; persons != 0; persons &= persons - 1)
		count++;
	return count;
}

/* Adds the person behind one signature. */
static bool check_signer(const struct root *root, enum role role, const struct sshsig *signature,
	struct verification *ret)
{
	const struct role_grant *grant = &root->roles[role];
	int person = root_find_person(root, signature->fingerprint);

	if (person < 0)
		return verification_refuse(ret, DOCUMENT_FAULT_UNKNOWN_KEY,
			"signed by the key %s, which the root does not name",
			signature->fingerprint);
	if (!grant->is_defined || !(grant->persons & (UINT64_C(1) << person)))
		return verification_refuse(ret, DOCUMENT_FAULT_NOT_IN_ROLE,
			"signed by %s, who is not in the role %s", root->persons[person].id,
			role_name(role));
	if (grant->needs_user_verification && !signature->has_user_verification)
		return verification_refuse(ret, DOCUMENT_FAULT_NO_USER_VERIFICATION,
			"signed by %s without user verification (PIN or fingerprint of a hardware "
			"key), which the role %s needs",
			root->persons[person].id, role_name(role));
	ret->signers |= UINT64_C(1) << person;
	return true;
}

bool signers_check_role(const struct root *root, enum role role,
	const struct sshsig signatures[DOCUMENT_SIGNATURES_MAX], size_t n_signatures,
	struct verification *ret)
{
	const struct role_grant *grant = &root->roles[role];
	char names[128];

	ret->signers = 0;
	for (size_t i = 0; i < n_signatures; i++)
		if (!check_signer(root, role, &signatures[i], ret)) {
			ret->signers = 0;
			return false;
		}
	/* A threshold of 0 would need nobody: a root cannot say it, and here it refuses. */
	if (grant->threshold > 0 && count_persons(ret->signers) >= grant->threshold)
		return true;
	list_persons(root, ret->signers, names, sizeof(names));
	return verification_refuse(ret, DOCUMENT_FAULT_THRESHOLD,
		"signed by %s only; the role %s needs %u persons", names, role_name(role),
		(unsigned)grant->threshold);
}
