#include "tests/unit/fixture.h"

#include "policy/base64.h"
#include "policy/document.h"
#include "policy/ssh_armour.h"
#include "policy/ssh_wire.h"
#include "policy/sshsig.h"

#define SPACE "policy@sekisho"

/* A document of tests/data/documents, cut. */
struct signed_fixture {
	struct fixture file;
	struct signed_document document;
};

static struct signed_fixture read_document(const char *name)
{
	struct signed_fixture fixture;
	struct problems problems = {0};
	char path[128];

	snprintf(path, sizeof(path), "documents/%s", name);
	fixture.file = fixture_read(path);
	assert_int_equal(
		document_split(fixture.file.bytes, fixture.file.size, &problems, &fixture.document),
		0);
	return fixture;
}

static enum sshsig_fault verify(const struct document_slice *armour, const char *name_space,
	const struct document_slice *text, struct sshsig *ret)
{
	sshsig_verify(armour->bytes, armour->size, name_space, text->bytes, text->size, ret);
	/* Whoever forgets to look at the fault finds no key. */
	if (ret->fault != SSHSIG_GOOD)
		assert_string_equal(ret->fingerprint, "");
	return ret->fault;
}

static void signatures_of_ssh_keygen_are_judged(void **state)
{
	static const struct {
		const char *document;
		unsigned signature;
		const char *name_space;
		enum sshsig_fault fault;
		int is_hardware_key, has_user_verification;
	} rows[] = {
		{"policy.ini", 0, SPACE, SSHSIG_GOOD, 0, 0},
		{"policy.ini", 1, SPACE, SSHSIG_GOOD, 0, 0},
		{"policy.ini", 0, "root@sekisho", SSHSIG_OTHER_NAMESPACE, 0, 0},
		{"policy.ini", 0, "policy@sekish", SSHSIG_OTHER_NAMESPACE, 0, 0},
		{"policy-other-namespace.ini", 0, SPACE, SSHSIG_OTHER_NAMESPACE, 0, 0},
		{"policy-other-namespace.ini", 0, "root@sekisho", SSHSIG_GOOD, 0, 0},
		{"policy-sk.ini", 1, SPACE, SSHSIG_GOOD, 1, 0},
		{"policy-untouched.ini", 1, SPACE, SSHSIG_NO_USER_PRESENCE, 0, 0},
		{"policy-yamada-verified.ini", 0, SPACE, SSHSIG_GOOD, 1, 1},
		{"policy-ecdsa-sk.ini", 1, SPACE, SSHSIG_GOOD, 1, 0},
		{"policy-ecdsa-untouched.ini", 1, SPACE, SSHSIG_NO_USER_PRESENCE, 0, 0},
		{"policy-rsa.ini", 1, SPACE, SSHSIG_OTHER_KEY_TYPE, 0, 0},
		{"policy-sha256.ini", 0, SPACE, SSHSIG_OTHER_HASH, 0, 0},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct signed_fixture fixture = read_document(rows[i].document);
		struct sshsig result;

		verify(&fixture.document.signatures[rows[i].signature], rows[i].name_space,
			&fixture.document.text, &result);
		if (result.fault != rows[i].fault)
			fail_msg("%s %u: %s", rows[i].document, rows[i].signature,
				sshsig_fault_name(result.fault));
		assert_int_equal(result.is_hardware_key, rows[i].is_hardware_key);
		assert_int_equal(result.has_user_verification, rows[i].has_user_verification);
		free(fixture.file.bytes);
	}
}

static void the_fingerprint_is_the_one_that_the_root_names(void **state)
{
	struct signed_fixture fixture = read_document("policy.ini");
	struct fixture root = fixture_read("documents/root.ini");
	struct sshsig result;
	char line[80];

	verify(&fixture.document.signatures[0], SPACE, &fixture.document.text, &result);
	snprintf(line, sizeof(line), "\nkey-1 = %s\n", result.fingerprint);
	assert_non_null(strstr(root.bytes, line));
	free(fixture.file.bytes);
	free(root.bytes);
}

static void a_signature_covers_every_byte_of_the_text(void **state)
{
	struct signed_fixture fixture = read_document("policy.ini");
	struct document_slice text = fixture.document.text;
	struct sshsig result;

	text.size--;
	assert_int_equal(verify(&fixture.document.signatures[0], SPACE, &text, &result),
		SSHSIG_WRONG_SIGNATURE);
	text.size += 2;
	assert_int_equal(verify(&fixture.document.signatures[0], SPACE, &text, &result),
		SSHSIG_WRONG_SIGNATURE);
	for (size_t i = 0; i < fixture.document.text.size; i++) {
		fixture.file.bytes[i] ^= (char)(1 << i % 8);
		assert_int_equal(verify(&fixture.document.signatures[0], SPACE,
					 &fixture.document.text, &result),
			SSHSIG_WRONG_SIGNATURE);
		fixture.file.bytes[i] ^= (char)(1 << i % 8);
	}
	assert_int_equal(
		verify(&fixture.document.signatures[0], SPACE, &fixture.document.text, &result),
		SSHSIG_GOOD);
	free(fixture.file.bytes);
}

