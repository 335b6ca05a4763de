/*
 * Loaded before the C library: another time of day. OTHER_TIME is seconds to go ahead, OTHER_BOOT
 * to be up for longer; both are read when the program is loaded, because the helper forgets its
 * environment.
 */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long ahead_s, up_s;

__attribute__((constructor)) static void read_environment(void)
{
	const char *time_text = getenv("OTHER_TIME"), *boot_text = getenv("OTHER_BOOT");

	ahead_s = time_text ? strtol(time_text, NULL, 10) : 0;
	up_s = boot_text ? strtol(boot_text, NULL, 10) : 0;
}

__attribute__((visibility("default"))) int clock_gettime(clockid_t id, struct timespec *ret)
{
	long r = syscall(SYS_clock_gettime, id, ret);

	if (r == 0 && id == CLOCK_REALTIME)
		ret->tv_sec += ahead_s;
	if (r == 0 && id == CLOCK_BOOTTIME)
		ret->tv_sec += up_s;
	return (int)r;
}

__attribute__((visibility("default"))) time_t time(time_t *ret)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now) < 0)
		return (time_t)-1;
	if (ret)
		*ret = now.tv_sec;
	return now.tv_sec;
}
