/* What becomes of a list of tokens on a terminal: records, opened secrets, and the terminal's key.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pam/envelopes.h"
#include "pam/unseal.h"
#include "pam/unseal_envelope.h"
#include "pam/unseal_file.h"
#include "pam/unseal_key.h"
#include "pam/user_file.h"
#include "policy/base64.h"
#include "policy/code_text.h"
#include "tests/unit/fixture.h"
#include "tests/unit/temporary.h"

#define NOW_S     1800000000
#define NEWS_MAX  64
#define TEXT_SIZE 16384

/* A list as its officer writes it. */
struct list {
	char text[TEXT_SIZE];
	size_t size;
	uint8_t public[SEAL_KEY_SIZE];
};

struct bench {
	struct temporary *temporary;
	struct unseal unseal;
	struct vault vault;
	int seal_error, open_error;
	bool opens_another;
	struct told {
		enum login_reason reason;
		char user[40], token[64];
		int error;
	} told[NEWS_MAX];
	size_t n_told;
	struct list list;
};

static const uint8_t secret[20] = "12345678901234567890";

/* --- a vault that can fail --- */

static int turn(const uint8_t *bytes, size_t size, uint8_t *ret, size_t size_max, size_t *ret_size)
{
	if (size > size_max)
		return -EFBIG;
	for (size_t i = 0; i < size; i++)
		ret[i] = bytes[i] ^ 0x55;
	*ret_size = size;
	return 0;
}

static int fake_seal(const struct vault *vault, const uint8_t *bytes, size_t size, uint8_t *ret,
	size_t size_max, size_t *ret_size)
{
	const struct bench *bench = vault->context;

	return bench->seal_error ? bench->seal_error : turn(bytes, size, ret, size_max, ret_size);
}

static int fake_open(const struct vault *vault, const uint8_t *bytes, size_t size, uint8_t *ret,
	size_t size_max, size_t *ret_size)
{
	const struct bench *bench = vault->context;
	int r = bench->open_error ? bench->open_error : turn(bytes, size, ret, size_max, ret_size);

	if (r == 0 && bench->opens_another)
		ret[0] ^= 1;
	return r;
}

static void hear(const struct unseal *unseal, const struct unseal_news *news)
{
	struct bench *bench = unseal->context;
	struct told *told = &bench->told[bench->n_told++];

	assert_true(bench->n_told < NEWS_MAX);
	told->reason = news->reason;
	told->error = news->error;
	snprintf(told->user, sizeof(told->user), "%s", news->user ? news->user : "");
	snprintf(told->token, sizeof(told->token), "%s", news->token ? news->token : "");
}

static bool was_told(const struct bench *bench, enum login_reason reason)
{
	for (size_t i = 0; i < bench->n_told; i++)
		if (bench->told[i].reason == reason)
			return true;
	return false;
}

/* The first of it. */
static const struct told *told(const struct bench *bench, enum login_reason reason)
{
	size_t i = 0;

	assert_true(was_told(bench, reason));
	while (bench->told[i].reason != reason)
		i++;
	return &bench->told[i];
}

static int setup(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	if (!bench || temporary_setup((void **)&bench->temporary) < 0)
		return -1;
	bench->vault = (struct vault){.seal = fake_seal, .open = fake_open, .context = bench};
	bench->unseal = (struct unseal){
		.state_fd = bench->temporary->fd,
		.records_fd = unseal_folder(bench->temporary->fd, RECORD_FOLDER, 0711),
		.secrets_fd = unseal_folder(bench->temporary->fd, "run", 0711),
		.terminal = "desk-17",
		.owner = {.uid = geteuid(), .gid = getegid()},
		.vault = &bench->vault,
		.now_s = NOW_S,
		.tell = hear,
		.context = bench,
	};
	*state = bench;
	return 0;
}

