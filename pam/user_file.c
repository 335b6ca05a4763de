#include "pam/user_file.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pam/file_lock.h"
#include "policy/checksum.h"
#include "policy/characters.h"
#include "policy/cleanup.h"

#define HEAD_SIZE     2048
#define FIRST_SLOT    2048
#define SLOT_DISTANCE 512
#define FILE_MODE     0600

/* Little endian; what is not named is zero. */
struct __attribute__((packed)) head {
	uint8_t magic[4];
	uint32_t checksum; /* of all that follows */
	uint8_t kind, hash, digits, zero;
	uint16_t period_s;
	char serial[TOKEN_SERIAL_SIZE];
	uint8_t zeros[HEAD_SIZE - 14 - TOKEN_SERIAL_SIZE];
};

_Static_assert(sizeof(struct head) == HEAD_SIZE, "the head ends where the slots begin");
_Static_assert(FIRST_SLOT + SLOTS * SLOT_DISTANCE == USER_FILE_SIZE, "the slots end the file");

static const uint8_t magic[4] = "SKU\1";

struct user_file {
	int fd;
};

bool is_user_name(const char *name)
{
	size_t size = strnlen(name, USER_NAME_MAX + 1);

	if (size == 0 || size > USER_NAME_MAX || is_digit(name[0]) || name[0] == '-')
		return false;
	for (size_t i = 0; i < size; i++)
		if (!is_word_character(name[i]) && name[i] != '_')
			return false;
	return true;
}

static bool is_record_name(const char *name)
{
	return is_user_name(name) || strcmp(name, USER_FILE_DECOY) == 0;
}

static uint32_t checksum_of(const struct head *head)
{
	return checksum((const uint8_t *)head + offsetof(struct head, kind),
		sizeof(*head) - offsetof(struct head, kind));
}

static int decode_head(const struct head *head, struct user_head *ret)
{
	if (memcmp(head->magic, magic, sizeof(magic)) != 0 ||
		le32toh(head->checksum) != checksum_of(head) ||
		!memchr(head->serial, '\0', sizeof(head->serial)))
		return -EBADMSG;
	*ret = (struct user_head){
		.token.kind = head->kind,
		.token.hash = head->hash,
		.token.digits = head->digits,
		.token.period_s = le16toh(head->period_s),
	};
	memcpy(ret->serial, head->serial, sizeof(ret->serial));
	return 0;
}

static void encode_head(const struct user_head *head, struct head *ret)
{
	*ret = (struct head){
		.kind = (uint8_t)head->token.kind,
		.hash = (uint8_t)head->token.hash,
		.digits = head->token.digits,
		.period_s = htole16(head->token.period_s),
	};
	memcpy(ret->magic, magic, sizeof(magic));
	snprintf(ret->serial, sizeof(ret->serial), "%s", head->serial);
	ret->checksum = htole32(checksum_of(ret));
}

static off_t slot_at(unsigned slot)
{
	return FIRST_SLOT + (off_t)slot * SLOT_DISTANCE;
}

/* A regular file cannot give less than is there, or take less than has room, without an error. */
static int write_at(int fd, const void *bytes, size_t size, off_t at)
{
	ssize_t n = pwrite(fd, bytes, size, at);

	return n < 0 ? -errno : (size_t)n == size ? 0 : -ENOSPC;
}

static int read_at(int fd, void *bytes, size_t size, off_t at)
{
	ssize_t n = pread(fd, bytes, size, at);

	return n < 0 ? -errno : (size_t)n == size ? 0 : -EBADMSG;
}

static int fill(int fd, const struct user_head *head, const struct login_state *state)
{
	static const uint8_t end;
	struct login_state first = *state, second = *state;
	uint8_t slots[SLOTS][SLOT_SIZE];
	struct head bytes;
	int r;

	first.generation = 1;
	second.generation = 2;
	encode_head(head, &bytes);
	slot_encode(&first, slots[0]);
	slot_encode(&second, slots[1]);
	r = write_at(fd, &bytes, sizeof(bytes), 0);
	for (unsigned i = 0; r == 0 && i < SLOTS; i++)
		r = write_at(fd, slots[i], SLOT_SIZE, slot_at(i));
	if (r == 0)
		r = write_at(fd, &end, 1, USER_FILE_SIZE - 1);
	return r == 0 && fsync(fd) < 0 ? -errno : r;
}

int user_file_make(int folder_fd, const char *user, const struct user_head *head,
	const struct login_state *state)
{
	char name[USER_NAME_MAX + 8];
	int fd, r;

	if (!is_record_name(user))
		return -EINVAL;
	/* No account begins with a dot. */
	snprintf(name, sizeof(name), ".%s.new", user);
	(void)unlinkat(folder_fd, name, 0);
	fd = openat(
		folder_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
	if (fd < 0)
		return -errno;
	r = fill(fd, head, state);
	close(fd);
	if (r == 0 && renameat(folder_fd, name, folder_fd, user) < 0)
		r = -errno;
	if (r == 0 && fsync(folder_fd) < 0)
		r = -errno;
	if (r < 0)
		(void)unlinkat(folder_fd, name, 0);
	return r;
}

static int check_file(int fd)
{
	struct stat facts;

	if (fstat(fd, &facts) < 0)
		return -errno;
	if (!S_ISREG(facts.st_mode) || facts.st_uid != geteuid() ||
		(facts.st_mode & 07777) != FILE_MODE || facts.st_nlink > 1)
		return -EPERM;
	if (facts.st_nlink == 0)
		return -ESTALE; /* a new one took its place */
	return facts.st_size == USER_FILE_SIZE ? 0 : -EBADMSG;
}

static int open_locked(int folder_fd, const char *user, unsigned wait_ms, int *ret)
{
	int fd = openat(folder_fd, user, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	int r;

	if (fd < 0)
		return errno == ELOOP ? -EPERM : -errno;
	r = check_file(fd);
	if (r == 0)
		r = file_lock(fd, wait_ms);
	if (r == 0)
		r = check_file(fd);
	if (r < 0) {
		close(fd);
		return r;
	}
	*ret = fd;
	return 0;
}

int user_file_open(int folder_fd, const char *user, unsigned wait_ms, struct user_head *ret_head,
	struct user_file **ret)
{
	CLEANUP(cleanup_free) struct user_file *file = calloc(1, sizeof(*file));
	struct head head;
	int r = -ESTALE;

	if (!file)
		return -ENOMEM;
	if (!is_record_name(user))
		return -ENOENT;
	for (int i = 0; i < 3 && r == -ESTALE; i++)
		r = open_locked(folder_fd, user, wait_ms, &file->fd);
	if (r < 0)
		return r;
	r = read_at(file->fd, &head, sizeof(head), 0);
	if (r == 0)
		r = decode_head(&head, ret_head);
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
		r = read_at(file->fd, sectors, sizeof(sectors), FIRST_SLOT);
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
	int r;

	slots->state.generation++;
	slot_encode(&slots->state, bytes);
	r = write_at(file->fd, bytes, sizeof(bytes), slot_at(slots->next));
	if (r == 0 && fdatasync(file->fd) < 0)
		r = -errno;
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
