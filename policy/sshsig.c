#include "policy/sshsig.h"

#include <string.h>

#include <openssl/err.h>

#include "policy/document.h"
#include "policy/names.h"
#include "policy/ssh_armour.h"
#include "policy/ssh_key.h"
#include "policy/ssh_wire.h"
#include "policy/sshsig_envelope.h"

static const char *const names[SSHSIG_FAULT_COUNT] = {
	[SSHSIG_REFUSED] = "refused",
	[SSHSIG_GOOD] = "good",
	[SSHSIG_BAD_ARMOUR] = "bad-armour",
	[SSHSIG_BAD_FORM] = "bad-form",
	[SSHSIG_OTHER_HASH] = "other-hash",
	[SSHSIG_OTHER_KEY_TYPE] = "other-key-type",
	[SSHSIG_OTHER_NAMESPACE] = "other-namespace",
	[SSHSIG_WRONG_SIGNATURE] = "wrong-signature",
	[SSHSIG_NO_USER_PRESENCE] = "no-user-presence",
	[SSHSIG_NO_MEMORY] = "no-memory",
};

struct blob {
	uint32_t version;
	struct ssh_string key, name_space, reserved, hash, signature;
};

const char *sshsig_fault_name(enum sshsig_fault fault)
{
	return names_get(names, SSHSIG_FAULT_COUNT, fault);
}

static bool read_blob(const uint8_t *bytes, size_t size, struct blob *ret)
{
	size_t magic = strlen(SSHSIG_MAGIC);
	struct ssh_reader reader;

	if (size < magic || memcmp(bytes, SSHSIG_MAGIC, magic) != 0)
		return false;
	reader = (struct ssh_reader){.bytes = bytes + magic, .size = size - magic};
	ret->version = ssh_read_u32(&reader);
	ret->key = ssh_read_string(&reader);
	ret->name_space = ssh_read_string(&reader);
	ret->reserved = ssh_read_string(&reader);
	ret->hash = ssh_read_string(&reader);
	ret->signature = ssh_read_string(&reader);
	return ssh_reader_is_done(&reader);
}

/* What can be said before any cryptography. */
static enum sshsig_fault check_envelope(const struct blob *blob, const char *name_space)
{
	if (blob->version != SSHSIG_VERSION || blob->reserved.size != 0)
		return SSHSIG_BAD_FORM;
	if (!ssh_string_equals(blob->name_space, name_space))
		return SSHSIG_OTHER_NAMESPACE;
	if (!ssh_string_equals(blob->hash, SSHSIG_HASH_NAME))
		return SSHSIG_OTHER_HASH;
	if (ssh_key_type_of(blob->key) == SSH_KEY_NONE)
		return SSHSIG_OTHER_KEY_TYPE;
	return SSHSIG_GOOD;
}

static enum sshsig_fault check_signature(const struct blob *blob, const char *name_space,
	const char *text, size_t text_size, struct ssh_sk_flags *ret)
{
	uint8_t buffer[SSHSIG_SIGNED_MAX];
	struct ssh_writer writer = {.bytes = buffer, .size = sizeof(buffer)};

	if (!sshsig_envelope_write(&writer, name_space, text, text_size))
		return SSHSIG_NO_MEMORY;
	switch (ssh_key_verify(
		blob->key, blob->signature, (struct ssh_string){buffer, writer.used}, ret)) {
	case SSH_CHECK_REFUSED: return SSHSIG_REFUSED;
	case SSH_CHECK_BAD_FORM: return SSHSIG_BAD_FORM;
	case SSH_CHECK_WRONG: return SSHSIG_WRONG_SIGNATURE;
	case SSH_CHECK_NO_MEMORY: return SSHSIG_NO_MEMORY;
	case SSH_CHECK_GOOD: break;
	}
	if (ret->is_hardware_key && !ret->has_user_presence)
		return SSHSIG_NO_USER_PRESENCE;
	return SSHSIG_GOOD;
}

static enum sshsig_fault judge(struct document_slice armour, const char *name_space,
	const char *text, size_t text_size, struct sshsig *ret)
{
	struct ssh_sk_flags flags = {0};
	struct blob blob = {0};
	uint8_t bytes[SSH_BLOB_MAX];
	enum sshsig_fault fault;
	size_t size;

	if (ssh_armour_decode(armour.bytes, armour.size, bytes, &size) < 0)
		return SSHSIG_BAD_ARMOUR;
	if (!read_blob(bytes, size, &blob))
		return SSHSIG_BAD_FORM;
	fault = check_envelope(&blob, name_space);
	if (fault != SSHSIG_GOOD)
		return fault;
	fault = check_signature(&blob, name_space, text, text_size, &flags);
	/* Programs that share libcrypto must not find our errors in its queue. */
	ERR_clear_error();
	if (fault != SSHSIG_GOOD)
		return fault;
	if (ssh_key_fingerprint(blob.key, ret->fingerprint) < 0)
		return SSHSIG_NO_MEMORY;
	ret->is_hardware_key = flags.is_hardware_key;
	ret->has_user_verification = flags.has_user_verification;
	return SSHSIG_GOOD;
}

void sshsig_verify(const char *armour, size_t armour_size, const char *name_space, const char *text,
	size_t text_size, struct sshsig *ret)
{
	struct document_slice slice = {.bytes = armour, .size = armour_size};

	*ret = (struct sshsig){.fault = SSHSIG_REFUSED};
	ret->fault = judge(slice, name_space, text, text_size, ret);
}