static void empty(const struct bench *bench, int fd)
{
	static const char *const names[] = {"tanaka", "sato", "suzuki", ".decoy", ".retired-tanaka",
		".retired-sato", ".retired-suzuki"};

	for (size_t i = 0; i < COUNT(names); i++)
		(void)unlinkat(fd, names[i], 0);
	close(fd);
}

static int teardown(void **state)
{
	struct bench *bench = *state;

	empty(bench, bench->unseal.records_fd);
	empty(bench, bench->unseal.secrets_fd);
	assert_int_equal(unlinkat(bench->temporary->fd, RECORD_FOLDER, AT_REMOVEDIR), 0);
	assert_int_equal(unlinkat(bench->temporary->fd, "run", AT_REMOVEDIR), 0);
	temporary_empty(bench->temporary);
	temporary_teardown((void **)&bench->temporary);
	free(bench);
	return 0;
}

/* --- lists --- */

static void add(struct list *list, const char *format, ...)
{
	va_list words;

	va_start(words, format);
	list->size += (size_t)vsnprintf(
		list->text + list->size, sizeof(list->text) - list->size, format, words);
	va_end(words);
	assert_true(list->size < sizeof(list->text));
}

static int run(struct bench *bench)
{
	bench->n_told = 0;
	return unseal_all(&bench->unseal);
}

/* The key as the officer reads it. */
static void read_public(struct bench *bench, char ret_fingerprint[SEAL_FINGERPRINT_SIZE])
{
	size_t size, decoded;
	char *text = temporary_read(bench->temporary, TERMINAL_KEY_PUBLIC, &size);
	const char *key = strstr(text, "\nkey = "), *print = strstr(text, "\nfingerprint = ");

	assert_non_null(key);
	assert_non_null(print);
	assert_int_equal(base64_decode(key + 7, BASE64_SIZE(SEAL_KEY_SIZE), bench->list.public,
				 SEAL_KEY_SIZE, &decoded),
		0);
	snprintf(ret_fingerprint, SEAL_FINGERPRINT_SIZE, "%.50s", print + 15);
	free(text);
}

/* For the key that the terminal has now; makes one where there is none. */
static struct list *begin_list(struct bench *bench)
{
	char fingerprint[SEAL_FINGERPRINT_SIZE];

	if (!temporary_has(bench->temporary, TERMINAL_KEY_PUBLIC))
		assert_int_equal(run(bench), 0);
	bench->list.size = 0;
	read_public(bench, fingerprint);
	add(&bench->list,
		"[tokens]\nkind = tokens\nformat = 1\nsite = tosu\ntier = my-number\nepoch = 1\n"
		"serial = 3\nissued = 2026-03-20T10:00:00+09:00\n"
		"not-before = 2026-04-01T00:00:00+09:00\nnot-after = 2027-04-30T23:59:59+09:00\n"
		"terminal-key = %s\n",
		fingerprint);
	return &bench->list;
}

static const struct token_entry totp = {.user = "tanaka",
	.number = "T-1",
	.type = CODE_TOTP,
	.hash = CODE_SHA1,
	.digits = 6,
	.period_s = 30};
static const struct token_entry hotp = {.user = "sato",
	.number = "H-1",
	.type = CODE_HOTP,
	.hash = CODE_SHA1,
	.digits = 6,
	.count = 40};

static void add_entry_for(struct list *list, const struct token_entry *entry, const char *account)
{
	struct token_entry sealed = *entry;
	char text[BASE64_SIZE(SEAL_PLAIN_MAX + SEAL_TAG_SIZE) + 1];

	assert_int_equal(token_seal(list->public, secret, sizeof(secret), "tosu", &sealed), 0);
	add(list, "\n[token %s]\nnumber = %s\ntype = %s\nhash = sha1\ndigits = %u\n", account,
		entry->number, token_type_name(entry->type), entry->digits);
	if (entry->type == CODE_TOTP)
		add(list, "period = %u\n", entry->period_s);
	else
		add(list, "count = %llu\n", (unsigned long long)entry->count);
	add(list, "reset = %u\n", entry->reset);
	base64_encode(sealed.secret.key, SEAL_KEY_SIZE, text);
	add(list, "sealed-key = %s\n", text);
	base64_encode(sealed.secret.bytes, sealed.secret.size, text);
	add(list, "sealed-secret = %s\n", text);
}

