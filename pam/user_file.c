#include "pam/user_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pam/enrolment.h"
#include "policy/cleanup.h"
#include "policy/login_name.h"

#define FIRST_SLOT    USER_HEAD_SIZE
#define SLOT_DISTANCE 512
#define OPEN_TRIES    3

_Static_assert(FIRST_SLOT + SLOTS * SLOT_DISTANCE == USER_FILE_SIZE, "the slots end the file");

struct user_file {
	int fd;
};

static bool is_record_name(const char *name)
{
	return account_name_is_valid(name) || strcmp(name, USER_FILE_DECOY) == 0;
}

static size_t slot_at(unsigned slot)
{
	return FIRST_SLOT + (size_t)slot * SLOT_DISTANCE;
}

int user_file_make(int folder_fd, const char *user, const struct user_head *head,
	const struct login_state *state, const struct own_file_owner *owner)
{
	uint8_t bytes[USER_FILE_SIZE] = {};
	struct login_state both = *state;
	int r = is_record_name(user) ? user_head_encode(head, bytes) : -EINVAL;

	if (r < 0)
		return r;
	for (unsigned i = 0; i < SLOTS; i++) {
		both.generation = i + 1;
		slot_encode(&both, bytes + slot_at(i));
	}
	return own_file_make(folder_fd, user, bytes, sizeof(bytes), owner, NULL);
}

/* A slot that cannot be read stays as it is: what may be lost is not forgotten. */
static int rehead(const struct user_file *file, const struct user_head *old,
	const struct user_head *new, uint8_t ret[USER_FILE_SIZE], struct timespec *ret_written)
{
	struct stat facts;
	int r = fstat(file->fd, &facts) < 0 ? -errno : 0;

	if (r == 0)
		r = own_file_read(file->fd, ret, USER_FILE_SIZE, 0);
	if (r == 0)
		r = user_head_encode(new, ret);
	for (unsigned i = 0; r == 0 && i < SLOTS; i++) {
		struct login_state state;

		if (slot_decode(ret + slot_at(i), &state) < 0)
			continue;
		state.recovery_spent = user_head_carry_spent(state.recovery_spent, old, new) |
				       enrolment_carry(state.recovery_spent, old, new);
		slot_encode(&state, ret + slot_at(i));
	}
	if (r == 0)
		*ret_written = facts.st_mtim;
	return r;
}

int user_file_rehead(int folder_fd, const char *user, unsigned wait_ms,
	const struct user_head *head, const struct own_file_owner *owner)
{
	uint8_t bytes[USER_FILE_SIZE];
	struct timespec written;
	struct user_head old;
	struct user_file *file;
	int r = user_file_open_of(folder_fd, user, owner->uid, wait_ms, &old, &file);

	if (r < 0)
		return r;
	r = rehead(file, &old, head, bytes, &written);
	if (r == 0)
		r = own_file_make(folder_fd, user, bytes, sizeof(bytes), owner, &written);
	user_file_close(file);
	return r;
}

int user_file_open(int folder_fd, const char *user, unsigned wait_ms, struct user_head *ret_head,
	struct user_file **ret)
{
	return user_file_open_of(folder_fd, user, (uid_t)-1, wait_ms, ret_head, ret);
}

int user_file_head(int folder_fd, const char *user, struct user_head *ret)
{
	uint8_t head[USER_HEAD_SIZE];
	int fd, r = is_record_name(user) ? -ESTALE : -ENOENT;
	off_t size;

	for (int i = 0; i < OPEN_TRIES && r == -ESTALE; i++)
		r = own_file_open(folder_fd, user, OWN_RECORD, (uid_t)-1, &fd, &size);
	if (r < 0)
		return r;
	r = size == USER_FILE_SIZE ? own_file_read(fd, head, sizeof(head), 0) : -EBADMSG;
	close(fd);
	return r < 0 ? r : user_head_decode(head, ret);
}

int user_file_open_of(int folder_fd, const char *user, uid_t owner, unsigned wait_ms,
	struct user_head *ret_head, struct user_file **ret)
{
	CLEANUP(cleanup_free) struct user_file *file = calloc(1, sizeof(*file));
	uint8_t head[USER_HEAD_SIZE];
	off_t size;
	int r;

	if (!file)
		return -ENOMEM;
	if (!is_record_name(user))
		return -ENOENT;
	r = own_file_open_locked(folder_fd, user, owner, wait_ms, &file->fd, &size);
	if (r < 0)
		return r;
	r = size == USER_FILE_SIZE ? own_file_read(file->fd, head, sizeof(head), 0) : -EBADMSG;
	if (r == 0)
		r = user_head_decode(head, ret_head);
	if (r < 0) {
		close(file->fd);
		return r;
	}
	*ret = TAKE(file);
	return 0;
}

int user_file_read(const struct user_file *file, struct user_state *ret)
{
	static const uint8_t zeros[SLOT_DISTANCE - SLOT_SIZE];
	uint8_t sectors[SLOTS][SLOT_DISTANCE], slots[SLOTS][SLOT_SIZE];
	struct stat facts;
	int r = fstat(file->fd, &facts) < 0 ? -errno : 0;

	if (r == 0)
		r = own_file_read(file->fd, sectors, sizeof(sectors), FIRST_SLOT);
	for (unsigned i = 0; r == 0 && i < SLOTS; i++) {
		memcpy(slots[i], sectors[i], SLOT_SIZE);
		if (memcmp(sectors[i] + SLOT_SIZE, zeros, sizeof(zeros)) != 0)
			r = -EBADMSG;
	}
	if (r == 0)
		r = slots_find(slots, &ret->slots);
	if (r == 0)
		ret->written_s = facts.st_mtim.tv_sec;
	return r;
}

int user_file_write(const struct user_file *file, struct user_state *state)
{
	struct slots_found *slots = &state->slots;
	uint8_t bytes[SLOT_SIZE];
	struct stat facts;
	int r;

	/* Another token's record may have taken its place, with a secret that was read meanwhile.
	 */
	if (fstat(file->fd, &facts) < 0)
		return -errno;
	if (facts.st_nlink == 0)
		return -ESTALE;
	slots->state.generation++;
	slot_encode(&slots->state, bytes);
	r = own_file_write(file->fd, bytes, sizeof(bytes), (off_t)slot_at(slots->next));
	if (r == 0)
		slots->next = !slots->next;
	return r;
}

void user_file_close(struct user_file *file)
{
	if (!file)
		return;
	close(file->fd);
	free(file);
}
