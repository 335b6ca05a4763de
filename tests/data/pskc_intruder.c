/*
 * Runs inside sekisho-pskc, in place of a parser that was taken over: loaded by LD_PRELOAD, it
 * stands between the program and its first read(), when the program has shut itself in. It tries
 * what INTRUDER_TRIES names, says on stderr how that went, and goes on reading.
 * INTRUDER_WITHOUT=landlock or =seccomp: as on a kernel that lacks one of the two.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#undef syscall

static long direct(long number, long a, long b, long c, long d)
{
	long result;
	register long r10 __asm__("r10") = d;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
			 : "rcx", "r11", "memory");
	return result;
}

/* The program's own way to system calls that the C library has no name for. */
long syscall(long number, ...)
{
	const char *without = getenv("INTRUDER_WITHOUT");
	va_list arguments;
	long a, b, c, d, result;

	va_start(arguments, number);
	a = va_arg(arguments, long);
	b = va_arg(arguments, long);
	c = va_arg(arguments, long);
	d = va_arg(arguments, long);
	va_end(arguments);
	if (without && strcmp(without, "landlock") == 0 && number == SYS_landlock_create_ruleset)
		result = -ENOSYS;
	else if (without && strcmp(without, "seccomp") == 0 && number == SYS_seccomp)
		result = 0;
	else
		result = direct(number, a, b, c, d);
	if (result >= 0)
		return result;
	errno = (int)-result;
	return -1;
}

static long try(const char *what)
{
	static char program[] = "/bin/true";
	static char *arguments[] = {program, NULL};
	const char *file = "/etc/passwd";
	void *page;

	if (strcmp(what, "open") == 0)
		return direct(SYS_open, (long)file, O_RDONLY, 0, 0);
	if (strcmp(what, "openat") == 0)
		return direct(SYS_openat, AT_FDCWD, (long)file, O_RDONLY, 0);
	if (strcmp(what, "own-file") == 0)
		return direct(SYS_openat, AT_FDCWD, (long)"/proc/self/exe", O_RDONLY, 0);
	if (strcmp(what, "folder") == 0)
		return direct(SYS_openat, AT_FDCWD, (long)"/", O_RDONLY | O_DIRECTORY, 0);
	if (strcmp(what, "write") == 0)
		return direct(
			SYS_openat, AT_FDCWD, (long)"/tmp/intruder", O_WRONLY | O_CREAT, 0600);
	if (strcmp(what, "stat") == 0)
		return direct(SYS_stat, (long)file, (long)malloc(512), 0, 0);
	if (strcmp(what, "creat") == 0)
		return direct(SYS_creat, (long)"/tmp/intruder", 0600, 0, 0);
	if (strcmp(what, "socket") == 0)
		return direct(SYS_socket, AF_INET, SOCK_STREAM, 0, 0);
	if (strcmp(what, "unix") == 0)
		return direct(SYS_socket, AF_UNIX, SOCK_STREAM, 0, 0);
	if (strcmp(what, "exec") == 0)
		return direct(SYS_execve, (long)program, (long)arguments, 0, 0);
	if (strcmp(what, "fork") == 0)
		return direct(SYS_fork, 0, 0, 0, 0);
	if (strcmp(what, "clone") == 0)
		return direct(SYS_clone, 0, 0, 0, 0);
	if (strcmp(what, "ptrace") == 0)
		return direct(SYS_ptrace, 16, getppid(), 0, 0);
	if (strcmp(what, "kill") == 0)
		return direct(SYS_kill, 1, 0, 0, 0);
	if (strcmp(what, "unlink") == 0)
		return direct(SYS_unlink, (long)"/tmp/intruder", 0, 0, 0);
	if (strcmp(what, "io_uring") == 0)
		return direct(SYS_io_uring_setup, 8, (long)calloc(1, 512), 0, 0);
	if (strcmp(what, "x32") == 0)
		return direct(0x40000000 | SYS_openat, AT_FDCWD, (long)file, O_RDONLY, 0);
	if (strcmp(what, "run-memory") == 0) {
		page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		return page == MAP_FAILED ? -errno : 0;
	}
	if (strcmp(what, "descriptor-9") == 0)
		return direct(SYS_read, 9, (long)malloc(16), 16, 0);
	return -EINVAL;
}

ssize_t read(int descriptor, void *bytes, size_t size)
{
	static int has_tried;
	const char *tries = getenv("INTRUDER_TRIES");
	char said[64];

	if (tries && !has_tried && descriptor == STDIN_FILENO) {
		long result = (has_tried = 1, try(tries));
		int length = snprintf(said, sizeof(said), "intruder: %s %ld\n", tries, result);

		(void)!write(STDERR_FILENO, said, (size_t)length);
	}
	return direct(SYS_read, descriptor, (long)bytes, (long)size, 0);
}
