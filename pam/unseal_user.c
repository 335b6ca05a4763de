#include "pam/unseal_user.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pam/unseal_file.h"
#include "pam/user_file.h"
#include "policy/login_name.h"

#define WAIT_MS       5000
#define NAME_SIZE_MAX (sizeof(RECORD_WAS) + ACCOUNT_NAME_MAX)

struct record {
	struct user_head head;
	struct login_state state;
};

void unseal_tell(const struct unseal *unseal, enum login_reason reason, const char *user,
	const char *token, int error)
{
	const struct unseal_news news = {
		.reason = reason, .user = user, .token = token, .error = error};

	unseal->tell(unseal, &news);
}

static void head_of(const struct token_entry *entry, struct user_head *ret)
{
	*ret = (struct user_head){
		.token.kind = entry->type,
		.token.hash = entry->hash,
		.token.digits = entry->digits,
		.token.period_s = entry->period_s,
		.reset = entry->reset,
		.n_recovery = entry->n_recovery,
	};
	snprintf(ret->serial, sizeof(ret->serial), "%s", entry->number);
	memcpy(ret->recovery, entry->recovery, sizeof(ret->recovery));
}

static void was_name(const char *user, char ret[NAME_SIZE_MAX])
{
	snprintf(ret, NAME_SIZE_MAX, RECORD_WAS "%s", user);
}

/* 0 and *ret, -ENOENT, or what is wrong with it. A record with no slot left is damaged, too. */
static int look(const struct unseal *unseal, const char *user, struct record *ret)
{
	struct user_head head;
	struct user_state state;
	struct user_file *file;
	int r = user_file_open_of(
		unseal->records_fd, user, unseal->owner.uid, WAIT_MS, &head, &file);

	if (r < 0)
		return r;
	r = user_file_read(file, &state);
	user_file_close(file);
	if (r == 0)
		*ret = (struct record){.head = head, .state = state.slots.state};
	return r;
}

/* What is remembered of one speaks of the other: steps are counted in periods. */
static bool same_token(const struct user_head *a, const struct user_head *b)
{
	return strcmp(a->serial, b->serial) == 0 && a->token.kind == b->token.kind &&
	       a->token.period_s == b->token.period_s;
}

static bool same_head(const struct user_head *a, const struct user_head *b)
{
	uint8_t as[USER_HEAD_SIZE], bs[USER_HEAD_SIZE];

	return user_head_encode(a, as) == 0 && user_head_encode(b, bs) == 0 &&
	       memcmp(as, bs, sizeof(as)) == 0;
}

/*
 * A TOTP token's codes up to now may have been seen elsewhere. How far a HOTP token has counted
 * only its record says, and the list does not follow: what was used stays so, whatever else is
 * forgotten.
 */
static void first_state(const struct token_entry *entry, const struct user_head *head,
	const struct record *before, int64_t now_s, struct login_state *ret)
{
	*ret = (struct login_state){};
	if (before)
		ret->recovery_spent =
			user_head_carry_spent(before->state.recovery_spent, &before->head, head);
	if (entry->type == CODE_HOTP) {
		ret->memory.next = entry->count;
		if (before && same_token(&before->head, head) &&
			before->state.memory.next > entry->count)
			ret->memory.next = before->state.memory.next;
	} else if (entry->period_s > 0 && now_s > 0) {
		ret->memory.next = (uint64_t)now_s / entry->period_s;
	}
}

/*
 * The secret of the token before must not be judged by the record of this one. before: NULL where
 * nothing is known of it.
 */
static int make_anew(const struct unseal *unseal, const struct token_entry *entry,
	const struct record *before, enum login_reason reason, int why)
{
	struct login_state state;
	struct user_head head;
	int r = 0;

	head_of(entry, &head);
	first_state(entry, &head, before, unseal->now_s, &state);
	/* What was remembered is lost: the code of this moment may be the one that it was about. */
	if (why < 0)
		state.memory.next++;
	if (unlinkat(unseal->secrets_fd, entry->user, 0) < 0 && errno != ENOENT)
		return -errno;
	r = user_file_make(unseal->records_fd, entry->user, &head, &state, &unseal->owner);
	if (r == 0)
		unseal_tell(unseal, reason, entry->user, entry->number, why);
	return r;
}

/*
 * Damaged: when a TOTP token's next code is due the clock says; how far a HOTP token has counted,
 * nobody knows, so that its record stays refused until somebody takes it away.
 */
static int mend(const struct unseal *unseal, const struct token_entry *entry, int why)
{
	if (entry->type != CODE_TOTP)
		return why;
	return make_anew(unseal, entry, NULL, LOGIN_TOKEN_RESET, why);
}

