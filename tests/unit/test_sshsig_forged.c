/* Signatures put together by hand, in good armour: what no ssh-keygen would write. */
#include "tests/unit/signed_fixture.h"

#include "policy/base64.h"
#include "policy/ssh_armour.h"
#include "policy/ssh_wire.h"

/* Writes armour around a blob, as ssh-keygen would. */
static struct document_slice armour_blob(const uint8_t *blob, size_t size, char buffer[8192])
{
	char base64[BASE64_SIZE(SSH_BLOB_MAX) + 1];
	size_t used = (size_t)snprintf(buffer, 8192, "%s", SSH_ARMOUR_BEGIN);

	base64_encode(blob, size, base64);
	for (size_t at = 0; at < strlen(base64); at += 70)
		used += (size_t)snprintf(buffer + used, 8192 - used, "%.70s\n", base64 + at);
	used += (size_t)snprintf(buffer + used, 8192 - used, "%s", SSH_ARMOUR_END);
	return (struct document_slice){buffer, used};
}

static void write_text(struct ssh_writer *writer, const char *text)
{
	ssh_write_string(writer, text, strlen(text));
}

/* A blob in good armour whose parts are made by hand; the signature itself is of zeros. */
static void malformed_blobs_are_refused_by_their_form(void **state)
{
	static const struct {
		const char *name, *magic;
		uint32_t version;
		const char *type, *space, *reserved, *hash, *tail;
		uint32_t key_size;
		enum sshsig_fault fault;
	} rows[] = {
		{"all right but the signature", "SSHSIG", 1, "ssh-ed25519", SPACE, "", "sha512", "",
			32, SSHSIG_WRONG_SIGNATURE},
		{"another magic", "SSHSIX", 1, "ssh-ed25519", SPACE, "", "sha512", "", 32,
			SSHSIG_BAD_FORM},
		{"version 0", "SSHSIG", 0, "ssh-ed25519", SPACE, "", "sha512", "", 32,
			SSHSIG_BAD_FORM},
		{"version 2", "SSHSIG", 2, "ssh-ed25519", SPACE, "", "sha512", "", 32,
			SSHSIG_BAD_FORM},
		{"reserved is not empty", "SSHSIG", 1, "ssh-ed25519", SPACE, "x", "sha512", "", 32,
			SSHSIG_BAD_FORM},
		{"another hash", "SSHSIG", 1, "ssh-ed25519", SPACE, "", "sha256", "", 32,
			SSHSIG_OTHER_HASH},
		{"no hash", "SSHSIG", 1, "ssh-ed25519", SPACE, "", "", "", 32, SSHSIG_OTHER_HASH},
		{"no namespace", "SSHSIG", 1, "ssh-ed25519", "", "", "sha512", "", 32,
			SSHSIG_OTHER_NAMESPACE},
		{"DSA", "SSHSIG", 1, "ssh-dss", SPACE, "", "sha512", "", 32, SSHSIG_OTHER_KEY_TYPE},
		{"a certificate", "SSHSIG", 1, "ssh-ed25519-cert-v01@openssh.com", SPACE, "",
			"sha512", "", 32, SSHSIG_OTHER_KEY_TYPE},
		{"no key type", "SSHSIG", 1, "", SPACE, "", "sha512", "", 32,
			SSHSIG_OTHER_KEY_TYPE},
		{"a short key", "SSHSIG", 1, "ssh-ed25519", SPACE, "", "sha512", "", 31,
			SSHSIG_BAD_FORM},
		{"a long key", "SSHSIG", 1, "ssh-ed25519", SPACE, "", "sha512", "", 33,
			SSHSIG_BAD_FORM},
		{"a hardware key without its parts", "SSHSIG", 1, "sk-ssh-ed25519@openssh.com",
			SPACE, "", "sha512", "", 32, SSHSIG_BAD_FORM},
		{"a byte behind", "SSHSIG", 1, "ssh-ed25519", SPACE, "", "sha512", "x", 32,
			SSHSIG_BAD_FORM},
	};
	static const uint8_t zeros[64];

	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t key[256], inner[256], blob[SSH_BLOB_MAX];
		struct ssh_writer key_writer = {key, sizeof(key), 0, false};
		struct ssh_writer inner_writer = {inner, sizeof(inner), 0, false};
		struct ssh_writer writer = {blob, sizeof(blob), 0, false};
		struct document_slice armour, text = {"text\n", 5};
		struct sshsig result;
		char buffer[8192];

		write_text(&key_writer, rows[i].type);
		ssh_write_string(&key_writer, zeros, rows[i].key_size);
		write_text(&inner_writer, rows[i].type);
		ssh_write_string(&inner_writer, zeros, 64);
		ssh_write_bytes(&writer, rows[i].magic, 6);
		ssh_write_u32(&writer, rows[i].version);
		ssh_write_string(&writer, key, key_writer.used);
		write_text(&writer, rows[i].space);
		write_text(&writer, rows[i].reserved);
		write_text(&writer, rows[i].hash);
		ssh_write_string(&writer, inner, inner_writer.used);
		ssh_write_bytes(&writer, rows[i].tail, strlen(rows[i].tail));
		armour = armour_blob(blob, writer.used, buffer);
		if (verify(&armour, SPACE, &text, &result) != rows[i].fault)
			fail_msg("%s: %s", rows[i].name, sshsig_fault_name(result.fault));
	}
}

