#include "liar_say.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void say(const char *format, ...)
{
	int64_t now = now_ms();
	va_list arguments;

	printf("[%5d.%03d] ", (int)(now / 1000), (int)(now % 1000));
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	fflush(stdout);
}