static int keep(const struct unseal *unseal, const struct token_entry *entry,
	const struct user_head *before, struct user_head *head)
{
	/* A reset that was asked for is not taken back. */
	if (head->reset < before->reset)
		head->reset = before->reset;
	return same_head(before, head) ? 0
				       : user_file_rehead(unseal->records_fd, entry->user, WAIT_MS,
						 head, &unseal->owner);
}

/* True when the person was on the list before and comes back to it. */
static bool take_back(const struct unseal *unseal, const char *user)
{
	char was[NAME_SIZE_MAX];

	was_name(user, was);
	return faccessat(unseal->records_fd, user, F_OK, AT_SYMLINK_NOFOLLOW) < 0 &&
	       renameat(unseal->records_fd, was, unseal->records_fd, user) == 0;
}

int unseal_record(const struct unseal *unseal, const struct token_entry *entry)
{
	bool is_back = take_back(unseal, entry->user);
	struct user_head head;
	struct record before;
	int r = look(unseal, entry->user, &before);

	head_of(entry, &head);
	if (r == -ENOENT)
		return make_anew(unseal, entry, NULL, LOGIN_TOKEN_INSTALLED, 0);
	if (r == -EBADMSG)
		return mend(unseal, entry, r);
	if (r < 0)
		return r;
	if (!same_token(&before.head, &head))
		return make_anew(unseal, entry, &before, LOGIN_TOKEN_INSTALLED, 0);
	if (head.reset > before.head.reset)
		return make_anew(unseal, entry, &before, LOGIN_TOKEN_RESET, 0);
	if (is_back)
		unseal_tell(unseal, LOGIN_TOKEN_INSTALLED, entry->user, entry->number, 0);
	return keep(unseal, entry, &before.head, &head);
}

int unseal_secret(const struct unseal *unseal, const char *user, const uint8_t *secret, size_t size)
{
	const struct file_owner owner = {unseal->owner.uid, unseal->owner.gid, 0400};

	return unseal_file_write(unseal->secrets_fd, user, secret, size, &owner);
}

int unseal_decoy(const struct unseal *unseal, const struct token_entry *entry)
{
	static const struct login_state nothing;
	struct user_head head;
	struct record before;
	int r = look(unseal, USER_FILE_DECOY, &before);

	head_of(entry, &head);
	snprintf(head.serial, sizeof(head.serial), "-");
	head.reset = 0;
	if (r == 0 && same_head(&before.head, &head))
		return 0;
	return user_file_make(unseal->records_fd, USER_FILE_DECOY, &head, &nothing, &unseal->owner);
}

static bool is_named(const struct tokens *tokens, const char *user)
{
	for (size_t i = 0; i < tokens->n_entries; i++)
		if (strcmp(tokens->entries[i].user, user) == 0)
			return true;
	return false;
}

static int retire(const struct unseal *unseal, const char *user)
{
	struct record record = {};
	char was[NAME_SIZE_MAX];

	was_name(user, was);
	(void)look(unseal, user, &record);
	if (renameat(unseal->records_fd, user, unseal->records_fd, was) < 0)
		return -errno;
	unseal_tell(unseal, LOGIN_TOKEN_RETIRED, user, record.head.serial, 0);
	return 0;
}

static int remove_secret(const struct unseal *unseal, const char *user)
{
	return unlinkat(unseal->secrets_fd, user, 0) < 0 && errno != ENOENT ? -errno : 0;
}

/* Calls act for each account's file in a folder that tokens do not name; the first error. */
static int for_others(const struct unseal *unseal, int folder_fd, const struct tokens *tokens,
	int (*act)(const struct unseal *unseal, const char *user))
{
	int fd = openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	int r = 0;

	if (!folder) {
		r = -errno;
		if (fd >= 0)
			close(fd);
		return r;
	}
	while ((entry = readdir(folder)) != NULL)
		if (account_name_is_valid(entry->d_name) && !is_named(tokens, entry->d_name)) {
			int done = act(unseal, entry->d_name);

			r = r == 0 ? done : r;
		}
	closedir(folder);
	return r;
}

int unseal_retire(const struct unseal *unseal, const struct tokens *tokens)
{
	int r = for_others(unseal, unseal->secrets_fd, tokens, remove_secret);
	int retired = for_others(unseal, unseal->records_fd, tokens, retire);

	if (r == 0)
		r = retired;
	return r == 0 && fsync(unseal->records_fd) < 0 ? -errno : r;
}