static void add_entry(struct list *list, const struct token_entry *entry)
{
	add_entry_for(list, entry, entry->user);
}

static int take(struct bench *bench)
{
	temporary_write(bench->temporary, TOKENS_FILE, bench->list.text, bench->list.size);
	return run(bench);
}

/* A list with these entries; NULL: without. */
static int take_entries(
	struct bench *bench, const struct token_entry *first, const struct token_entry *second)
{
	struct list *list = begin_list(bench);

	if (first)
		add_entry(list, first);
	if (second)
		add_entry(list, second);
	return take(bench);
}

/* --- what came of it --- */

static struct login_state read_state(
	const struct bench *bench, const char *user, struct user_head *ret_head)
{
	struct user_file *file;
	struct user_state state;
	struct user_head head;

	assert_int_equal(user_file_open(bench->unseal.records_fd, user, 0, &head, &file), 0);
	assert_int_equal(user_file_read(file, &state), 0);
	user_file_close(file);
	if (ret_head)
		*ret_head = head;
	return state.slots.state;
}

static uint64_t next_of(const struct bench *bench, const char *user)
{
	return read_state(bench, user, NULL).memory.next;
}

/* As the helper does after a right code. */
static void use(const struct bench *bench, const char *user, uint64_t next)
{
	struct user_file *file;
	struct user_state state;
	struct user_head head;

	assert_int_equal(user_file_open(bench->unseal.records_fd, user, 0, &head, &file), 0);
	assert_int_equal(user_file_read(file, &state), 0);
	state.slots.state.memory.next = next;
	assert_int_equal(user_file_write(file, &state), 0);
	user_file_close(file);
}

static bool has_secret(const struct bench *bench, const char *user)
{
	struct stat facts;
	char bytes[sizeof(secret)];
	int fd = openat(bench->unseal.secrets_fd, user, O_RDONLY);
	bool is_right;

	if (fd < 0)
		return false;
	assert_int_equal(fstat(fd, &facts), 0);
	is_right = facts.st_size == sizeof(secret) && (facts.st_mode & 07777) == 0400 &&
		   read(fd, bytes, sizeof(bytes)) == sizeof(bytes) &&
		   memcmp(bytes, secret, sizeof(bytes)) == 0;
	close(fd);
	assert_true(is_right);
	return true;
}

