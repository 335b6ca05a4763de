/*
 * Preloaded into a sekisho-fetch that is built with sanitizers: it does not shut itself in, because
 * what looks for leaks at its end traces it, and starts a thread of its own for that. What it
 * forbids itself is tested by the programs that are shipped, and by
 * tests/unit/test_fetch_sandbox.c.
 */
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int prctl(int option, ...);

__attribute__((visibility("default"))) int prctl(int option, ...)
{
	unsigned long argument[4];
	va_list list;

	if (option == PR_SET_SECCOMP || option == PR_SET_DUMPABLE)
		return 0;
	va_start(list, option);
	for (unsigned i = 0; i < 4; i++)
		argument[i] = va_arg(list, unsigned long);
	va_end(list);
	return (int)syscall(SYS_prctl, option, argument[0], argument[1], argument[2], argument[3]);
}
