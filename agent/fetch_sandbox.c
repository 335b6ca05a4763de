#include "agent/fetch_sandbox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#define CALLS_END    0x40000000u /* from there on they are those of x32 */
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#define CALLS_END    0xffffffffu
#else
#error "whose system calls are these?"
#endif

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* Refused, not killed for: what a library tries and can do without. */
#define REFUSE (SECCOMP_RET_ERRNO | (EPERM & SECCOMP_RET_DATA))

#define LOAD(field) \
	(struct sock_filter) \
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, field))
#define RETURN(what) (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, what)
#define IF_EQUAL(k, t, f) \
	(struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(k), t, f)

static const int calls[] = {
	/* files */
	SYS_read,
	SYS_write,
	SYS_readv,
	SYS_writev,
	SYS_pread64,
	SYS_pwrite64,
	SYS_lseek,
	SYS_openat,
	SYS_close,
	SYS_fstat,
	SYS_newfstatat,
	SYS_statx,
	SYS_faccessat,
	SYS_faccessat2,
	SYS_readlinkat,
	SYS_getdents64,
	SYS_mkdirat,
	SYS_unlinkat,
	SYS_renameat,
	SYS_renameat2,
	SYS_linkat,
	SYS_fsync,
	SYS_fdatasync,
	SYS_ftruncate,
	SYS_fchmod,
	SYS_fcntl,
	SYS_dup,
	SYS_dup3,
	SYS_umask,
	SYS_getcwd,
	SYS_fstatfs,
	SYS_flock,
	/* waiting */
	SYS_epoll_create1,
	SYS_epoll_ctl,
	SYS_epoll_pwait,
	SYS_epoll_pwait2,
	SYS_ppoll,
	SYS_pselect6,
	SYS_timerfd_create,
	SYS_timerfd_settime,
	SYS_signalfd4,
	SYS_eventfd2,
	SYS_pipe2,
	SYS_inotify_init1,
	SYS_inotify_add_watch,
	SYS_inotify_rm_watch,
	SYS_nanosleep,
	SYS_clock_nanosleep,
	SYS_clock_gettime,
	SYS_clock_getres,
	SYS_gettimeofday,
	/* connections */
	SYS_socketpair,
	SYS_connect,
	SYS_bind,
	SYS_getsockname,
	SYS_getpeername,
	SYS_getsockopt,
	SYS_setsockopt,
	SYS_sendto,
	SYS_recvfrom,
	SYS_sendmsg,
	SYS_recvmsg,
	SYS_sendmmsg,
	SYS_recvmmsg,
	SYS_shutdown,
	SYS_ioctl,
	/* memory and threads */
	SYS_mmap,
	SYS_munmap,
	SYS_mremap,
	SYS_mprotect,
	SYS_madvise,
	SYS_brk,
	SYS_mlock,
	SYS_munlock,
	SYS_mlock2,
	SYS_futex,
	SYS_clone,
	SYS_clone3,
	SYS_set_robust_list,
	SYS_rseq,
	SYS_exit,
	SYS_exit_group,
	SYS_sched_yield,
	SYS_sched_getaffinity,
	SYS_membarrier,
	SYS_prlimit64,
	SYS_restart_syscall,
	/* itself */
	SYS_getpid,
	SYS_getppid,
	SYS_gettid,
	SYS_getuid,
	SYS_geteuid,
	SYS_getgid,
	SYS_getegid,
	SYS_getrandom,
	SYS_uname,
	SYS_sysinfo,
	SYS_prctl,
	SYS_tgkill,
	SYS_rt_sigaction,
	SYS_rt_sigprocmask,
	SYS_rt_sigpending,
	SYS_rt_sigreturn,
	SYS_rt_sigtimedwait,
	SYS_sigaltstack,
#ifdef SYS_open /* those of older ways to say the same */
	SYS_open,
	SYS_stat,
	SYS_lstat,
	SYS_access,
	SYS_readlink,
	SYS_mkdir,
	SYS_unlink,
	SYS_rename,
	SYS_link,
	SYS_dup2,
	SYS_pipe,
	SYS_poll,
	SYS_select,
	SYS_epoll_wait,
	SYS_time,
	SYS_getrlimit,
	SYS_arch_prctl,
#endif
};

static const uint32_t families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};

/* Before the calls, for socket(), and behind them. */
#define CODE_MAX (7 + 2 * COUNT(families) + 2 * COUNT(calls) + 1)

/* Which families a socket may have: the first n. */
static size_t put_families(struct sock_filter *code, size_t at, size_t n)
{
	/* Over the line that loads, two for each family and the one that refuses. */
	code[at++] = IF_EQUAL(SYS_socket, 0, (uint8_t)(2 * n + 2));
	code[at++] = LOAD(args[0]);
	for (size_t i = 0; i < n; i++) {
		code[at++] = IF_EQUAL(families[i], 0, 1);
		code[at++] = RETURN(SECCOMP_RET_ALLOW);
	}
	code[at++] = RETURN(REFUSE);
	return at;
}

int fetch_sandbox_enter(bool may_connect)
{
	struct sock_filter code[CODE_MAX + 4];
	struct sock_fprog program = {.filter = code};
	size_t at = 0;

	code[at++] = LOAD(arch);
	code[at++] = IF_EQUAL(ARCHITECTURE, 1, 0);
	code[at++] = RETURN(SECCOMP_RET_KILL_PROCESS);
	code[at++] = LOAD(nr);
	code[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, CALLS_END, 0, 1);
	code[at++] = RETURN(SECCOMP_RET_KILL_PROCESS);
	at = put_families(code, at, may_connect ? COUNT(families) : 1);
	for (size_t i = 0; i < COUNT(calls); i++) {
		code[at++] = IF_EQUAL(calls[i], 0, 1);
		code[at++] = RETURN(SECCOMP_RET_ALLOW);
	}
	code[at++] = RETURN(REFUSE);
	program.len = (unsigned short)at;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0) < 0 ||
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		return -errno;
	return 0;
}