/* Trailing or missing bytes at every length field, by changing it in a good signature. */
static void nested_lengths_must_add_up(void **state)
{
	static const char *const documents[] = {
		"policy.ini", "policy-sk.ini", "policy-ecdsa-sk.ini"};

	for (size_t d = 0; d < COUNT(documents); d++) {
		struct signed_fixture fixture = read_document(documents[d]);
		const struct document_slice *armour = &fixture.document.signatures[1];
		uint8_t blob[SSH_BLOB_MAX];
		struct sshsig result;
		size_t size;

		assert_int_equal(ssh_armour_decode(armour->bytes, armour->size, blob, &size), 0);
		for (size_t at = 0; at <= size; at++) {
			uint8_t longer[SSH_BLOB_MAX];
			char buffer[8192];
			struct document_slice slice;

			memcpy(longer, blob, at);
			longer[at] = 0;
			memcpy(longer + at + 1, blob + at, size - at);
			slice = armour_blob(longer, size + 1, buffer);
			if (verify(&slice, SPACE, &fixture.document.text, &result) == SSHSIG_GOOD)
				fail_msg("%s: a byte more at %zu", documents[d], at);
			if (at == size)
				continue;
			memcpy(longer, blob, at);
			memcpy(longer + at, blob + at + 1, size - at - 1);
			slice = armour_blob(longer, size - 1, buffer);
			if (verify(&slice, SPACE, &fixture.document.text, &result) == SSHSIG_GOOD)
				fail_msg("%s: a byte less at %zu", documents[d], at);
		}
		free(fixture.file.bytes);
	}
}

/* Where a part of a good signature gets something more, with all lengths made to add up. */
enum extra { EXTRA_NONE, EXTRA_KEY_TAIL, EXTRA_SIGNATURE_TAIL, EXTRA_INNER_TAIL, EXTRA_ZERO };

/* Writes r and s, the one that is short enough with a needless zero in front. */
static void write_numbers(struct ssh_writer *writer, struct ssh_reader *reader)
{
	bool is_done = false;

	for (int i = 0; i < 2; i++) {
		struct ssh_string number = ssh_read_string(reader);
		bool is_longer = !is_done && number.size <= 32;
		uint8_t longer[64] = {0};

		memcpy(longer + is_longer, number.bytes, number.size);
		ssh_write_string(writer, longer, number.size + is_longer);
		is_done = is_done || is_longer;
	}
	if (!is_done)
		fail_msg("r and s are both of 33 bytes: run make-documents again");
}

static void write_inner(struct ssh_writer *writer, struct ssh_string inner, enum extra extra)
{
	struct ssh_reader reader = ssh_reader_of(inner);

	if (extra == EXTRA_ZERO)
		write_numbers(writer, &reader);
	ssh_write_bytes(writer, reader.bytes, reader.size);
	if (extra == EXTRA_INNER_TAIL)
		ssh_write_u8(writer, 0);
}

/* Writes the signature string: type, inner string, and what follows it. */
static void write_signature(
	struct ssh_writer *writer, struct ssh_string signature, enum extra extra)
{
	struct ssh_reader reader = ssh_reader_of(signature);
	struct ssh_string type = ssh_read_string(&reader), inner = ssh_read_string(&reader);
	uint8_t bytes[256];
	struct ssh_writer inner_writer = {bytes, sizeof(bytes), 0, false};

