#include "pam/token_secret.h"

#include <errno.h>
#include <unistd.h>

#include "pam/own_file.h"

int token_secret_read(int folder_fd, const char *user, struct code_token *token)
{
	off_t size;
	int fd, r;

	if (folder_fd < 0)
		return folder_fd;
	r = own_file_open(folder_fd, user, OWN_SECRET, geteuid(), &fd, &size);
	if (r < 0)
		return r;
	r = -EBADMSG;
	if (size >= CODE_SECRET_MIN && size <= CODE_SECRET_MAX)
		r = own_file_read(fd, token->secret, (size_t)size, 0);
	if (r == 0)
		token->secret_size = (size_t)size;
	close(fd);
	return r;
}