/* Each bit of the armour, base64 padding and line ends included. */
static void no_flipped_bit_of_a_signature_survives(void **state)
{
	static const char *const documents[] = {
		"policy.ini", "policy-sk.ini", "policy-ecdsa-sk.ini"};

	for (size_t d = 0; d < COUNT(documents); d++) {
		struct signed_fixture fixture = read_document(documents[d]);
		const struct document_slice *armour = &fixture.document.signatures[1];
		size_t start = (size_t)(armour->bytes - fixture.file.bytes);
		struct sshsig result;

		for (size_t bit = 0; bit < armour->size * 8; bit++) {
			char *byte = &fixture.file.bytes[start + bit / 8];

			*byte ^= (char)(1 << bit % 8);
			if (verify(armour, SPACE, &fixture.document.text, &result) == SSHSIG_GOOD)
				fail_msg("%s: bit %zu", documents[d], bit);
			*byte ^= (char)(1 << bit % 8);
		}
		assert_int_equal(
			verify(armour, SPACE, &fixture.document.text, &result), SSHSIG_GOOD);
		free(fixture.file.bytes);
	}
}

static void no_part_of_a_signature_is_one(void **state)
{
	struct signed_fixture fixture = read_document("policy-ecdsa-sk.ini");
	struct document_slice armour = fixture.document.signatures[1];
	size_t size = armour.size;
	struct sshsig result;

	for (armour.size = 0; armour.size < size; armour.size++) {
		/* A copy, so that the address sanitizer sees any look beyond. */
		char *copy = malloc(armour.size + 1);
		struct document_slice cut = {copy + 1, armour.size};

		memcpy(copy + 1, armour.bytes, armour.size);
		assert_int_equal(
			verify(&cut, SPACE, &fixture.document.text, &result), SSHSIG_BAD_ARMOUR);
		free(copy);
	}
	free(fixture.file.bytes);
}

static void the_armour_has_one_form(void **state)
{
	static const struct {
		const char *name, *old, *new;
	} rows[] = {
		{"CR at a line end", "SIGNATURE-----\nU1NI", "SIGNATURE-----\r\nU1NI"},
		{"an empty line", "SIGNATURE-----\nU1NI", "SIGNATURE-----\n\nU1NI"},
		{"a space", "\nU1NIU0lH", "\n U1NIU0lH"},
		{"a line cut shorter", "U1NIU0lH", "U1NIU0\nlH"},
		{"a line joined to the next", "U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg",
			"U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg\n"},
		{"more padding", "\n-----END", "=\n-----END"},
		{"four more characters", "\n-----END", "AAAA\n-----END"},
		{"a comment line", "SIGNATURE-----\nU1NI", "SIGNATURE-----\nComment: x\nU1NI"},
	};
	struct signed_fixture fixture = read_document("policy-one-signer.ini");
	const struct document_slice *armour = &fixture.document.signatures[0];
	struct sshsig result;

	assert_int_equal(verify(armour, SPACE, &fixture.document.text, &result), SSHSIG_GOOD);
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *edited = text_edited(armour->bytes, rows[i].old, rows[i].new);
		struct document_slice slice = {edited, strlen(edited)};

		if (verify(&slice, SPACE, &fixture.document.text, &result) != SSHSIG_BAD_ARMOUR)
			fail_msg("%s: %s", rows[i].name, sshsig_fault_name(result.fault));
		free(edited);
	}
	free(fixture.file.bytes);
}

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
enum extra { EXTRA_NONE, EXTRA_KEY_TAIL, EXTRA_SIGNATURE_TAIL, EXTRA_INNER_TAIL, EXTRA_ZERO_IN_R };

/* Writes a number with a needless zero in front where asked, and the rest of the inner string. */
static void write_inner(struct ssh_writer *writer, struct ssh_string inner, enum extra extra)
{
	struct ssh_reader reader = ssh_reader_of(inner);
	uint8_t longer[256];

	if (extra == EXTRA_ZERO_IN_R) {
		struct ssh_string r = ssh_read_string(&reader);

		longer[0] = 0;
		memcpy(longer + 1, r.bytes, r.size);
		ssh_write_string(writer, longer, r.size + 1);
	}
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
		{"policy-ecdsa-sk.ini", EXTRA_ZERO_IN_R, SSHSIG_BAD_FORM},
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

static void the_reader_of_the_wire_stays_failed(void **state)
{
	static const uint8_t bytes[] = {0, 0, 0, 9, 'a', 'b'};
	struct ssh_reader reader = {bytes, sizeof(bytes), false};

	assert_int_equal(ssh_read_string(&reader).size, 0);
	assert_true(reader.has_failed);
	assert_int_equal(ssh_read_u8(&reader), 0);
	assert_false(ssh_reader_is_done(&reader));
	reader = (struct ssh_reader){(const uint8_t *)"\xff\xff\xff\xff", 4, false};
	assert_int_equal(ssh_read_string(&reader).size, 0);
	assert_true(reader.has_failed);
}

static void faults_have_names(void **state)
{
	for (unsigned fault = 0; fault < SSHSIG_FAULT_COUNT; fault++)
		assert_non_null(sshsig_fault_name(fault));
	assert_null(sshsig_fault_name(SSHSIG_FAULT_COUNT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signatures_of_ssh_keygen_are_judged),
		cmocka_unit_test(the_fingerprint_is_the_one_that_the_root_names),
		cmocka_unit_test(a_signature_covers_every_byte_of_the_text),
		cmocka_unit_test(no_flipped_bit_of_a_signature_survives),
		cmocka_unit_test(no_part_of_a_signature_is_one),
		cmocka_unit_test(the_armour_has_one_form),
		cmocka_unit_test(malformed_blobs_are_refused_by_their_form),
		cmocka_unit_test(nested_lengths_must_add_up),
		cmocka_unit_test(nothing_more_stands_inside_a_signature),
		cmocka_unit_test(the_reader_of_the_wire_stays_failed),
		cmocka_unit_test(faults_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
