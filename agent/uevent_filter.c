#include "agent/uevent_filter.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "policy/cleanup.h"

/* "libudev": messages of udev, and of test beds that imitate it, are not in the kernel's form. */
#define UDEV_PREFIX 0x6c696275u /* "libu" */
/* "add@": no action is shorter, so the search for the end of the header can begin behind it. */
#define ACTION_SHORTEST 4

/*
 * The kernel charges a filter to the socket, after translating it (a load becomes about ten
 * instructions of eight bytes), and refuses more than net.core.optmem_max, 20480 bytes on Linux
 * 6.1. That is why the search reads four bytes at once.
 */
struct program {
	struct sock_filter *code;
	size_t size, allocated;
	int error;
};

static void emit(struct program *program, struct sock_filter instruction)
{
	if (program->size == program->allocated) {
		size_t allocated = program->allocated ? 2 * program->allocated : 256;
		struct sock_filter *code =
			reallocarray(program->code, allocated, sizeof(*program->code));

		if (!code) {
			program->error = -ENOMEM;
			return;
		}
		program->code = code;
		program->allocated = allocated;
	}
	program->code[program->size++] = instruction;
}

static void statement(struct program *program, unsigned code, unsigned k)
{
	emit(program, (struct sock_filter)BPF_STMT((unsigned short)code, k));
}

static void jump(
	struct program *program, unsigned code, unsigned k, size_t if_true, size_t if_false)
{
	emit(program, (struct sock_filter)BPF_JUMP((unsigned short)(BPF_JMP | code), k,
			      (unsigned char)if_true, (unsigned char)if_false));
}

static void pass(struct program *program)
{
	statement(program, BPF_RET | BPF_K, 0xffffffffu);
}

static void drop(struct program *program)
{
	statement(program, BPF_RET | BPF_K, 0);
}

/*
 * Leaves in X the offset of the first aligned word of the header that holds a NUL. A word w has a
 * zero byte when (w - 0x01010101) & ~w & 0x80808080 is not 0; with w in X and the difference in A,
 * (A | X) ^ X is A & ~X. Passes when there is none.
 */
static void find_end_of_header(struct program *program)
{
	const unsigned instructions = 8, words = (UEVENT_PATH_MAX - ACTION_SHORTEST) / 4;

	for (unsigned i = 0; i < words; i++) {
		unsigned offset = ACTION_SHORTEST + 4 * i;

		statement(program, BPF_LD | BPF_W | BPF_ABS, offset);
		statement(program, BPF_MISC | BPF_TAX, 0);
		statement(program, BPF_ALU | BPF_SUB | BPF_K, 0x01010101u);
		statement(program, BPF_ALU | BPF_OR | BPF_X, 0);
		statement(program, BPF_ALU | BPF_XOR | BPF_X, 0);
		jump(program, BPF_JSET | BPF_K, 0x80808080u, 0, 2);
		statement(program, BPF_LDX | BPF_IMM, offset);
		jump(program, BPF_JA, (words - 1 - i) * instructions + 1, 0, 0);
	}
	pass(program);
}

/*
 * The header is as long as the two variables ACTION= and DEVPATH= without their names: with the
 * header's NUL at h, SUBSYSTEM= begins at 2 * (h + 1) + strlen("ACTION=") + strlen("DEVPATH="),
 * because '@' stands where the NUL after the action stands. Leaves that offset in X.
 */
static void find_subsystem(struct program *program)
{
	/* From the word's offset to its NUL: at most three steps. */
	for (unsigned i = 0; i < 3; i++) {
		statement(program, BPF_LD | BPF_B | BPF_IND, 0);
		jump(program, BPF_JEQ | BPF_K, 0, (2 - i) * 5 + 3, 0);
		statement(program, BPF_MISC | BPF_TXA, 0);
		statement(program, BPF_ALU | BPF_ADD | BPF_K, 1);
		statement(program, BPF_MISC | BPF_TAX, 0);
	}
	statement(program, BPF_MISC | BPF_TXA, 0);
	statement(program, BPF_ALU | BPF_ADD | BPF_K, 1);
	statement(program, BPF_ALU | BPF_LSH | BPF_K, 1);
	statement(program, BPF_ALU | BPF_ADD | BPF_K,
		(unsigned)(strlen("ACTION=") + strlen("DEVPATH=")));
	statement(program, BPF_MISC | BPF_TAX, 0);
}

static size_t piece(size_t rest)
{
	return rest >= 4 ? 4 : rest >= 2 ? 2 : 1;
}

static size_t count_pieces(size_t size)
{
	size_t count = 0;

	for (size_t at = 0; at < size; at += piece(size - at))
		count++;
	return count;
}

/* Compares text with the message at X + offset. Equal: goes on; else: over the next skip as well.
 */
static void compare(
	struct program *program, const char *text, size_t size, size_t offset, size_t skip)
{
	size_t left = count_pieces(size);

	for (size_t at = 0, length; at < size; at += length) {
		unsigned value = 0;

		length = piece(size - at);
		for (size_t i = 0; i < length; i++)
			value = value << 8 | (unsigned char)text[at + i];
		statement(program,
			BPF_LD | BPF_IND |
				(length == 4          ? BPF_W
					: length == 2 ? BPF_H
						      : BPF_B),
			(unsigned)(offset + at));
		left--;
		jump(program, BPF_JEQ | BPF_K, value, 0, 2 * left + skip);
	}
}

static void build(struct program *program, const char *const *subsystems, size_t n_subsystems)
{
	static const char variable[] = "SUBSYSTEM=";
	const size_t variable_size = sizeof(variable) - 1;

	statement(program, BPF_LD | BPF_W | BPF_ABS, 0);
	jump(program, BPF_JEQ | BPF_K, UDEV_PREFIX, 0, 1);
	pass(program);
	find_end_of_header(program);
	find_subsystem(program);
	/* Where it does not stand we cannot judge: over the jump, to pass. */
	compare(program, variable, variable_size, 0, 1);
	jump(program, BPF_JA, 1, 0, 0);
	pass(program);
	for (size_t i = 0; i < n_subsystems; i++) {
		/* The NUL belongs to the text: "usb" must not let "usbmon" pass. */
		compare(program, subsystems[i], strlen(subsystems[i]) + 1, variable_size, 1);
		pass(program);
	}
	drop(program);
}

int uevent_filter_build(const char *const *subsystems, size_t n_subsystems,
	struct sock_filter **ret, size_t *ret_size)
{
	struct program program = {};

	build(&program, subsystems, n_subsystems);
	if (program.error == 0 && program.size > BPF_MAXINSNS)
		program.error = -E2BIG;
	if (program.error < 0) {
		free(program.code);
		return program.error;
	}
	*ret = program.code;
	*ret_size = program.size;
	return 0;
}

int uevent_filter_attach(int fd, const char *const *subsystems, size_t n_subsystems)
{
	CLEANUP(cleanup_free) struct sock_filter *code = NULL;
	struct sock_fprog program = {};
	size_t size = 0;
	int r = uevent_filter_build(subsystems, n_subsystems, &code, &size);

	if (r < 0)
		return r;
	program.filter = code;
	program.len = (unsigned short)size;
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0 ? -errno
											   : 0;
}
