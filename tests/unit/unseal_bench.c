#include "tests/unit/unseal_bench.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pam/unseal_file.h"
#include "policy/base64.h"
#include "policy/login_places.h"
#include "policy/timestamp.h"

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

bool was_told(const struct bench *bench, enum login_reason reason)
{
	for (size_t i = 0; i < bench->n_told; i++)
		if (bench->told[i].reason == reason)
			return true;
	return false;
}

const struct told *told(const struct bench *bench, enum login_reason reason)
{
	size_t i = 0;

	assert_true(was_told(bench, reason));
	while (bench->told[i].reason != reason)
		i++;
	return &bench->told[i];
}

int unseal_setup(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	if (!bench || temporary_setup((void **)&bench->temporary) < 0)
		return -1;
	bench->vault = (struct vault){.seal = fake_seal, .open = fake_open, .context = bench};
	bench->unseal = (struct unseal){
		.state_fd = bench->temporary->fd,
		.records_fd = unseal_folder(bench->temporary->fd, RECORDS_FOLDER, 0711),
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
		".retired-sato", ".retired-suzuki", ".desk.front-desk", ".desk.night-watch",
		".login-desks"};

	for (size_t i = 0; i < COUNT(names); i++)
		(void)unlinkat(fd, names[i], 0);
	close(fd);
}

int unseal_teardown(void **state)
{
	struct bench *bench = *state;

	empty(bench, bench->unseal.records_fd);
	empty(bench, bench->unseal.secrets_fd);
	assert_int_equal(unlinkat(bench->temporary->fd, RECORDS_FOLDER, AT_REMOVEDIR), 0);
	assert_int_equal(unlinkat(bench->temporary->fd, "run", AT_REMOVEDIR), 0);
	temporary_empty(bench->temporary);
	temporary_teardown((void **)&bench->temporary);
	free(bench);
	return 0;
}

/* --- lists --- */

__attribute__((format(printf, 2, 3))) static void add(struct list *list, const char *format, ...)
{
	va_list words;

	va_start(words, format);
	list->size += (size_t)vsnprintf(
		list->text + list->size, sizeof(list->text) - list->size, format, words);
	va_end(words);
	assert_true(list->size < sizeof(list->text));
}

int run_unseal(struct bench *bench)
{
	bench->n_told = 0;
	return unseal_all(&bench->unseal);
}

void read_public(struct bench *bench, char ret_fingerprint[SEAL_FINGERPRINT_SIZE])
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

struct list *begin_list(struct bench *bench)
{
	char fingerprint[SEAL_FINGERPRINT_SIZE];

	if (!temporary_has(bench->temporary, TERMINAL_KEY_PUBLIC))
		assert_int_equal(run_unseal(bench), 0);
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

const struct token_entry totp = {.user = "tanaka",
	.number = "T-1",
	.type = CODE_TOTP,
	.hash = CODE_SHA1,
	.digits = 6,
	.period_s = 30};
const struct token_entry hotp = {.user = "sato",
	.number = "H-1",
	.type = CODE_HOTP,
	.hash = CODE_SHA1,
	.digits = 6,
	.count = 40};

static void add_date(struct list *list, const char *key, int64_t time_s)
{
	char text[TIMESTAMP_SIZE];

	timestamp_format(time_s, JAPAN_MINUTES, text);
	if (time_s != 0)
		add(list, "%s = %s\n", key, text);
}

void add_entry_for(struct list *list, const struct token_entry *entry, const char *account)
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
	if (entry->unlock > 0)
		add(list, "unlock = %u\n", entry->unlock);
	add_date(list, "from", entry->dates.from_s);
	add_date(list, "until", entry->dates.until_s);
	if (entry->ticket.hash[0])
		add(list, "ticket = %s\n", entry->ticket.hash);
	add_date(list, "ticket-until", entry->ticket.until_s);
	base64_encode(sealed.secret.key, SEAL_KEY_SIZE, text);
	add(list, "sealed-key = %s\n", text);
	base64_encode(sealed.secret.bytes, sealed.secret.size, text);
	add(list, "sealed-secret = %s\n", text);
	for (size_t i = 0; i < entry->n_recovery; i++) {
		const char *hash = strrchr(entry->recovery[i], '$');

		if (i == 0)
			add(list, "recovery-salt = %.*s\n", (int)(hash - entry->recovery[i]),
				entry->recovery[i]);
		add(list, "recovery-%zu = %s\n", i + 1, hash + 1);
	}
}

void add_entry(struct list *list, const struct token_entry *entry)
{
	add_entry_for(list, entry, entry->user);
}

int unseal_list(struct bench *bench)
{
	temporary_write(bench->temporary, TOKENS_FILE, bench->list.text, bench->list.size);
	return run_unseal(bench);
}

int take_entries(
	struct bench *bench, const struct token_entry *first, const struct token_entry *second)
{
	struct list *list = begin_list(bench);

	if (first)
		add_entry(list, first);
	if (second)
		add_entry(list, second);
	return unseal_list(bench);
}

/* --- what came of it --- */

struct login_state read_state(
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

uint64_t next_of(const struct bench *bench, const char *user)
{
	return read_state(bench, user, NULL).memory.next;
}

void use_record(const struct bench *bench, const char *user, uint64_t next)
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

bool has_secret(const struct bench *bench, const char *user)
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

bool has_record(const struct bench *bench, const char *name)
{
	return faccessat(bench->unseal.records_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}
