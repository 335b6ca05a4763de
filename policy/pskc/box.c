#include "policy/pskc/box.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MEMORY_MAX_BYTES (1024ull << 20) /* a file of 16 MiB as a tree, twice */
#define TIME_MAX_S       60

/* Of <linux/landlock.h>, whose version this is not built for: what an ABI knows is asked below. */
#define LANDLOCK_VERSION_FLAG 1u

struct landlock_attributes {
	uint64_t files, network, scopes;
};

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#define CALLS_END    0x40000000u /* from there on they are those of x32 */
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#define CALLS_END    0xffffffffu
#else
#error "whose system calls are these?"
#endif

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define LOAD_ARGUMENT(n) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, args[n]))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)
/* Returns what for that call, else goes on. */
#define ON(call, what) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1), RETURN(what)
#define DENIED         (SECCOMP_RET_ERRNO | EACCES)

/* Memory that may be run is what an intruder wants next. */
#define ON_UNLESS_RUN(call) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 4), LOAD_ARGUMENT(2), \
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1), \
		RETURN(SECCOMP_RET_KILL_PROCESS), RETURN(SECCOMP_RET_ALLOW)

/* What reading, computing and answering needs, and what libraries ask that get along without. */
static const struct sock_filter filter[] = {
	LOAD(arch),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
	RETURN(SECCOMP_RET_KILL_PROCESS),
	LOAD(nr),
	BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, CALLS_END, 0, 1),
	RETURN(SECCOMP_RET_KILL_PROCESS),
	ON(__NR_read, SECCOMP_RET_ALLOW),
	ON(__NR_write, SECCOMP_RET_ALLOW),
	ON(__NR_exit_group, SECCOMP_RET_ALLOW),
	ON(__NR_exit, SECCOMP_RET_ALLOW),
	ON(__NR_brk, SECCOMP_RET_ALLOW),
	ON(__NR_munmap, SECCOMP_RET_ALLOW),
	ON(__NR_mremap, SECCOMP_RET_ALLOW),
	ON(__NR_madvise, SECCOMP_RET_ALLOW),
	ON(__NR_futex, SECCOMP_RET_ALLOW),
	ON(__NR_getrandom, SECCOMP_RET_ALLOW),
	ON(__NR_getpid, SECCOMP_RET_ALLOW),
	ON(__NR_clock_gettime, SECCOMP_RET_ALLOW),
#ifdef __NR_open
	ON(__NR_open, DENIED),
	ON(__NR_access, DENIED),
	ON(__NR_stat, DENIED),
	ON(__NR_lstat, DENIED),
	ON(__NR_readlink, DENIED),
#endif
	ON(__NR_openat, DENIED),
	ON(__NR_openat2, DENIED),
	ON(__NR_faccessat, DENIED),
	ON(__NR_faccessat2, DENIED),
	ON(__NR_newfstatat, DENIED),
	ON(__NR_statx, DENIED),
	ON(__NR_readlinkat, DENIED),
	/* What the C library asks when it sorts, and when memory is short. */
	ON(__NR_sysinfo, DENIED),
	ON(__NR_sched_getaffinity, DENIED),
	ON_UNLESS_RUN(__NR_mmap),
	ON_UNLESS_RUN(__NR_mprotect),
	RETURN(SECCOMP_RET_KILL_PROCESS),
};

static int set_limits(void)
{
	static const struct {
		__rlimit_resource_t resource;
		rlim_t most;
	} limits[] = {{RLIMIT_AS, MEMORY_MAX_BYTES}, {RLIMIT_CPU, TIME_MAX_S}, {RLIMIT_CORE, 0},
		{RLIMIT_NOFILE, 0}, {RLIMIT_NPROC, 0}};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct rlimit limit;

		if (getrlimit(limits[i].resource, &limit) < 0)
			return -errno;
		if (limit.rlim_max > limits[i].most)
			limit.rlim_max = limits[i].most;
		limit.rlim_cur = limit.rlim_max;
		if (setrlimit(limits[i].resource, &limit) < 0)
			return -errno;
	}
	return 0;
}

static int drop_descriptors(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			return -EBADF;
	closefrom(3);
	return 0;
}

/* All that the kernel's version can forbid; a kernel without it has the list of calls alone. */
static int enter_landlock(void)
{
	struct landlock_attributes nothing = {0};
	long version =
		syscall(__NR_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_VERSION_FLAG);
	size_t size = sizeof(nothing.files);
	long ruleset;
	int r = 0;

	if (version < 1)
		return 0;
	nothing.files = version >= 5   ? (1u << 16) - 1
			: version >= 3 ? (1u << 15) - 1
			: version >= 2 ? (1u << 14) - 1
				       : (1u << 13) - 1;
	if (version >= 4) {
		nothing.network = 3; /* bind and connect, TCP */
		size += sizeof(nothing.network);
	}
	if (version >= 6) {
		nothing.scopes = 3; /* abstract sockets and signals */
		size += sizeof(nothing.scopes);
	}
	ruleset = syscall(__NR_landlock_create_ruleset, &nothing, size, 0u);
	if (ruleset < 0)
		return -errno;
	if (syscall(__NR_landlock_restrict_self, (int)ruleset, 0u) < 0)
		r = -errno;
	(void)close((int)ruleset);
	return r;
}

static int enter_filter(void)
{
	const struct sock_fprog program = {
		.len = sizeof(filter) / sizeof(filter[0]),
		.filter = (struct sock_filter *)(uintptr_t)filter,
	};

	return syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0u, &program) < 0 ? -errno : 0;
}

int pskc_box_enter(void)
{
	int r = drop_descriptors();

	if (r == 0 && (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0) < 0))
		r = -errno;
	/* It is a descriptor, so it comes before there may be none. */
	if (r == 0)
		r = enter_landlock();
	if (r == 0)
		r = set_limits();
	return r == 0 ? enter_filter() : r;
}
