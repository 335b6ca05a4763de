#include "pam/last_login_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "pam/own_file.h"
#include "policy/login_name.h"

static int open_file(int folder_fd, const char *user, int *ret_fd, off_t *ret_size)
{
	int r = -ESTALE;

	if (folder_fd < 0)
		return folder_fd;
	if (!account_name_is_valid(user))
		return -ENOENT;
	/* Another login may put a new one into its place meanwhile. */
	for (int i = 0; i < 3 && r == -ESTALE; i++)
		r = own_file_open(folder_fd, user, OWN_RECORD, (uid_t)-1, ret_fd, ret_size);
	return r;
}

int last_login_read(int folder_fd, const char *user, struct last_login *ret, unsigned *ret_wrong)
{
	uint8_t bytes[LAST_LOGIN_SIZE];
	off_t size;
	int fd, r = open_file(folder_fd, user, &fd, &size);

	if (r < 0)
		return r;
	r = own_file_read(fd, bytes, sizeof(bytes), 0);
	close(fd);
	if (r == 0)
		r = last_login_decode(bytes, ret);
	if (r < 0)
		return r;
	size -= LAST_LOGIN_SIZE;
	*ret_wrong = size < LAST_LOGIN_WRONG_MAX ? (unsigned)size : LAST_LOGIN_WRONG_MAX;
	return 0;
}

int last_login_write(int folder_fd, const char *user, const struct last_login *login)
{
	static const struct own_file_owner own = {.uid = (uid_t)-1, .gid = (gid_t)-1};
	uint8_t bytes[LAST_LOGIN_SIZE];

	if (folder_fd < 0)
		return folder_fd;
	if (!account_name_is_valid(user))
		return -ENOENT;
	last_login_encode(login, bytes);
	return own_file_make(folder_fd, user, bytes, sizeof(bytes), &own, NULL);
}

/* Bytes that are appended side by side are all there. */
static int append(int fd)
{
	static const char one = '!';
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_APPEND) < 0 || write(fd, &one, 1) != 1)
		return -errno;
	return 0;
}

int last_login_count_wrong(int folder_fd, const char *user)
{
	off_t size;
	int fd, r = open_file(folder_fd, user, &fd, &size);

	if (r < 0)
		return r;
	if (size < LAST_LOGIN_SIZE + LAST_LOGIN_WRONG_MAX)
		r = append(fd);
	close(fd);
	return r;
}
