/* What a personnel file changes: of the register's rows, and of tokens' dates. Touches no files. */
#pragma once

#include "policy/admin/register_job.h"

/*
 * Carries the rows of job->personnel out on the register and the tokens of the fleet, by day, and
 * then what is said of all rows; sees that no token outlives what the register says, and notes what
 * is due. 0; -EBADMSG when problems were added (row and column of the personnel file); -ENOMEM.
 */
int register_change(struct register_job *job);
