/* Signatures put together by hand, in good armour: what no ssh-keygen would write. */
#include "tests/unit/signed_fixture.h"

#include <errno.h>

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

/* A point of P-256 as a key has it: the generator (SEC 2, 2.4.2), which is on the curve. */
static const uint8_t generator[65] = {0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8,
	0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0,
	0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f,
	0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31,
	0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5};

struct ecdsa_row {
	const char *name;
	const char *curve;
	uint8_t point_first; /* what the point begins with */
	uint8_t point_last;  /* what is added to its last byte */
	uint32_t point_size;
	const char *r, *s;
	uint32_t r_size, s_size;
	enum sshsig_fault fault;
};

/* A signature of a hardware key of that curve, touched. */
static size_t write_ecdsa(const struct ecdsa_row *row, uint8_t blob[SSH_BLOB_MAX])
{
	static const char type[] = "sk-ecdsa-sha2-nistp256@openssh.com";
	uint8_t key[256], numbers[256], inner[512], point[66] = {0};
	struct ssh_writer key_writer = {key, sizeof(key), 0, false};
	struct ssh_writer number_writer = {numbers, sizeof(numbers), 0, false};
	struct ssh_writer inner_writer = {inner, sizeof(inner), 0, false};
	struct ssh_writer writer = {blob, SSH_BLOB_MAX, 0, false};

	memcpy(point, generator, sizeof(generator));
	point[0] = row->point_first;
	point[64] = (uint8_t)(point[64] + row->point_last);
	write_text(&key_writer, type);
	write_text(&key_writer, row->curve);
	ssh_write_string(&key_writer, point, row->point_size);
	write_text(&key_writer, "ssh:");
	ssh_write_string(&number_writer, row->r, row->r_size);
	ssh_write_string(&number_writer, row->s, row->s_size);
	write_text(&inner_writer, type);
	ssh_write_string(&inner_writer, numbers, number_writer.used);
	ssh_write_u8(&inner_writer, 1);
	ssh_write_u32(&inner_writer, 1);
	ssh_write_bytes(&writer, "SSHSIG", 6);
	ssh_write_u32(&writer, 1);
	ssh_write_string(&writer, key, key_writer.used);
	write_text(&writer, SPACE);
	write_text(&writer, "");
	write_text(&writer, "sha512");
	ssh_write_string(&writer, inner, inner_writer.used);
	assert_false(writer.has_failed);
	return writer.used;
}

#define P256     "nistp256"
#define N32      "11111111222222223333333344444444"
#define ONE      "\1", "\1", 1, 1
#define POINT    P256, 0x04, 0, 65
#define FORM     SSHSIG_BAD_FORM
#define NO_MATCH SSHSIG_WRONG_SIGNATURE

/* Each number in its one shortest form, each point on the curve and uncompressed. */
static void a_signature_of_ecdsa_has_one_form(void **state)
{
	static const struct ecdsa_row rows[] = {
		{"small numbers", POINT, ONE, NO_MATCH},
		{"32 bytes", POINT, N32, N32, 32, 32, NO_MATCH},
		{"33 bytes", POINT, "\0\xff" N32, "\1", 33, 1, NO_MATCH},
		{"34 bytes", POINT, "\1\1" N32, "\1", 34, 1, FORM},
		{"a needless zero", POINT, "\0\x7f", "\1", 2, 1, FORM},
		{"a needless zero of the other", POINT, "\1", "\0\x7f", 1, 2, FORM},
		{"a needed zero", POINT, "\0\x80", "\1", 2, 1, NO_MATCH},
		{"nothing but a zero", POINT, "\0", "\1", 1, 1, FORM},
		{"no bytes", POINT, "", "\1", 0, 1, FORM},
		{"no bytes of the other", POINT, "\1", "", 1, 0, FORM},
		{"a negative number", POINT, "\x80", "\1", 1, 1, FORM},
		{"another curve", "nistp384", 0x04, 0, 65, ONE, FORM},
		{"a compressed point", P256, 0x03, 0, 33, ONE, FORM},
		{"a hybrid point", P256, 0x07, 0, 65, ONE, FORM},
		{"a short point", P256, 0x04, 0, 64, ONE, FORM},
		{"a long point", P256, 0x04, 0, 66, ONE, FORM},
		{"a point beside the curve", P256, 0x04, 1, 65, ONE, SSHSIG_REFUSED},
	};
	struct document_slice text = {"text\n", 5};

	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t blob[SSH_BLOB_MAX];
		size_t size = write_ecdsa(&rows[i], blob);
		struct document_slice armour;
		struct sshsig result;
		char buffer[8192];

		armour = armour_blob(blob, size, buffer);
		if (verify(&armour, SPACE, &text, &result) != rows[i].fault)
			fail_msg("%s: %s", rows[i].name, sshsig_fault_name(result.fault));
	}
}

static void a_blob_of_any_size_is_refused(void **state)
{
	static const uint8_t blob[SSH_BLOB_MAX] = "SSHSI";
	struct document_slice text = {"text\n", 5};

	for (size_t size = 1; size < 64; size++) {
		char buffer[8192];
		struct document_slice armour = armour_blob(blob, size, buffer);
		struct sshsig result;

		assert_int_equal(verify(&armour, SPACE, &text, &result), SSHSIG_BAD_FORM);
	}
}

/* Between the markers there is something of every length, in one line; nothing at all is the armour
 * of an empty blob. */
static void an_armour_of_any_size_is_refused(void **state)
{
	static char text[8192];
	size_t begin = strlen(SSH_ARMOUR_BEGIN), end = strlen(SSH_ARMOUR_END);

	memcpy(text, SSH_ARMOUR_BEGIN, begin);
	memset(text + begin, 'A', sizeof(text) - begin);
	for (size_t size = 0; size <= sizeof(text); size++) {
		uint8_t blob[SSH_BLOB_MAX];
		size_t blob_size = 77;

		if (size >= begin + end)
			memcpy(text + size - end, SSH_ARMOUR_END, end);
		assert_int_equal(ssh_armour_decode(text, size, blob, &blob_size),
			size == begin + end ? 0 : -EBADMSG);
		assert_int_equal(blob_size, size == begin + end ? 0 : 77);
		if (size >= begin + end)
			memset(text + size - end, 'A', end);
	}
}

static void what_does_not_fit_is_not_written_nor_what_follows(void **state)
{
	uint8_t bytes[8];
	struct ssh_writer writer = {bytes, sizeof(bytes), 0, false};

	ssh_write_u32(&writer, 1);
	assert_false(writer.has_failed);
	ssh_write_bytes(&writer, "12345", 5);
	assert_true(writer.has_failed);
	ssh_write_u8(&writer, 1);
	assert_true(writer.has_failed);
	assert_int_equal(writer.used, 4);
	writer = (struct ssh_writer){bytes, SIZE_MAX, 0, false};
	ssh_write_string(&writer, bytes, (size_t)UINT32_MAX + 1);
	assert_true(writer.has_failed);
	assert_int_equal(writer.used, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(malformed_blobs_are_refused_by_their_form),
		cmocka_unit_test(nested_lengths_must_add_up),
		cmocka_unit_test(nothing_more_stands_inside_a_signature),
		cmocka_unit_test(a_signature_of_ecdsa_has_one_form),
		cmocka_unit_test(a_blob_of_any_size_is_refused),
		cmocka_unit_test(an_armour_of_any_size_is_refused),
		cmocka_unit_test(what_does_not_fit_is_not_written_nor_what_follows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