	write_inner(&inner_writer, inner, extra);
	ssh_write_string(writer, type.bytes, type.size);
	ssh_write_string(writer, bytes, inner_writer.used);
	ssh_write_bytes(writer, reader.bytes, reader.size);
	if (extra == EXTRA_SIGNATURE_TAIL)
		ssh_write_u8(writer, 0);
}

static struct document_slice with_extra(
	const struct document_slice *armour, enum extra extra, char buffer[8192])
{
	uint8_t blob[SSH_BLOB_MAX], part[512], changed[SSH_BLOB_MAX];
	struct ssh_writer writer = {changed, sizeof(changed), 0, false};
	struct ssh_writer part_writer = {part, sizeof(part), 0, false};
	struct ssh_reader reader;
	struct ssh_string key;
	size_t size;

	assert_int_equal(ssh_armour_decode(armour->bytes, armour->size, blob, &size), 0);
	reader = (struct ssh_reader){blob + 10, size - 10, false};
	key = ssh_read_string(&reader);
	ssh_write_bytes(&part_writer, key.bytes, key.size);
	if (extra == EXTRA_KEY_TAIL)
		ssh_write_u8(&part_writer, 0);
	ssh_write_bytes(&writer, blob, 10); /* magic and version */
	ssh_write_string(&writer, part, part_writer.used);
	for (int i = 0; i < 3; i++) {
		struct ssh_string string = ssh_read_string(&reader);

		ssh_write_string(&writer, string.bytes, string.size);
	}
	part_writer.used = 0;
	write_signature(&part_writer, ssh_read_string(&reader), extra);
	ssh_write_string(&writer, part, part_writer.used);
	assert_true(ssh_reader_is_done(&reader) && !writer.has_failed && !part_writer.has_failed);
	return armour_blob(changed, writer.used, buffer);
}

/* Nobody may write the same signature in another way, even where all lengths add up. */
static void nothing_more_stands_inside_a_signature(void **state)
{
	static const struct {
		const char *document;
		enum extra extra;
		enum sshsig_fault fault;
	} rows[] = {
		{"policy.ini", EXTRA_NONE, SSHSIG_GOOD},
		{"policy.ini", EXTRA_KEY_TAIL, SSHSIG_BAD_FORM},
		{"policy.ini", EXTRA_SIGNATURE_TAIL, SSHSIG_BAD_FORM},
		{"policy.ini", EXTRA_INNER_TAIL, SSHSIG_BAD_FORM},
		{"policy-sk.ini", EXTRA_NONE, SSHSIG_GOOD},
		{"policy-sk.ini", EXTRA_KEY_TAIL, SSHSIG_BAD_FORM},
		{"policy-sk.ini", EXTRA_SIGNATURE_TAIL, SSHSIG_BAD_FORM},
		{"policy-sk.ini", EXTRA_INNER_TAIL, SSHSIG_BAD_FORM},
		{"policy-ecdsa-sk.ini", EXTRA_NONE, SSHSIG_GOOD},
		{"policy-ecdsa-sk.ini", EXTRA_KEY_TAIL, SSHSIG_BAD_FORM},
		{"policy-ecdsa-sk.ini", EXTRA_SIGNATURE_TAIL, SSHSIG_BAD_FORM},
		{"policy-ecdsa-sk.ini", EXTRA_INNER_TAIL, SSHSIG_BAD_FORM},
		{"policy-ecdsa-sk.ini", EXTRA_ZERO, SSHSIG_BAD_FORM},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct signed_fixture fixture = read_document(rows[i].document);
		struct document_slice armour;
		struct sshsig result;
		char buffer[8192];

		armour = with_extra(&fixture.document.signatures[1], rows[i].extra, buffer);
		if (verify(&armour, SPACE, &fixture.document.text, &result) != rows[i].fault)
			fail_msg("%s, %d: %s", rows[i].document, (int)rows[i].extra,
				sshsig_fault_name(result.fault));
		free(fixture.file.bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(malformed_blobs_are_refused_by_their_form),
		cmocka_unit_test(nested_lengths_must_add_up),
		cmocka_unit_test(nothing_more_stands_inside_a_signature),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
