#include "pam/unseal_user.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pam/enrolment.h"
#include "pam/unseal_file.h"
#include "pam/user_file.h"
#include "policy/login_name.h"

#define WAIT_MS       5000
#define CARRIED_STEPS 20
#define NAME_SIZE_MAX (sizeof(RECORD_WAS) + ACCOUNT_NAME_MAX)

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
		.dates = entry->dates,
		.ticket = entry->ticket,
		.temporary = entry->temporary,
		.n_recovery = entry->n_recovery,
	};
	snprintf(ret->serial, sizeof(ret->serial), "%s", entry->number);
	memcpy(ret->recovery, entry->recovery, sizeof(ret->recovery));
}

/* Of a token that nobody has used here: what was shown up to now may have been seen elsewhere. */
static void first_state(const struct token_entry *entry, int64_t now_s, struct login_state *ret)
{
	*ret = (struct login_state){.unlock = entry->unlock};
	if (entry->type == CODE_HOTP)
		ret->memory.next = entry->count;
	else if (entry->period_s > 0 && now_s > 0)
		ret->memory.next = (uint64_t)now_s / entry->period_s;
}

static void was_name(const char *user, char ret[NAME_SIZE_MAX])
{
	snprintf(ret, NAME_SIZE_MAX, RECORD_WAS "%s", user);
}

/* What is there: of whom, and what is remembered of it. */
struct before {
	struct user_head head;
	struct user_state state;
};

/* 0 and *ret, -ENOENT, or what is wrong with it. A record with no slot left is damaged, too. */
static int look_locked(const struct unseal *unseal, const char *user, struct before *ret,
	struct user_file **ret_file)
{
	struct before before;
	struct user_file *file;
	int r = user_file_open_of(
		unseal->records_fd, user, unseal->owner.uid, WAIT_MS, &before.head, &file);

	if (r < 0)
		return r;
	r = user_file_read(file, &before.state);
	if (r < 0) {
		user_file_close(file);
		return r;
	}
	*ret = before;
	*ret_file = file;
	return 0;
}

