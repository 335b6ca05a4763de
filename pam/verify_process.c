#include "pam/verify_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

/* Longer than any wait for a lock: whatever hangs does not hang for ever. */
#define LIFE_S 20

static int drop_descriptors(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			return -EBADF;
	closefrom(3);
	return 0;
}

static int take_ids(uid_t *ret_caller)
{
	uid_t caller = getuid(), own = geteuid();

	if (setresuid(own, own, own) < 0)
		return -errno;
	*ret_caller = caller;
	return 0;
}

/*
 * Signals of the terminal reach a whole process group, whoever it belongs to: a new session has no
 * terminal. A broken pipe is an error of write().
 */
static int drop_signals(void)
{
	static const int deadly[] = {SIGALRM, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS};
	sigset_t none;

	(void)setsid();
	for (int number = 1; number < NSIG; number++)
		if (number != SIGKILL && number != SIGSTOP)
			(void)signal(number, SIG_IGN);
	for (size_t i = 0; i < sizeof(deadly) / sizeof(*deadly); i++)
		(void)signal(deadly[i], SIG_DFL);
	/* Children's ends are nobody's concern, but an ignored SIGCHLD changes what wait() does. */
	(void)signal(SIGCHLD, SIG_DFL);
	return sigemptyset(&none) < 0 || sigprocmask(SIG_SETMASK, &none, NULL) < 0 ? -errno : 0;
}

void verify_process_rest(void)
{
	(void)alarm(0);
}

void verify_process_wake(void)
{
	(void)alarm(LIFE_S);
}

/* Whose files end in the middle leaves half a record, and a name service without descriptors knows
 * nobody. */
static bool has_room(void)
{
	static const struct {
		__rlimit_resource_t resource;
		rlim_t least;
	} limits[] = {{RLIMIT_FSIZE, 1 << 20}, {RLIMIT_NOFILE, 32}, {RLIMIT_AS, 64 << 20},
		{RLIMIT_DATA, 64 << 20}};

	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		struct rlimit limit;

		if (getrlimit(limits[i].resource, &limit) < 0)
			return false;
		limit.rlim_cur = limit.rlim_max;
		if (limit.rlim_max < limits[i].least || setrlimit(limits[i].resource, &limit) < 0)
			return false;
	}
	return true;
}

static int drop_limits(void)
{
	static const struct itimerval never;
	static const struct rlimit no_core;

	if (!has_room())
		return -EDQUOT;
	if (setitimer(ITIMER_VIRTUAL, &never, NULL) < 0 ||
		setitimer(ITIMER_PROF, &never, NULL) < 0 ||
		setitimer(ITIMER_REAL, &never, NULL) < 0 || setrlimit(RLIMIT_CORE, &no_core) < 0 ||
		prctl(PR_SET_DUMPABLE, 0) < 0)
		return -errno;
	verify_process_wake();
	return 0;
}

int verify_process_secure(uid_t *ret_caller)
{
	uid_t caller = (uid_t)-1;
	int r = drop_signals();

	if (r == 0)
		r = drop_limits();
	if (r == 0)
		r = drop_descriptors();
	if (r == 0)
		r = take_ids(&caller);
	/* Of its files only the spool is made here; sekishod reads it by its group. */
	(void)umask(0007);
	if (r == 0 && chdir("/") < 0)
		r = -errno;
	if (r < 0)
		return r;
	environ = NULL;
	*ret_caller = caller;
	return 0;
}
