/* What liar tells whoever runs it: one line each, flushed, with the time since
 * boot in the form of the kernel log, so that the two can be laid side by side.
 */
#pragma once

#include <stdint.h>

/* Milliseconds since boot, as the kernel log counts them. */
int64_t now_ms(void);

/* Prints one line to standard output; the newline is added. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
