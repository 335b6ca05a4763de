/*
 * What sekisho-fetch forbids itself, beside what its unit forbids it: each thing that a captured
 * one would like to do, tried in a child that has shut itself in, and before.
 */
#include "tests/unit/fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/fetch_sandbox.h"

/* Each returns 0, or the errno with which it is refused. */
static int outcome(long r)
{
	return r < 0 ? errno : 0;
}

static int run_a_program(void)
{
	return outcome(execl("/bin/true", "true", NULL));
}

static int run_what_has_no_name(void)
{
	return outcome(memfd_create("program", 0));
}

static int run_by_descriptor(void)
{
	char *none[] = {NULL};

	return outcome(syscall(SYS_execveat, AT_FDCWD, "/bin/true", none, none, 0));
}

static int read_anothers_memory(void)
{
	char here;
	struct iovec mine = {&here, 1}, theirs = {&here, 1};

	return outcome(process_vm_readv(getpid(), &mine, 1, &theirs, 1, 0));
}

static int trace_another(void)
{
	return outcome(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int signal_another(void)
{
	return outcome(kill(getppid(), 0));
}

static int make_a_namespace(void)
{
	return outcome(unshare(CLONE_FS));
}

static int listen_to_others(void)
{
	return outcome(listen(-1, 1)) == EPERM ? EPERM : 0;
}

static int ask_the_kernel_in_bulk(void)
{
	return outcome(syscall(SYS_io_uring_setup, 1, NULL)) == EPERM ? EPERM : 0;
}

static int load_into_the_kernel(void)
{
	return outcome(syscall(SYS_bpf, BPF_MAP_CREATE, NULL, 0)) == EPERM ? EPERM : 0;
}

static int change_an_owner(void)
{
	return outcome(fchownat(AT_FDCWD, "/nowhere", 0, 0, 0)) == EPERM ? EPERM : 0;
}

static int have_the_kernel_compute_for_it(void)
{
	int fd = socket(AF_ALG, SOCK_SEQPACKET, 0);

	return fd < 0 && errno == EPERM ? EPERM : 0;
}

static int listen_to_the_wire(void)
{
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	return fd < 0 && errno == EPERM ? EPERM : 0;
}

static int talk_to_the_network(void)
{
	return outcome(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

static int talk_to_who_is_here(void)
{
	return outcome(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

static int read_a_file(void)
{
	return outcome(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

/* What became of it in a child that may connect, or may not. */
static int inside(bool may_connect, int (*function)(void))
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0)
		_exit(fetch_sandbox_enter(may_connect) < 0 ? 255 : function());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void what_a_captured_one_would_like_is_refused(void **state)
{
	static const struct {
		const char *name;
		int (*function)(void);
	} rows[] = {
		{"a program", run_a_program},
		{"what has no name", run_what_has_no_name},
		{"by descriptor", run_by_descriptor},
		{"memory", read_anothers_memory},
		{"tracing", trace_another},
		{"a signal", signal_another},
		{"a namespace", make_a_namespace},
		{"listening", listen_to_others},
		{"io_uring", ask_the_kernel_in_bulk},
		{"bpf", load_into_the_kernel},
		{"an owner", change_an_owner},
		{"AF_ALG", have_the_kernel_compute_for_it},
		{"AF_PACKET", listen_to_the_wire},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		for (int may_connect = 0; may_connect < 2; may_connect++) {
			int r = inside(may_connect, rows[i].function);

			if (r != EPERM)
				fail_msg("%s: %s", rows[i].name, strerror(r));
		}
}

static void what_it_needs_it_may(void **state)
{
	for (int may_connect = 0; may_connect < 2; may_connect++) {
		assert_int_equal(inside(may_connect, read_a_file), 0);
		assert_int_equal(inside(may_connect, talk_to_who_is_here), 0);
	}
	assert_int_equal(inside(true, talk_to_the_network), 0);
}

static void where_the_source_is_a_folder_there_is_no_network(void **state)
{
	assert_int_equal(inside(false, talk_to_the_network), EPERM);
}

/* Those of i386 have other numbers, which would be judged by these. */
static void calls_of_another_architecture_end_it(void **state)
{
#ifdef __x86_64__
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		(void)fetch_sandbox_enter(true);
		(void)syscall(0x40000000 | SYS_getpid); /* x32 */
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSYS);
#else
	skip();
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_captured_one_would_like_is_refused),
		cmocka_unit_test(what_it_needs_it_may),
		cmocka_unit_test(where_the_source_is_a_folder_there_is_no_network),
		cmocka_unit_test(calls_of_another_architecture_end_it),
	};

	return cmocka_run_group_tests_name("the sandbox of sekisho-fetch", tests, NULL, NULL);
}
