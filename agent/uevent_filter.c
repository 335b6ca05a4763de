#include "agent/uevent_filter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "policy/cleanup.h"

#define PASS BPF_STMT(BPF_RET | BPF_K, 0xffffffffu)
#define DROP BPF_STMT(BPF_RET | BPF_K, 0)

/* "libudev": messages of udev, and of test beds that imitate it, are not in the kernel's form. */
#define UDEV_PREFIX 0x6c696275u /* "libu" */
#define ACTION_LONGEST 8        /* "offline@" */

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

static void load_byte(struct program *program, unsigned offset)
{
	emit(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_B | BPF_ABS, offset));
}

/*
 * The header is as long as the two variables ACTION= and DEVPATH= without their names: with the
 * header's NUL at h, SUBSYSTEM= begins at 2 * (h + 1) + strlen("ACTION=") + strlen("DEVPATH="),
 * because '@' stands where the NUL after the action stands. Leaves that offset in X.
 */
static void find_subsystem(struct program *program)
{
	for (unsigned i = ACTION_LONGEST; i < UEVENT_PATH_MAX; i++) {
		unsigned offset = 2 * (i + 1) + strlen("ACTION=") + strlen("DEVPATH=");

		load_byte(program, i);
		/* not the NUL: over the next two instructions */
		emit(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 2));
		emit(program, (struct sock_filter)BPF_STMT(BPF_LDX | BPF_IMM, offset));
		/* to behind the PASS that ends this search */
		emit(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JA,
			(UEVENT_PATH_MAX - 1 - i) * 4 + 1, 0, 0));
	}
	emit(program, (struct sock_filter)PASS);
}

/* With X at the text: over the rest of this comparison when a byte differs. */
static void compare(struct program *program, const char *text, size_t size, size_t rest)
{
	for (size_t i = 0; i < size; i++) {
		emit(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_B | BPF_IND, (unsigned)i));
		emit(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
			(unsigned char)text[i], 0, (unsigned char)(2 * (size - 1 - i) + rest)));
	}
}

static void build(struct program *program, const char *const *subsystems, size_t n_subsystems)
{
	static const char variable[] = "SUBSYSTEM=";
	const size_t variable_size = sizeof(variable) - 1;

	emit(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0));
	emit(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, UDEV_PREFIX, 0, 1));
	emit(program, (struct sock_filter)PASS);
	find_subsystem(program);
	/* Not where it should stand: over the jump to the comparisons, to PASS. */
	compare(program, variable, variable_size, 1);
	emit(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0));
	emit(program, (struct sock_filter)PASS);
	for (size_t s = 0; s < n_subsystems; s++) {
		/* The NUL belongs to the text: "usb" must not let "usbmon" pass. */
		size_t size = strlen(subsystems[s]) + 1;

		for (size_t i = 0; i < size; i++) {
			emit(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_B | BPF_IND,
				(unsigned)(variable_size + i)));
			emit(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
				(unsigned char)subsystems[s][i], 0,
				(unsigned char)(2 * (size - 1 - i) + 1)));
		}
		emit(program, (struct sock_filter)PASS);
	}
	emit(program, (struct sock_filter)DROP);
}

int uevent_filter_build(
	const char *const *subsystems, size_t n_subsystems, struct sock_filter **ret, size_t *ret_size)
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
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0 ? -errno : 0;
}