static int look(const struct unseal *unseal, const char *user, struct before *ret)
{
	struct user_file *file;
	int r = look_locked(unseal, user, ret, &file);

	if (r == 0)
		user_file_close(file);
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
 * What counted does not count again: a code of these minutes, a code from paper. Where a clock was
 * far ahead when a code counted, it is the reset that cures it.
 */
static void carry(
	const struct before *before, const struct user_head *head, struct login_state *state)
{
	const struct login_state *was = &before->state.slots.state;
	uint16_t spent = before->state.slots.is_damaged ? UINT16_MAX : was->recovery_spent;
	uint64_t next = was->memory.next;

	state->recovery_spent = user_head_carry_spent(spent, &before->head, head);
	if (!same_token(&before->head, head))
		return;
	state->recovery_spent |= enrolment_carry(spent, &before->head, head);
	if (next <= state->memory.next)
		return;
	/* How far a HOTP token has counted only its record says. */
	if (head->token.kind == CODE_HOTP || next - state->memory.next <= CARRIED_STEPS)
		state->memory.next = next;
}

/*
 * The secret of the token before must not be judged by the record of this one. before: NULL where
 * there is none, or it is lost.
 */
static int make_anew(const struct unseal *unseal, const struct token_entry *entry,
	const struct user_head *head, const struct before *before, enum login_reason reason,
	int why)
{
	struct login_state state;
	int r = 0;

	first_state(entry, unseal->now_s, &state);
	if (before)
		carry(before, head, &state);
	/* What was remembered is lost: the code of this moment may be the one that it was about,
	 * and nobody knows which codes from paper were used, nor whether a ticket was. */
	if (why < 0) {
		state.memory.next++;
		state.recovery_spent = UINT16_MAX;
	}
	if (unlinkat(unseal->secrets_fd, entry->user, 0) < 0 && errno != ENOENT)
		return -errno;
	r = user_file_make(unseal->records_fd, entry->user, head, &state, &unseal->owner);
	if (r == 0)
		unseal_tell(unseal, reason, entry->user, entry->number, why);
	return r;
}

/* Under the lock: a code that counts meanwhile is remembered. */
static int replace(const struct unseal *unseal, const struct token_entry *entry,
	const struct user_head *head, enum login_reason reason)
{
	struct before before;
	struct user_file *file;
	int r = look_locked(unseal, entry->user, &before, &file);

	if (r < 0)
		return r;
	r = make_anew(unseal, entry, head, &before, reason, 0);
	user_file_close(file);
	return r;
}

/*
 * Damaged: when a TOTP token's next code is due the clock says; how far a HOTP token has counted,
 * nobody knows, so that its record stays refused until somebody takes it away.
 */
static int mend(const struct unseal *unseal, const struct token_entry *entry,
	const struct user_head *head, int why)
{
	if (entry->type != CODE_TOTP)
		return why;
	return make_anew(unseal, entry, head, NULL, LOGIN_TOKEN_RESET, why);
}

/* What counts, and how far its clock is off, the terminal goes on to know. */
static int unlock(const struct unseal *unseal, const struct token_entry *entry)
{
	struct before before;
	struct user_file *file;
	struct login_state *state = &before.state.slots.state;
	int r = look_locked(unseal, entry->user, &before, &file);

	if (r < 0)
		return r;
	state->attempts = state->own = (struct attempts){};
	state->unlock = entry->unlock;
	r = user_file_write(file, &before.state);
	user_file_close(file);
	if (r == 0)
		unseal_tell(unseal, LOGIN_TOKEN_UNLOCKED, entry->user, entry->number, 0);
	return r;
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
	struct before before;
	struct user_head head;
	int r = look(unseal, entry->user, &before);

	head_of(entry, &head);
	if (r == -ENOENT)
		return make_anew(unseal, entry, &head, NULL, LOGIN_TOKEN_INSTALLED, 0);
	if (r == -EBADMSG)
		return mend(unseal, entry, &head, r);
	if (r < 0)
		return r;
	if (!same_token(&before.head, &head))
		return replace(unseal, entry, &head, LOGIN_TOKEN_INSTALLED);
	if (head.reset > before.head.reset)
		return replace(unseal, entry, &head, LOGIN_TOKEN_RESET);
	if (is_back)
		unseal_tell(unseal, LOGIN_TOKEN_INSTALLED, entry->user, entry->number, 0);
	r = keep(unseal, entry, &before.head, &head);
	/* A slot that cannot be read stays so until judge() has passed over what is lost. */
	if (r == 0 && entry->unlock > before.state.slots.state.unlock &&
		!before.state.slots.is_damaged)
		r = unlock(unseal, entry);
	return r;
}

int unseal_secret(const struct unseal *unseal, const char *user, const uint8_t *secret, size_t size)
{
	const struct file_owner owner = {unseal->owner.uid, unseal->owner.gid, 0400};

	return unseal_file_write(unseal->secrets_fd, user, secret, size, &owner);
}

int unseal_decoy(const struct unseal *unseal, const struct token_entry *entry)
{
	static const struct login_state nothing;
	struct before before;
	struct user_head head;
	int r = look(unseal, USER_FILE_DECOY, &before);

	head_of(entry, &head);
	snprintf(head.serial, sizeof(head.serial), "-");
	head.reset = 0;
	head.dates = (struct token_dates){};
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
	struct before before = {};
	char was[NAME_SIZE_MAX];

	was_name(user, was);
	(void)look(unseal, user, &before);
	if (renameat(unseal->records_fd, user, unseal->records_fd, was) < 0)
		return -errno;
	unseal_tell(unseal, LOGIN_TOKEN_RETIRED, user, before.head.serial, 0);
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
