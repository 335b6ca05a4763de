/*
 * Preloaded into sekishod with kernel_hook.c: where FAST_CLOCK is a number, all clocks run so many
 * times as fast from the first look at them on, and its timers with them.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <time.h>

#define EXPORT __attribute__((visibility("default")))
#define CLOCKS 16
#define TIMERS 256
#define NS     1000000000ll

typedef int clock_function(clockid_t clock, struct timespec *ret);
typedef int create_function(clockid_t clock, int flags);
typedef int timer_function(
	int fd, int flags, const struct itimerspec *value, struct itimerspec *old);

static clock_function *real_clock;
static create_function *real_create;
static timer_function *real_timer;
static int64_t speed, began_ns[CLOCKS];
static clockid_t clocks[TIMERS]; /* by descriptor */

int clock_gettime(clockid_t clock, struct timespec *ret);
int timerfd_create(clockid_t clock, int flags);
int timerfd_settime(int fd, int flags, const struct itimerspec *value, struct itimerspec *old);

static int64_t to_ns(struct timespec time)
{
	return time.tv_sec * NS + time.tv_nsec;
}

static struct timespec to_timespec(int64_t ns)
{
	return (struct timespec){.tv_sec = ns / NS, .tv_nsec = ns % NS};
}

static void find_real(void)
{
	real_clock = (clock_function *)dlsym(RTLD_NEXT, "clock_gettime");
	real_create = (create_function *)dlsym(RTLD_NEXT, "timerfd_create");
	real_timer = (timer_function *)dlsym(RTLD_NEXT, "timerfd_settime");
}

/* Before main(), so before there are threads. */
__attribute__((constructor)) static void begin(void)
{
	const char *text = getenv("FAST_CLOCK");
	struct timespec now;

	find_real();
	for (clockid_t clock = 0; clock < CLOCKS; clock++)
		if (real_clock(clock, &now) == 0)
			began_ns[clock] = to_ns(now);
	speed = text ? strtol(text, NULL, 10) : 1;
}

/* Whether a time of this clock is to be bent. */
static int is_fast(clockid_t clock)
{
	return speed > 1 && clock >= 0 && clock < CLOCKS && began_ns[clock];
}

EXPORT int clock_gettime(clockid_t clock, struct timespec *ret)
{
	int r;

	if (!real_clock)
		find_real(); /* a library that was loaded before us */
	r = real_clock(clock, ret);
	if (r == 0 && is_fast(clock))
		*ret = to_timespec(began_ns[clock] + (to_ns(*ret) - began_ns[clock]) * speed);
	return r;
}

EXPORT int timerfd_create(clockid_t clock, int flags)
{
	int fd = real_create(clock, flags);

	if (fd >= 0 && fd < TIMERS)
		clocks[fd] = clock;
	return fd;
}

EXPORT int timerfd_settime(
	int fd, int flags, const struct itimerspec *value, struct itimerspec *old)
{
	clockid_t clock = fd >= 0 && fd < TIMERS ? clocks[fd] : -1;
	struct itimerspec real = *value;
	int64_t ns = to_ns(value->it_value);

	if ((flags & TFD_TIMER_ABSTIME) && is_fast(clock) && ns > began_ns[clock])
		real.it_value = to_timespec(began_ns[clock] + (ns - began_ns[clock]) / speed);
	return real_timer(fd, flags, &real, old);
}
