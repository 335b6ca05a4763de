#include "agent/cli_enrol_qr.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <qrencode.h>

#include "policy/locked_stack.h"

#define HEAP_BYTES (1024 * 1024) /* more than the library takes for a code of this size */

/* Of this process, which has no other thread and ends soon. */
static void lock_heap(void)
{
	void *room;

	(void)mallopt(M_MMAP_THRESHOLD, 2 * HEAP_BYTES);
	(void)mallopt(M_TRIM_THRESHOLD, 64 * HEAP_BYTES);
	room = calloc(1, HEAP_BYTES);
	free(room);
	if (room) {
		size_t size = mallinfo2().arena;

		(void)mlock((char *)sbrk(0) - size, size);
	}
}

static int encode(const char *text, struct enrol_qr *ret)
{
	QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
	int r = 0;

	if (!code)
		return -errno;
	if (code->width > ENROL_QR_SIDE_MAX)
		r = -EFBIG;
	for (int i = 0; r == 0 && i < code->width * code->width; i++)
		ret->is_dark[i] = code->data[i] & 1;
	ret->side = r == 0 ? (unsigned)code->width : 0;
	QRcode_free(code);
	return r;
}

/* Writes all of *room to the pipe. */
static void make_in_child(const char *text, struct enrol_qr *room, int fd)
{
	const char *bytes = (const char *)room;
	ssize_t n = 1;
	int r;

	locked_stack_keep();
	lock_heap();
	r = encode(text, room);
	for (size_t at = 0; r == 0 && n > 0 && at < sizeof(*room); at += (size_t)n)
		n = write(fd, bytes + at, sizeof(*room) - at);
	_exit(r == -EFBIG ? 2 : r < 0 || n <= 0);
}

static bool read_all(int fd, void *ret, size_t size)
{
	size_t at = 0;
	ssize_t n = 1;

	while (n > 0 && at < size) {
		n = read(fd, (char *)ret + at, size - at);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n > 0)
			at += (size_t)n;
	}
	return at == size;
}

/* ret is the room of the child too, which has its own copy of it: locked, as its owner does. */
int enrol_qr_make(const char *text, struct enrol_qr *ret)
{
	int ends[2], status = 0;
	bool is_whole;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0) {
		(void)mlock(ret, sizeof(*ret));
		make_in_child(text, ret, ends[1]);
	}
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return -EAGAIN;
	}
	is_whole = read_all(ends[0], ret, sizeof(*ret)) && ret->side <= ENROL_QR_SIDE_MAX;
	close(ends[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (is_whole)
		return 0;
	explicit_bzero(ret, sizeof(*ret));
	return WIFEXITED(status) && WEXITSTATUS(status) == 2 ? -EFBIG : -EIO;
}

unsigned enrol_qr_rows(const struct enrol_qr *qr, enum enrol_qr_form form, unsigned quiet)
{
	unsigned side = qr->side + 2 * quiet;

	return form == ENROL_QR_HALVES ? (side + 1) / 2 : side;
}

unsigned enrol_qr_columns(const struct enrol_qr *qr, enum enrol_qr_form form, unsigned quiet)
{
	unsigned side = qr->side + 2 * quiet;

	return form == ENROL_QR_HALVES ? side : 2 * side;
}

/* Light outside of it. */
static bool is_dark(const struct enrol_qr *qr, unsigned quiet, unsigned x, unsigned y)
{
	unsigned at_x = x - quiet, at_y = y - quiet;

	return at_x < qr->side && at_y < qr->side && qr->is_dark[at_y * qr->side + at_x];
}

void enrol_qr_row(const struct enrol_qr *qr, enum enrol_qr_form form, unsigned quiet, unsigned row,
	char ret[ENROL_QR_ROW_SIZE])
{
	size_t used = 0;

	for (unsigned x = 0; x < qr->side + 2 * quiet && used < ENROL_QR_ROW_SIZE - 32; x++) {
		bool upper, lower;

		if (form == ENROL_QR_CELLS) {
			used += (size_t)snprintf(ret + used, ENROL_QR_ROW_SIZE - used, "\033[%sm  ",
				is_dark(qr, quiet, x, row) ? "40" : "47");
			continue;
		}
		upper = is_dark(qr, quiet, x, 2 * row);
		lower = is_dark(qr, quiet, x, 2 * row + 1);
		used += (size_t)snprintf(ret + used, ENROL_QR_ROW_SIZE - used,
			"\033[%s;%sm\xe2\x96\x80", upper ? "30" : "97", lower ? "40" : "107");
	}
	snprintf(ret + used, ENROL_QR_ROW_SIZE - used, "\033[0m");
}
