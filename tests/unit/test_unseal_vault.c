/* The child that seals and opens: whatever it does, there is an answer, and in time. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "pam/unseal_vault.h"
#include "tests/unit/fixture.h"
#include "tests/unit/temporary.h"

#define WAIT_MS 1000

static const uint8_t plain[32] = "0123456789abcdef0123456789abcdef";

struct said {
	uint8_t bytes[64];
	size_t size;
};

/* A shell script in place of systemd-creds. */
static int play(struct temporary *temporary, const char *script, bool seals, struct said *ret)
{
	struct vault vault = vault_of_systemd;
	char path[128], text[512];

	snprintf(path, sizeof(path), "%s/creds", temporary->path);
	snprintf(text, sizeof(text), "#!/bin/sh\n%s\n", script);
	temporary_write(temporary, "creds", text, strlen(text));
	assert_int_equal(chmod(path, 0700), 0);
	vault.program = path;
	vault.tpm = temporary_has(temporary, "tpm") ? path : "/nonexistent";
	vault.wait_ms = WAIT_MS;
	*ret = (struct said){};
	return (seals ? vault.seal : vault.open)(
		&vault, plain, sizeof(plain), ret->bytes, sizeof(ret->bytes), &ret->size);
}

struct row {
	const char *name, *script;
	int error;
	size_t size;
};

static const struct row rows[] = {
	{"gives back what it got", "cat", 0, 32},
	{"says no", "cat >/dev/null; exit 1", -EKEYREJECTED, 0},
	{"says no when it has said all", "cat; exit 1", -EKEYREJECTED, 0},
	{"says nothing", "cat >/dev/null", 0, 0},
	{"says as much as there is room", "cat >/dev/null; printf %064d 1", 0, 64},
	{"says more", "cat >/dev/null; printf %065d 1", -EFBIG, 0},
	{"does not end", "exec sleep 30", -ETIMEDOUT, 0},
	{"does not end, and is silent", "cat; exec >&-; exec sleep 30", -ETIMEDOUT, 0},
	{"says a little again and again", "while printf x; do sleep 0.3; done", -ETIMEDOUT, 0},
	{"is killed", "kill -9 $$", -EKEYREJECTED, 0},
	{"does not read", "exec <&-; printf x; exit 0", 0, 1},
};

static void whatever_the_child_does_there_is_an_answer_in_time(void **state)
{
	struct temporary *temporary = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct timespec start, now;
		struct said said;
		int r;

		clock_gettime(CLOCK_MONOTONIC, &start);
		r = play(temporary, rows[i].script, i % 2, &said);
		clock_gettime(CLOCK_MONOTONIC, &now);
		/* Who does not read may be gone before it is spoken to. */
		if (r != rows[i].error && !(i == COUNT(rows) - 1 && r == -EIO))
			fail_msg("%s: %d", rows[i].name, r);
		if (said.size != rows[i].size && r == 0)
			fail_msg("%s: %zu bytes", rows[i].name, said.size);
		if (now.tv_sec - start.tv_sec > 5)
			fail_msg("%s: it took %ld s", rows[i].name,
				(long)(now.tv_sec - start.tv_sec));
	}
}

static void what_failed_leaves_nothing_behind(void **state)
{
	static const struct said nothing;
	struct said said;

	assert_int_equal(play(*state, "cat; exit 1", false, &said), -EKEYREJECTED);
	assert_memory_equal(said.bytes, nothing.bytes, sizeof(nothing.bytes));
}

static void a_program_that_is_not_there_says_no(void **state)
{
	struct vault vault = vault_of_systemd;
	struct said said = {};

	vault.program = "/nonexistent/systemd-creds";
	assert_int_equal(vault.open(&vault, plain, sizeof(plain), said.bytes, sizeof(said.bytes),
				 &said.size),
		-EKEYREJECTED);
}

static void a_register_that_never_changes_and_no_word_of_the_caller_reach_it(void **state)
{
	struct said said;

	assert_int_equal(setenv("SYSTEMD_LOG_LEVEL", "debug", 1), 0);
	assert_int_equal(
		play(*state,
			"cat >/dev/null; [ \"$1\" = encrypt ] && [ \"$2\" = "
			"--name=terminal-key ] && [ \"$3\" = --with-key=host ] && "
			"[ \"$4\" = --tpm2-pcrs=21 ] && [ \"$5\" = --tpm2-public-key-pcrs= "
			"] && [ \"$6$7$8\" = -- ] && [ -z \"$SYSTEMD_LOG_LEVEL\" ]",
			true, &said),
		0);
	assert_int_equal(play(*state,
				 "cat >/dev/null; [ \"$*\" = \"decrypt --name=terminal-key "
				 "--newline=no - -\" ] && [ $(umask) = 0077 ]",
				 false, &said),
		0);
}

static void a_tpm_is_used_where_there_is_one_and_where_it_can_be(void **state)
{
	struct said said;

	temporary_write(*state, "tpm", "", 0);
	/* It opens what it has sealed. */
	assert_int_equal(play(*state,
				 "if [ $1 = encrypt ]; then cat; printf %s \"$3\"; else head -c "
				 "32; fi",
				 true, &said),
		0);
	assert_memory_equal(said.bytes + 32, "--with-key=host+tpm2", 20);
	/* It does not seal. */
	assert_int_equal(
		play(*state, "cat >/dev/null; printf %s \"$3\"; [ \"$3\" = --with-key=host ]", true,
			&said),
		0);
	assert_int_equal(said.size, strlen("--with-key=host"));
	assert_memory_equal(said.bytes, "--with-key=host", said.size);
	/* It seals and does not open. */
	assert_int_equal(
		play(*state, "cat >/dev/null; printf %s \"$3\"; [ $1 = encrypt ]", true, &said), 0);
	assert_int_equal(said.size, strlen("--with-key=host"));
	assert_memory_equal(said.bytes, "--with-key=host", said.size);
}

int main(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, temporary_setup, temporary_teardown)
	const struct CMUnitTest tests[] = {
		ROW(whatever_the_child_does_there_is_an_answer_in_time),
		ROW(what_failed_leaves_nothing_behind),
		ROW(a_program_that_is_not_there_says_no),
		ROW(a_tpm_is_used_where_there_is_one_and_where_it_can_be),
		ROW(a_register_that_never_changes_and_no_word_of_the_caller_reach_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
