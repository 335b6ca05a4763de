/*
 * Preloaded with kernel_hook.c: where FAKE_HOST_NAME names a file, what that holds is the name of
 * this PC, and not what /etc/hostname of the machine that runs the tests happens to say.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#define EXPORT    __attribute__((visibility("default")))
#define HOST_NAME "/etc/hostname"

typedef int openat_function(int folder, const char *path, int flags, ...);

/* Read at the start: programs empty their environment. */
static const char *host_name;

__attribute__((constructor)) static void begin(void)
{
	const char *name = getenv("FAKE_HOST_NAME");

	host_name = name ? strdup(name) : NULL;
}

EXPORT int openat(int folder, const char *path, int flags, ...)
{
	openat_function *next = (openat_function *)dlsym(RTLD_NEXT, "openat");
	mode_t mode = 0;
	va_list arguments;

	va_start(arguments, flags);
	if (flags & (O_CREAT | O_TMPFILE))
		mode = va_arg(arguments, mode_t);
	va_end(arguments);
	if (host_name && strcmp(path, HOST_NAME) == 0)
		path = host_name;
	return next(folder, path, flags, mode);
}
