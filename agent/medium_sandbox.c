#include "agent/medium_sandbox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#else
#error "which architecture's system calls are these?"
#endif

#define REFUSE    (SECCOMP_RET_ERRNO | (EPERM & SECCOMP_RET_DATA))
#define CALLS_MAX 64

/* The filter: a call of the list comes to listed, any other to others. */
static int install(const int *calls, size_t n, unsigned listed, unsigned others)
{
	struct sock_filter code[CALLS_MAX + 6];
	struct sock_fprog program = {.filter = code};
	unsigned short at = 0;

	if (n > CALLS_MAX)
		return -E2BIG;
	/* Calls of another architecture have other numbers: none of them. */
	code[at++] = (struct sock_filter)BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	code[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0);
	code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	code[at++] = (struct sock_filter)BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < n; i++)
		code[at++] = (struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JEQ | BPF_K, (unsigned)calls[i], (unsigned char)(n - i), 0);
	code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, others);
	code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, listed);
	program.len = at;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		return -errno;
	return 0;
}

int medium_forbid_programs(void)
{
	static const int calls[] = {SYS_execve, SYS_execveat};

	return install(calls, sizeof(calls) / sizeof(*calls), REFUSE, SECCOMP_RET_ALLOW);
}

static int drop_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};

	return syscall(SYS_capset, &header, none) < 0 ? -errno : 0;
}

int medium_only_read(void)
{
	static const int calls[] = {SYS_read, SYS_pread64, SYS_lseek, SYS_write, SYS_close,
		SYS_fstat, SYS_newfstatat, SYS_ioctl, SYS_fcntl, SYS_fadvise64, SYS_mmap,
		SYS_munmap, SYS_mremap, SYS_mprotect, SYS_brk, SYS_futex, SYS_getrandom, SYS_exit,
		SYS_exit_group, SYS_rt_sigreturn, SYS_rt_sigprocmask, SYS_clock_gettime,
		SYS_gettimeofday, SYS_getpid};
	int r = drop_capabilities();

	return r < 0 ? r
		     : install(calls, sizeof(calls) / sizeof(*calls), SECCOMP_RET_ALLOW, REFUSE);
}
