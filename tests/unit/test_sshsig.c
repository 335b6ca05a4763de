#include "tests/unit/signed_fixture.h"

#include "policy/ssh_wire.h"

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
		cmocka_unit_test(the_reader_of_the_wire_stays_failed),
		cmocka_unit_test(faults_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
