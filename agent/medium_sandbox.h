/* Filters of system calls that a process puts on itself for good. */
#pragma once

/* No program is started any more. 0 or a negative errno. */
int medium_forbid_programs(void);

/* Only what reading an open disk and writing an answer takes; all else fails with EPERM. Without
 * capabilities. 0 or a negative errno. */
int medium_only_read(void);
