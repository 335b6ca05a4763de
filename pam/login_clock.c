#include "pam/login_clock.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define BOOT_ID_PATH "/proc/sys/kernel/random/boot_id"
#define CLOCK_SIZE   (LEARNED_SLOTS * LEARNED_SLOT_SIZE)
#define OPEN_TRIES   3

/* What is not there is nothing learned: the file may be empty when it is new. */
static int read_clock(int fd, struct learned_clock *ret, unsigned *ret_next)
{
	uint8_t bytes[LEARNED_SLOTS][LEARNED_SLOT_SIZE] = {};

	if (pread(fd, bytes, sizeof(bytes), 0) < 0)
		return -errno;
	learned_clock_find(bytes, ret, ret_next);
	return 0;
}

int login_clock_make(int folder_fd, const struct own_file_owner *owner)
{
	uint8_t bytes[LEARNED_SLOTS][LEARNED_SLOT_SIZE];
	const struct learned_clock nothing = {};
	int fd, r;
	off_t size;

	r = own_file_open(folder_fd, LOGIN_CLOCK_FILE, OWN_RECORD, owner->uid, &fd, &size);
	if (r == 0)
		close(fd);
	if (r == 0 && size == CLOCK_SIZE)
		return 0;
	if (r < 0 && r != -ENOENT)
		return r;
	for (unsigned i = 0; i < LEARNED_SLOTS; i++)
		learned_clock_encode(&nothing, bytes[i]);
	return own_file_make(folder_fd, LOGIN_CLOCK_FILE, bytes, sizeof(bytes), owner, NULL);
}

int login_clock_read(int folder_fd, struct learned_clock *ret)
{
	int fd, r = -ESTALE;
	unsigned next;
	off_t size;

	/* Not locked: of two slots one is whole while the other is written. */
	for (int i = 0; i < OPEN_TRIES && r == -ESTALE; i++)
		r = own_file_open(folder_fd, LOGIN_CLOCK_FILE, OWN_RECORD, (uid_t)-1, &fd, &size);
	if (r < 0)
		return r;
	r = read_clock(fd, ret, &next);
	close(fd);
	return r;
}

static int write_clock(int fd, unsigned slot, struct learned_clock *clock)
{
	uint8_t bytes[LEARNED_SLOT_SIZE];

	clock->generation++;
	learned_clock_encode(clock, bytes);
	return own_file_write(fd, bytes, sizeof(bytes), (off_t)slot * LEARNED_SLOT_SIZE);
}

int login_clock_take(int folder_fd, unsigned wait_ms, const struct far_code *code,
	enum far_verdict *ret, uint64_t *ret_step)
{
	enum far_verdict verdict = FAR_WRONG;
	struct learned_clock clock;
	uint64_t step = 0;
	unsigned next;
	off_t size;
	int fd, r = own_file_open_locked(
			folder_fd, LOGIN_CLOCK_FILE, (uid_t)-1, wait_ms, &fd, &size);

	if (r < 0)
		return r;
	r = read_clock(fd, &clock, &next);
	if (r == 0) {
		verdict = learned_clock_take(&clock, code, &step);
		r = write_clock(fd, next, &clock);
	}
	close(fd);
	if (r < 0)
		return r;
	*ret = verdict;
	if (verdict == FAR_LEARNED)
		*ret_step = step;
	return 0;
}

int login_clock_boot(char ret[BOOT_ID_TEXT_SIZE])
{
	char text[BOOT_ID_TEXT_SIZE];
	int fd = open(BOOT_ID_PATH, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text));
	close(fd);
	if (n != sizeof(text) || text[sizeof(text) - 1] != '\n')
		return n < 0 ? -errno : -EBADMSG;
	text[sizeof(text) - 1] = '\0';
	for (size_t i = 0; i < sizeof(text); i++)
		ret[i] = text[i];
	return 0;
}
