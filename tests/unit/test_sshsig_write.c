/* What a terminal signs, beside what ssh-keygen -Y sign wrote with the same key. */
#include "policy/sshsig_write.h"

#include <errno.h>

#include "tests/unit/fixture.h"

#include "policy/sshsig.h"

#define TEXT "[report]\nnumber = 1\n"
#define LONG "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

/* The key of the bytes 0 to 31. */
static const char fingerprint[] = "SHA256:lbmsoA0yIEcEiVDRnMWuzm+nV+3ZEEpVIURqFoeSspg";
static const char key_text[] =
	"AAAAC3NzaC1lZDI1NTE5AAAAIAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";

static const struct {
	const char *name_space, *armour;
} rows[] = {
	{"report@sekisho",
		"-----BEGIN SSH SIGNATURE-----\n"
		"U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgA6EHv/POEL4dcN0Y50vAmWfk1j\n"
		"CbpQ1fHdyGZBJVMbgAAAAOcmVwb3J0QHNla2lzaG8AAAAAAAAABnNoYTUxMgAAAFMAAAAL\n"
		"c3NoLWVkMjU1MTkAAABAsG2DnGbX8pMfddDdJipVXyLmJTMNIBT0fYoAdmyF55iMZ9AGRC\n"
		"4RNuV1EkdEGPygnCAOhEnroCtI4dBd7IGJBg==\n"
		"-----END SSH SIGNATURE-----\n"},
	{LONG, "-----BEGIN SSH SIGNATURE-----\n"
	       "U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgA6EHv/POEL4dcN0Y50vAmWfk1j\n"
	       "CbpQ1fHdyGZBJVMbgAAABAeHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4\n"
	       "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eAAAAAAAAAAGc2hhNTEyAAAAUwAAAAtzc2\n"
	       "gtZWQyNTUxOQAAAEC0N35WxQtEgm9c0gSp4yGBigSxa/WXE5FqhIjPbN0mk4JVUnwsOJh9\n"
	       "HCh61CWlTaURW1Z0AHWb7mGbXga3XbIA\n"
	       "-----END SSH SIGNATURE-----\n"},
};

static void known_key(uint8_t ret[ED25519_KEY_SIZE])
{
	for (unsigned i = 0; i < ED25519_KEY_SIZE; i++)
		ret[i] = (uint8_t)i;
}

static void a_signature_is_the_one_that_ssh_keygen_writes(void **state)
{
	uint8_t key[ED25519_KEY_SIZE];
	char armour[SSHSIG_ARMOUR_SIZE];

	known_key(key);
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(
			sshsig_write(key, rows[i].name_space, TEXT, strlen(TEXT), armour), 0);
		assert_string_equal(armour, rows[i].armour);
	}
	armour[0] = 'x';
	assert_int_equal(sshsig_write(key, LONG "x", TEXT, strlen(TEXT), armour), -EINVAL);
	assert_int_equal(armour[0], 'x');
}

static void a_key_is_named_as_ssh_keygen_names_it(void **state)
{
	uint8_t key[ED25519_KEY_SIZE], public[ED25519_KEY_SIZE], again[ED25519_KEY_SIZE] = {0};
	char name[FINGERPRINT_LENGTH + 1], text[ED25519_TEXT_SIZE];

	known_key(key);
	assert_int_equal(ed25519_public_key(key, public), 0);
	assert_int_equal(ed25519_fingerprint(public, name), 0);
	assert_string_equal(name, fingerprint);
	ed25519_text(public, text);
	assert_string_equal(text, key_text);
	assert_int_equal(ed25519_parse(text, again), 0);
	assert_memory_equal(public, again, sizeof(public));
}

static void what_is_no_such_key_is_refused(void **state)
{
	static const char *const others[] = {
		"",
		"AAAA",
		/* One letter less, one more, another length, another type. */
		"AAAAC3NzaC1lZDI1NTE5AAAAIAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG",
		"AAAAC3NzaC1lZDI1NTE5AAAAIAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4AAAA",
		"AAAAC3NzaC1lZDI1NTE5AAAAHwOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
		"AAAAC3NzaC1lZDQ0ODE5AAAAIAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
	};
	uint8_t key[ED25519_KEY_SIZE];

	for (size_t i = 0; i < COUNT(others); i++) {
		memset(key, 0x5a, sizeof(key));
		if (ed25519_parse(others[i], key) != -EINVAL)
			fail_msg("'%s' is taken for a key", others[i]);
		assert_int_equal(key[0], 0x5a);
	}
}

static void a_new_key_signs_what_its_fingerprint_answers_for(void **state)
{
	uint8_t key[ED25519_KEY_SIZE], public[ED25519_KEY_SIZE], other[ED25519_KEY_SIZE];
	char armour[SSHSIG_ARMOUR_SIZE], name[FINGERPRINT_LENGTH + 1];
	struct sshsig result;

	assert_int_equal(ed25519_make_key(key, public), 0);
	assert_int_equal(ed25519_make_key(other, other), 0);
	assert_memory_not_equal(public, other, sizeof(public));
	assert_int_equal(ed25519_fingerprint(public, name), 0);
	assert_int_equal(sshsig_write(key, "report@sekisho", TEXT, strlen(TEXT), armour), 0);
	sshsig_verify(armour, strlen(armour), "report@sekisho", TEXT, strlen(TEXT), &result);
	assert_int_equal(result.fault, SSHSIG_GOOD);
	assert_string_equal(result.fingerprint, name);
	sshsig_verify(armour, strlen(armour), "policy@sekisho", TEXT, strlen(TEXT), &result);
	assert_int_equal(result.fault, SSHSIG_OTHER_NAMESPACE);
	sshsig_verify(armour, strlen(armour), "report@sekisho", TEXT, strlen(TEXT) - 1, &result);
	assert_int_equal(result.fault, SSHSIG_WRONG_SIGNATURE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signature_is_the_one_that_ssh_keygen_writes),
		cmocka_unit_test(a_key_is_named_as_ssh_keygen_names_it),
		cmocka_unit_test(what_is_no_such_key_is_refused),
		cmocka_unit_test(a_new_key_signs_what_its_fingerprint_answers_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
