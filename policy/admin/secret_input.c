#include "policy/admin/secret_input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/descriptor.h"
#include "policy/cleanup.h"

#define CONTROL_C 3

static int take_line(const char *bytes, size_t size, const char *where, char *ret)
{
	const char *end = memchr(bytes, '\n', size);
	size_t length = end ? (size_t)(end - bytes) : size;

	if (length > 0 && bytes[length - 1] == '\r')
		length--;
	if (length == 0 || length > SECRET_INPUT_MAX || memchr(bytes, '\0', length)) {
		admin_complain("%s: a key or password of 1 to %d bytes in one line", where,
			SECRET_INPUT_MAX);
		return EXIT_UNKNOWN;
	}
	memcpy(ret, bytes, length);
	ret[length] = '\0';
	return EXIT_DONE;
}

static int take_file(const char *path, char *ret)
{
	struct admin_file file = {0};
	int code;

	if (admin_read(path, 2 * SECRET_INPUT_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	code = take_line(file.bytes, file.size, path, ret);
	explicit_bzero(file.bytes, file.size);
	admin_file_free(&file);
	return code;
}

/* Signals of the keyboard wait too: whoever leaves by one would leave the echo off. Control and C
 * is read as what it is. 0, or -EINTR where it was typed. */
static ssize_t read_unseen(int terminal, const char *question, char *bytes, size_t size)
{
	struct termios before, unseen;
	ssize_t n;

	if (tcgetattr(terminal, &before) < 0)
		return -errno;
	unseen = before;
	unseen.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ISIG);
	if (tcsetattr(terminal, TCSAFLUSH, &unseen) < 0)
		return -errno;
	(void)admin_write_whole(terminal, question, strlen(question));
	do
		n = read(terminal, bytes, size);
	while (n < 0 && errno == EINTR);
	n = n < 0 ? -errno : memchr(bytes, CONTROL_C, (size_t)n) ? -EINTR : n;
	(void)tcsetattr(terminal, TCSAFLUSH, &before);
	(void)!write(terminal, "\n", 1);
	return n;
}

static int ask(const char *question, char *ret)
{
	CLEANUP(admin_close) int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	char bytes[SECRET_INPUT_MAX + 2];
	int code = EXIT_UNKNOWN;
	ssize_t n;

	if (terminal < 0) {
		admin_complain("the file is encrypted, and nobody is there to be asked: say "
			       "--key-file");
		return EXIT_UNKNOWN;
	}
	n = read_unseen(terminal, question, bytes, sizeof(bytes));
	if (n >= 0)
		code = take_line(bytes, (size_t)n, "what was typed", ret);
	else
		admin_complain("nothing was typed");
	explicit_bzero(bytes, sizeof(bytes));
	return code;
}

int secret_input_take(const char *path, const char *question, char ret[SECRET_INPUT_MAX + 1])
{
	return path ? take_file(path, ret) : ask(question, ret);
}
