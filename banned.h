/* Calls that this project does not make. Included before everything by the Makefile. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* glibc's fortified headers make macros of these two. */
#undef sprintf
#undef vsprintf
#pragma GCC poison strcpy strcat sprintf vsprintf strtok atoi atol sscanf gets system tmpnam mktemp
