/* A code from paper is found among the hashes that are kept, and nothing else is. */
#include <crypt.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "pam/code_hash.h"

/* The cheapest setting that there is, so that a test of many takes no time. */
#define SALT_A "$y$j65$k.6lBBKN1NaXXYpNaVrA1/"
#define SALT_B "$y$j65$k2XAnEHBqQ1Ct2aMXFKNa/"

/* Of AB3DEFGH7K, made by perl. */
#define BY_PERL "$y$j9T$RXkFq2xZ0w5yJ1tUeD.8p/$XMfL3RdV.mfSCQGhKEOmD2zabPy5p5eoOjmLiLYWxt0"

static void hash(const char *symbols, const char *setting, char ret[CODE_HASH_TEXT_SIZE])
{
	static struct crypt_data data;
	const char *text = crypt_r(symbols, setting, &data);

	assert_non_null(text);
	assert_int_equal(text[0], '$');
	memset(ret, 0, CODE_HASH_TEXT_SIZE);
	snprintf(ret, CODE_HASH_TEXT_SIZE, "%s", text);
}

static void a_hash_that_another_program_made_is_found(void **state)
{
	static const char hashes[][CODE_HASH_TEXT_SIZE] = {BY_PERL};

	assert_int_equal(code_hash_find("AB3DEFGH7K", hashes, 1), 0);
	assert_int_equal(code_hash_find("AB3DEFGH7M", hashes, 1), -ENOENT);
	assert_int_equal(code_hash_find("ab3defgh7k", hashes, 1), -ENOENT);
	assert_int_equal(code_hash_find("AB3DEFGH7", hashes, 1), -ENOENT);
	assert_int_equal(code_hash_find("", hashes, 1), -ENOENT);
}

static void each_of_a_set_is_found_at_its_place(void **state)
{
	char hashes[10][CODE_HASH_TEXT_SIZE], code[] = "AB3DEFGH7x";

	for (int salts = 1; salts <= 2; salts++) {
		for (int i = 0; i < 10; i++) {
			code[9] = (char)('0' + i);
			hash(code, salts == 2 && i % 3 == 0 ? SALT_B : SALT_A, hashes[i]);
		}
		for (int i = 0; i < 10; i++) {
			code[9] = (char)('0' + i);
			assert_int_equal(code_hash_find(code, hashes, 10), i);
			/* One fewer, and it is not there. */
			assert_int_equal(code_hash_find(code, hashes, (size_t)i), -ENOENT);
		}
		assert_int_equal(code_hash_find("AB3DEFGH7A", hashes, 10), -ENOENT);
	}
	assert_int_equal(code_hash_find("AB3DEFGH70", NULL, 0), -ENOENT);
}

static void what_is_no_yescrypt_is_never_right(void **state)
{
	static const char *const settings[] = {"$6$saltsalt", "$5$saltsalt", "$1$saltsalt",
		"$gy$j75$saltA1..", "$2b$04$abcdefghijklmnopqrstuu", "$7$CU..../....saltsalt"};
	char hashes[2][CODE_HASH_TEXT_SIZE];

	hash("AB3DEFGH7K", SALT_A, hashes[1]);
	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++) {
		hash("AB3DEFGH7M", settings[i], hashes[0]);
		assert_int_equal(code_hash_find("AB3DEFGH7M", hashes, 2), -EBADMSG);
		/* The one beside it counts. */
		assert_int_equal(code_hash_find("AB3DEFGH7K", hashes, 2), 1);
	}
}

static void a_hash_that_is_damaged_is_never_right(void **state)
{
	static const char *const texts[] = {"", "$", "$y", "$y$", "$y$$", "$y$j75$",
		"$y$j75$saltA1..", "$y$j75$saltA1..$", "*0", "*1", "x", "!", "$y$j75saltA1..$",
		"AB3DEFGH7K"};
	char hashes[2][CODE_HASH_TEXT_SIZE], whole[CODE_HASH_TEXT_SIZE];

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		snprintf(hashes[0], CODE_HASH_TEXT_SIZE, "%s", texts[i]);
		assert_int_equal(code_hash_find("AB3DEFGH7K", hashes, 1), -EBADMSG);
	}
	hash("AB3DEFGH7K", SALT_A, whole);
	for (size_t size = 0; size < strlen(whole); size++) {
		snprintf(hashes[0], CODE_HASH_TEXT_SIZE, "%.*s", (int)size, whole);
		assert_int_equal(code_hash_find("AB3DEFGH7K", hashes, 1), -EBADMSG);
	}
	memset(hashes[0], 'x', CODE_HASH_TEXT_SIZE);
	memcpy(hashes[0], whole, strlen(whole));
	assert_int_equal(code_hash_find("AB3DEFGH7K", hashes, 1), -EBADMSG);
	/* The right one with more behind it. */
	snprintf(hashes[0], CODE_HASH_TEXT_SIZE, "%s.", whole);
	assert_int_equal(code_hash_find("AB3DEFGH7K", hashes, 1), -EBADMSG);
	memcpy(hashes[0], whole, CODE_HASH_TEXT_SIZE);
	assert_int_equal(code_hash_find("AB3DEFGH7K", hashes, 1), 0);
}

static void every_character_of_a_hash_counts(void **state)
{
	char hashes[1][CODE_HASH_TEXT_SIZE], whole[CODE_HASH_TEXT_SIZE];

	hash("AB3DEFGH7K", SALT_A, whole);
	for (size_t i = 0; i < strlen(whole); i++) {
		memcpy(hashes[0], whole, CODE_HASH_TEXT_SIZE);
		hashes[0][i] = whole[i] == '.' ? '/' : '.';
		assert_true(code_hash_find("AB3DEFGH7K", hashes, 1) < 0);
	}
}

/* A caller that leaves too little memory gets no answer, and no login. */
static void too_little_memory_is_no_answer(void **state)
{
	static const char hashes[][CODE_HASH_TEXT_SIZE] = {BY_PERL};
	struct rlimit before, little;
	int r;

	/* Once with enough, so that there is a stack already. */
	assert_int_equal(code_hash_find("AB3DEFGH7K", hashes, 1), 0);
	assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
	little = (struct rlimit){.rlim_cur = 1, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_AS, &little), 0);
	r = code_hash_find("AB3DEFGH7K", hashes, 1);
	assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
	assert_int_equal(r, -EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hash_that_another_program_made_is_found),
		cmocka_unit_test(each_of_a_set_is_found_at_its_place),
		cmocka_unit_test(what_is_no_yescrypt_is_never_right),
		cmocka_unit_test(a_hash_that_is_damaged_is_never_right),
		cmocka_unit_test(every_character_of_a_hash_counts),
		cmocka_unit_test(too_little_memory_is_no_answer),
	};

	return cmocka_run_group_tests_name("code_hash", tests, NULL, NULL);
}
