/* Writes what a run changes: the register and the documents of terminals, all or none. */
#pragma once

#include "policy/admin/register_job.h"
#include "policy/admin/register_stage.h"

/* EXIT_DONE, after saying what is to be signed; EXIT_NO, EXIT_UNKNOWN after complaining. */
int register_apply(const struct register_job *job, const char *folder);
