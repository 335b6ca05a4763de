#include "tests/unit/judge_bench.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/fixture.h"
#include "tests/unit/temporary.h"

struct judge_place bench_place;

const struct judge_rules bench_rules = {
	.attempts = {.lock_after = 5, .lock_for_s = 600},
	.steps = {.behind = 1, .ahead = 1, .drift_max = 2},
	.counts = {.ahead = 1, .search = 6},
	.methods = LOGIN_METHOD_TOTP | LOGIN_METHOD_HOTP,
	.wait_ms = 20000,
};

const struct own_file_owner bench_owner = {.uid = (uid_t)-1, .gid = (gid_t)-1};

const char *const bench_codes[10] = {"755224", "287082", "359152", "969429", "338314", "254676",
	"287922", "162583", "399871", "520489"};

static int open_folder(int folder_fd, const char *name)
{
	if (mkdirat(folder_fd, name, 0700) < 0)
		return -1;
	return openat(folder_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int judge_bench_setup(void **state)
{
	const struct temporary *temporary;

	if (temporary_setup(state) < 0)
		return -1;
	temporary = *state;
	bench_place.state_fd = temporary->fd;
	bench_place.records_fd = open_folder(temporary->fd, "records");
	bench_place.secrets_fd = open_folder(temporary->fd, "secrets");
	return bench_place.records_fd < 0 || bench_place.secrets_fd < 0 ? -1 : 0;
}

int judge_bench_teardown(void **state)
{
	const struct temporary *temporary = *state;

	temporary_empty(&(struct temporary){.fd = bench_place.records_fd});
	temporary_empty(&(struct temporary){.fd = bench_place.secrets_fd});
	close(bench_place.records_fd);
	close(bench_place.secrets_fd);
	(void)unlinkat(temporary->fd, "records", AT_REMOVEDIR);
	(void)unlinkat(temporary->fd, "secrets", AT_REMOVEDIR);
	return temporary_teardown(state);
}

void bench_write_secret(const char *user, const char *bytes, mode_t mode)
{
	int fd = openat(
		bench_place.secrets_fd, user, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, strlen(bytes)), strlen(bytes));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

struct user_head bench_head(enum code_kind kind, int64_t from_s, int64_t until_s)
{
	struct user_head head = {
		.token = {.kind = kind, .hash = CODE_SHA1, .digits = 6, .period_s = 30},
		.serial = "T-000123",
		.dates = {from_s, until_s},
		.n_recovery = 1,
	};

	snprintf(head.recovery[0], CODE_HASH_TEXT_SIZE, "%s", RECOVERY_HASH);
	return head;
}

void bench_enrol(const char *user, const struct user_head *head)
{
	const struct login_state fresh = {};

	assert_int_equal(
		user_file_make(bench_place.records_fd, user, head, &fresh, &bench_owner), 0);
	bench_write_secret(user, KEY, 0600);
}

struct judge_answer bench_attempt(
	const char *user, const char *typed, int64_t now_s, const struct judge_lost_clock *lost)
{
	struct judge_answer answer;
	struct typed read;
	const struct judge_request request = {
		.user = user, .typed = &read, .now_s = now_s, .lost_clock = lost};

	typed_read(typed, &read);
	judge(&bench_place, &bench_rules, &request, &answer);
	return answer;
}

struct login_state bench_remembered(const char *user)
{
	struct user_state state;
	struct user_file *file;
	struct user_head head;

	assert_int_equal(user_file_open(bench_place.records_fd, user, 0, &head, &file), 0);
	assert_int_equal(user_file_read(file, &state), 0);
	user_file_close(file);
	return state.slots.state;
}
