#include "pam/operator_budget.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "pam/own_file.h"
#include "policy/checksum.h"

/* Little endian, in one sector of the disk. */
#define FORMAT 1
struct budget_bytes {
	uint16_t format, failures, locks, zero;
	int64_t locked_until_s;
	uint32_t zeros, checksum; /* of all before it */
};

static uint32_t sum_of(const struct budget_bytes *bytes)
{
	return checksum((const uint8_t *)bytes, offsetof(struct budget_bytes, checksum));
}

static void encode(const struct attempts *attempts, struct budget_bytes *ret)
{
	*ret = (struct budget_bytes){
		.format = htole16(FORMAT),
		.failures = htole16(attempts->failures),
		.locks = htole16(attempts->locks),
		.locked_until_s = (int64_t)htole64((uint64_t)attempts->locked_until_s),
	};
	ret->checksum = htole32(sum_of(ret));
}

static int read_attempts(int fd, off_t size, struct attempts *ret)
{
	struct budget_bytes bytes;
	int r = size == sizeof(bytes) ? own_file_read(fd, &bytes, sizeof(bytes), 0) : -EBADMSG;

	if (r < 0)
		return r;
	if (le32toh(bytes.checksum) != sum_of(&bytes) || le16toh(bytes.format) != FORMAT)
		return -EBADMSG;
	*ret = (struct attempts){
		.failures = le16toh(bytes.failures),
		.locks = le16toh(bytes.locks),
		.locked_until_s = (int64_t)le64toh((uint64_t)bytes.locked_until_s),
	};
	return 0;
}

/* An empty file: nothing was tried yet. Whoever comes second finds it. */
static int make(int folder_fd, const char *user)
{
	int fd =
		openat(folder_fd, user, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return errno == EEXIST ? 0 : -errno;
	close(fd);
	return 0;
}

int operator_budget_open(int folder_fd, const char *user, const struct attempt_rules *rules,
	int64_t now_s, unsigned wait_ms, struct operator_budget *ret)
{
	struct operator_budget budget = {.fd = -1};
	off_t size;
	int r = folder_fd < 0 ? folder_fd : make(folder_fd, user);

	if (r == 0)
		r = own_file_open_locked(folder_fd, user, (uid_t)-1, wait_ms, &budget.fd, &size);
	if (r < 0)
		return r;
	if (size > 0)
		r = read_attempts(budget.fd, size, &budget.attempts);
	if (r == -EBADMSG) {
		budget.attempts = (struct attempts){.failures = UINT16_MAX};
		attempts_charge(&budget.attempts, rules, now_s);
		r = ftruncate(budget.fd, 0) < 0 ? -errno : operator_budget_write(&budget);
	}
	if (r < 0) {
		operator_budget_close(&budget);
		return r;
	}
	*ret = budget;
	return 0;
}

int operator_budget_write(const struct operator_budget *budget)
{
	struct budget_bytes bytes;

	encode(&budget->attempts, &bytes);
	return own_file_write(budget->fd, &bytes, sizeof(bytes), 0);
}

void operator_budget_close(struct operator_budget *budget)
{
	if (budget->fd >= 0)
		close(budget->fd);
	budget->fd = -1;
}
