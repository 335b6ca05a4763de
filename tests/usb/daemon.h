/* The real sekishod of a build, in folders of its own, for one test. Every failure ends the test.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Before the first test: where sekishod and kernel_hook.so are. */
void daemon_is_in(const char *build);

/* For cmocka, after kernel_setup() and before kernel_teardown(). */
int daemon_setup(void **state);
int daemon_teardown(void **state);

/* Starts it, and waits until it says that it is ready. */
void daemon_start(void);
/* The processor time that it has used so far, of all its threads. */
double daemon_cpu_ms(void);
/* SIGTERM; it must end well, and not leave "running" behind. */
void daemon_stop(void);
/* SIGKILL */
void daemon_kill(void);

/* The path of its "etc", "state", "logs" or "run"; valid until the next call. */
const char *daemon_folder(const char *name);

/* A file of /etc/sekisho or /var/lib/sekisho. */
void daemon_put(const char *folder, const char *name, const void *bytes, size_t size);

/* Whether there is such a file. */
bool daemon_has(const char *folder, const char *name);
/* There must be. */
void daemon_remove(const char *folder, const char *name);

/* How many records there are of this event ("device-blocked"), of a device, or of any (NULL). */
unsigned daemon_records(const char *event, const char *device);

/* Waits for what must come; the time only bounds a test that fails. */
#define WAIT_FOR(condition) \
	do { \
		unsigned tries_ = 0; \
\
		while (!(condition)) { \
			if (++tries_ == 10000) \
				daemon_fail(#condition, __FILE__, __LINE__); \
			daemon_wait_a_moment(); \
		} \
	} while (false)

void daemon_wait_a_moment(void);
/* Shows the records as well. */
void daemon_fail(const char *what, const char *file, int line);
