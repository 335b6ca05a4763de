/* Remarks of a policy: lines that begin with "#", as long as its form allows. */
#pragma once

#include <stdio.h>

/* One remark, broken into lines. Its text is printable. */
void cli_remark(FILE *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