static bool has_record(const struct bench *bench, const char *name)
{
	return faccessat(bench->unseal.records_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* --- the key --- */

static void the_first_start_makes_a_key_and_shows_its_public_half(void **state)
{
	struct bench *bench = *state;
	char fingerprint[SEAL_FINGERPRINT_SIZE];
	uint8_t zeros[SEAL_KEY_SIZE] = {};
	size_t size;
	char *text;

	assert_int_equal(run(bench), 0);
	assert_true(was_told(bench, LOGIN_KEY_MADE));
	assert_int_equal(temporary_mode(bench->temporary, TERMINAL_KEY_SEALED), 0600);
	assert_int_equal(temporary_mode(bench->temporary, TERMINAL_KEY_PUBLIC), 0644);
	read_public(bench, fingerprint);
	assert_string_equal(told(bench, LOGIN_KEY_MADE)->token, fingerprint);
	assert_memory_not_equal(bench->list.public, zeros, sizeof(zeros));
	text = temporary_read(bench->temporary, TERMINAL_KEY_PUBLIC, &size);
	assert_non_null(strstr(text, "[terminal-key]\nterminal = desk-17\nkey = "));
	free(text);
}

static void the_next_start_has_the_same_key(void **state)
{
	struct bench *bench = *state;
	char before[SEAL_FINGERPRINT_SIZE], after[SEAL_FINGERPRINT_SIZE];

	assert_int_equal(run(bench), 0);
	read_public(bench, before);
	assert_int_equal(run(bench), 0);
	read_public(bench, after);
	assert_string_equal(before, after);
	assert_int_equal(bench->n_told, 0);
}

static void a_public_half_that_was_lost_comes_back(void **state)
{
	struct bench *bench = *state;
	char before[SEAL_FINGERPRINT_SIZE], after[SEAL_FINGERPRINT_SIZE];

	bench->unseal.terminal = "";
	assert_int_equal(run(bench), 0);
	read_public(bench, before);
	assert_int_equal(unlinkat(bench->temporary->fd, TERMINAL_KEY_PUBLIC, 0), 0);
	assert_int_equal(run(bench), 0);
	read_public(bench, after);
	assert_string_equal(before, after);
}

static void a_key_that_does_not_open_stays_and_is_told(void **state)
{
	struct bench *bench = *state;
	size_t size, size_after;
	char *before, *after;

	assert_int_equal(take_entries(bench, &totp, NULL), 0);
	before = temporary_read(bench->temporary, TERMINAL_KEY_SEALED, &size);
	bench->open_error = -EKEYREJECTED;
	assert_int_equal(take_entries(bench, &totp, &hotp), 1);
	assert_int_equal(told(bench, LOGIN_KEY_LOST)->error, -EKEYREJECTED);
	after = temporary_read(bench->temporary, TERMINAL_KEY_SEALED, &size_after);
	assert_int_equal(size, size_after);
	assert_memory_equal(before, after, size);
	free(before);
	free(after);
	/* What is open stays open, and who is new has a record at least. */
	assert_true(has_secret(bench, "tanaka"));
	assert_false(has_secret(bench, "sato"));
	assert_true(has_record(bench, "sato"));
	bench->open_error = 0;
	assert_int_equal(run(bench), 0);
	assert_true(has_secret(bench, "sato"));
	assert_false(was_told(bench, LOGIN_KEY_LOST));
}

static void a_sealed_key_that_is_none_is_told(void **state)
{
	struct bench *bench = *state;

	temporary_write(bench->temporary, TERMINAL_KEY_SEALED, "short", 5);
	assert_int_equal(run(bench), 1);
	assert_int_equal(told(bench, LOGIN_KEY_LOST)->error, -EBADMSG);
	assert_false(temporary_has(bench->temporary, TERMINAL_KEY_PUBLIC));
}

static void a_key_that_could_not_be_opened_again_is_not_kept(void **state)
{
	struct bench *bench = *state;

	bench->opens_another = true;
	assert_int_equal(run(bench), 1);
	assert_int_equal(told(bench, LOGIN_KEY_LOST)->error, -EKEYREJECTED);
	bench->opens_another = false;
	bench->open_error = -ETIMEDOUT;
	assert_int_equal(run(bench), 1);
	bench->seal_error = -ENODEV;
	assert_int_equal(run(bench), 1);
	assert_false(temporary_has(bench->temporary, TERMINAL_KEY_SEALED));
	assert_false(temporary_has(bench->temporary, TERMINAL_KEY_PUBLIC));
}

static void a_new_key_opens_nothing_that_was_sealed_to_the_old_one(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(take_entries(bench, &totp, NULL), 0);
	use(bench, "tanaka", 70000000);
	bench->unseal.is_key_new = true;
	assert_int_equal(run(bench), 1);
	assert_true(was_told(bench, LOGIN_KEY_MADE));
	assert_int_equal(told(bench, LOGIN_KEY_LOST)->error, -ENOKEY);
	assert_true(temporary_has(bench->temporary, TERMINAL_KEY_OLD));
	bench->unseal.is_key_new = false;
	assert_int_equal(take_entries(bench, &totp, NULL), 0);
	assert_true(has_secret(bench, "tanaka"));
	assert_int_equal(next_of(bench, "tanaka"), 70000000);
}

/* --- records --- */

static void a_person_on_the_list_has_a_secret_and_a_record_that_begins_now(void **state)
{
	struct bench *bench = *state;
	struct user_head head;

	assert_int_equal(take_entries(bench, &totp, &hotp), 0);
	assert_true(has_secret(bench, "tanaka"));
	assert_true(has_secret(bench, "sato"));
	assert_int_equal(read_state(bench, "tanaka", &head).memory.next, NOW_S / 30);
	assert_int_equal(next_of(bench, "sato"), 40);
	assert_string_equal(head.serial, "T-1");
	assert_int_equal(bench->n_told, 2);
	assert_string_equal(told(bench, LOGIN_TOKEN_INSTALLED)->user, "tanaka");
	assert_true(has_record(bench, USER_FILE_DECOY));
	assert_false(temporary_has(bench->temporary, "run/" USER_FILE_DECOY));
}

static void the_same_list_again_changes_nothing_and_tells_nothing(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(take_entries(bench, &totp, &hotp), 0);
	use(bench, "tanaka", 71000000);
	use(bench, "sato", 55);
	bench->unseal.now_s += 3600;
	assert_int_equal(run(bench), 0);
	assert_int_equal(next_of(bench, "tanaka"), 71000000);
	assert_int_equal(next_of(bench, "sato"), 55);
	assert_int_equal(bench->n_told, 0);
}

static void a_token_that_is_described_anew_goes_on(void **state)
{
	struct bench *bench = *state;
	struct token_entry entry = totp;
	struct user_head head;

	assert_int_equal(take_entries(bench, &totp, NULL), 0);
	use(bench, "tanaka", 71000000);
	entry.digits = 8;
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_int_equal(read_state(bench, "tanaka", &head).memory.next, 71000000);
	assert_int_equal(head.token.digits, 8);
	assert_int_equal(bench->n_told, 0);
}

static void a_higher_reset_begins_anew_and_a_lower_one_does_not(void **state)
{
	struct bench *bench = *state;
	struct token_entry entry = hotp;

	entry.reset = 1;
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	use(bench, "sato", 55);
	entry.reset = 0;
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_int_equal(next_of(bench, "sato"), 55);
	entry.reset = 1;
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_int_equal(next_of(bench, "sato"), 55);
	entry.reset = 2;
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_int_equal(next_of(bench, "sato"), 40);
	assert_string_equal(told(bench, LOGIN_TOKEN_RESET)->token, "H-1");
	assert_true(has_secret(bench, "sato"));
}

static void another_token_begins_anew(void **state)
{
	struct bench *bench = *state;
	struct token_entry entry = totp;

	assert_int_equal(take_entries(bench, &totp, NULL), 0);
	use(bench, "tanaka", 71000000);
	snprintf(entry.number, sizeof(entry.number), "T-2");
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_int_equal(next_of(bench, "tanaka"), NOW_S / 30);
	assert_string_equal(told(bench, LOGIN_TOKEN_INSTALLED)->token, "T-2");
	/* Its steps are others. */
	use(bench, "tanaka", 71000000);
	entry.period_s = 60;
	assert_int_equal(take_entries(bench, &entry, NULL), 0);
	assert_int_equal(next_of(bench, "tanaka"), NOW_S / 60);
}

static void who_is_on_the_list_no_more_is_retired_and_may_come_back(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(take_entries(bench, &totp, &hotp), 0);
	use(bench, "sato", 55);
	assert_int_equal(take_entries(bench, &totp, NULL), 0);
	assert_string_equal(told(bench, LOGIN_TOKEN_RETIRED)->user, "sato");
	assert_string_equal(told(bench, LOGIN_TOKEN_RETIRED)->token, "H-1");
	assert_false(has_secret(bench, "sato"));
	assert_false(has_record(bench, "sato"));
	assert_true(has_record(bench, RECORD_WAS "sato"));
	assert_true(has_secret(bench, "tanaka"));
	assert_int_equal(run(bench), 0);
	assert_int_equal(bench->n_told, 0);
	/* Or its used codes would count again. */
	assert_int_equal(take_entries(bench, &totp, &hotp), 0);
	assert_int_equal(next_of(bench, "sato"), 55);
	assert_true(has_secret(bench, "sato"));
	assert_int_equal(bench->n_told, 1);
	assert_false(has_record(bench, RECORD_WAS "sato"));
}

static void an_empty_list_retires_all(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(take_entries(bench, &totp, NULL), 0);
	assert_int_equal(take_entries(bench, NULL, NULL), 0);
	assert_true(has_record(bench, RECORD_WAS "tanaka"));
	assert_false(has_secret(bench, "tanaka"));
}

static void a_list_that_is_gone_or_unreadable_changes_nothing(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(take_entries(bench, &totp, NULL), 0);
	temporary_write(bench->temporary, TOKENS_FILE, "[tokens]\n", 9);
	assert_int_equal(run(bench), 1);
	assert_int_equal(told(bench, LOGIN_SECRET_UNREADABLE)->error, -EBADMSG);
	assert_true(has_secret(bench, "tanaka"));
	assert_int_equal(unlinkat(bench->temporary->fd, TOKENS_FILE, 0), 0);
	assert_int_equal(run(bench), 0);
	assert_true(has_secret(bench, "tanaka"));
	assert_true(has_record(bench, "tanaka"));
}

static void a_secret_of_somebody_else_is_told_and_the_others_are_opened(void **state)
{
	struct bench *bench = *state;
	struct token_entry entry = totp;
	struct list *list = begin_list(bench);

	/* Sealed for tanaka, and moved to suzuki. */
	snprintf(entry.number, sizeof(entry.number), "T-9");
	add_entry_for(list, &entry, "suzuki");
	add_entry(list, &hotp);
	assert_int_equal(take(bench), 1);
	assert_string_equal(told(bench, LOGIN_SECRET_UNREADABLE)->user, "suzuki");
	assert_false(has_secret(bench, "suzuki"));
	assert_true(has_secret(bench, "sato"));
}

static void a_new_token_that_does_not_open_leaves_no_secret_of_the_old_one(void **state)
{
	struct bench *bench = *state;
	struct token_entry entry = totp;

	assert_int_equal(take_entries(bench, &totp, NULL), 0);
	snprintf(entry.number, sizeof(entry.number), "T-2");
	bench->open_error = -EKEYREJECTED;
	assert_int_equal(take_entries(bench, &entry, NULL), 1);
	assert_false(has_secret(bench, "tanaka"));
}

static void damage(const struct bench *bench, const char *user)
{
	int fd = openat(bench->unseal.records_fd, user, O_WRONLY);

	assert_int_equal(pwrite(fd, "\xff", 1, 5), 1);
	close(fd);
}

static void a_damaged_record_begins_anew_where_the_clock_says_how_far_it_was(void **state)
{
	struct bench *bench = *state;
	struct user_head head;
	struct user_file *file;

	assert_int_equal(take_entries(bench, &totp, &hotp), 0);
	damage(bench, "tanaka");
	damage(bench, "sato");
	assert_int_equal(run(bench), 1);
	assert_int_equal(next_of(bench, "tanaka"), NOW_S / 30 + 1);
	assert_string_equal(told(bench, LOGIN_TOKEN_RESET)->user, "tanaka");
	assert_true(has_secret(bench, "tanaka"));
	assert_string_equal(told(bench, LOGIN_SECRET_UNREADABLE)->user, "sato");
	assert_int_equal(
		user_file_open(bench->unseal.records_fd, "sato", 0, &head, &file), -EBADMSG);
	/* Somebody takes it away. */
	assert_int_equal(unlinkat(bench->unseal.records_fd, "sato", 0), 0);
	assert_int_equal(run(bench), 0);
	assert_int_equal(next_of(bench, "sato"), 40);
}

static void a_record_that_is_open_to_others_is_left_and_told(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(take_entries(bench, &totp, NULL), 0);
	assert_int_equal(fchmodat(bench->unseal.records_fd, "tanaka", 0644, 0), 0);
	assert_int_equal(run(bench), 1);
	assert_int_equal(told(bench, LOGIN_SECRET_UNREADABLE)->error, -EPERM);
	assert_int_equal(fchmodat(bench->unseal.records_fd, "tanaka", 0600, 0), 0);
	assert_int_equal(run(bench), 0);
}

/* --- envelopes --- */

static void an_envelope_that_root_makes_lets_in_once(void **state)
{
	struct bench *bench = *state;
	char shown[64] = "", symbols[CODE_SYMBOLS_SIZE];
	struct envelope_answer answer;
	FILE *out = fmemopen(shown, sizeof(shown), "w");

	assert_int_equal(unseal_new_envelope(&bench->unseal, out), 0);
	fclose(out);
	assert_true(was_told(bench, LOGIN_ENVELOPE_MADE));
	assert_int_equal(strlen(shown), 4 * 4 + 3 + 1);
	shown[strlen(shown) - 1] = '\0';
	assert_int_equal(code_text_normalise(shown, symbols), ENVELOPE_CODE_SYMBOLS);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(envelopes_check(bench->unseal.state_fd, symbols, "tanaka", NOW_S,
					 0, &answer),
			0);
		assert_int_equal(answer.verdict, i == 0 ? ENVELOPE_RIGHT : ENVELOPE_USED);
	}
	/* The list does not take it away. */
	assert_int_equal(take_entries(bench, &totp, NULL), 0);
	assert_int_equal(
		envelopes_check(bench->unseal.state_fd, symbols, "tanaka", NOW_S, 0, &answer), 0);
	assert_int_equal(answer.verdict, ENVELOPE_USED);
}

static void an_envelope_that_cannot_be_shown_is_an_error(void **state)
{
	struct bench *bench = *state;
	FILE *out = fopen("/dev/full", "w");

	assert_int_equal(unseal_new_envelope(&bench->unseal, out), -EIO);
	(void)fclose(out);
	/* Its trace is there all the same. */
	assert_true(was_told(bench, LOGIN_ENVELOPE_MADE));
}

int main(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		ROW(the_first_start_makes_a_key_and_shows_its_public_half),
		ROW(the_next_start_has_the_same_key),
		ROW(a_public_half_that_was_lost_comes_back),
		ROW(a_key_that_does_not_open_stays_and_is_told),
		ROW(a_sealed_key_that_is_none_is_told),
		ROW(a_key_that_could_not_be_opened_again_is_not_kept),
		ROW(a_new_key_opens_nothing_that_was_sealed_to_the_old_one),
		ROW(a_person_on_the_list_has_a_secret_and_a_record_that_begins_now),
		ROW(the_same_list_again_changes_nothing_and_tells_nothing),
		ROW(a_token_that_is_described_anew_goes_on),
		ROW(a_higher_reset_begins_anew_and_a_lower_one_does_not),
		ROW(another_token_begins_anew),
		ROW(who_is_on_the_list_no_more_is_retired_and_may_come_back),
		ROW(an_empty_list_retires_all),
		ROW(a_list_that_is_gone_or_unreadable_changes_nothing),
		ROW(a_secret_of_somebody_else_is_told_and_the_others_are_opened),
		ROW(a_new_token_that_does_not_open_leaves_no_secret_of_the_old_one),
		ROW(a_damaged_record_begins_anew_where_the_clock_says_how_far_it_was),
		ROW(a_record_that_is_open_to_others_is_left_and_told),
		ROW(an_envelope_that_root_makes_lets_in_once),
		ROW(an_envelope_that_cannot_be_shown_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
