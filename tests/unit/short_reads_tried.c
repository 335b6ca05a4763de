/* A program that is linked with this fails where no file was read piece by piece: then nothing was
 * tried. */
#include <stdio.h>
#include <unistd.h>

#include "tests/unit/short_reads.h"

#define STATUS_NOTHING_TRIED 78

__attribute__((destructor)) static void check(void)
{
	if (n_short_reads > 0)
		return;
	fprintf(stderr, "no file was read piece by piece\n");
	_exit(STATUS_NOTHING_TRIED);
}
