/* What a run changes in words, for whoever decides on it. */
#pragma once

#include "policy/admin/register_job.h"

/* To stdout, grouped: who is new, moves, leaves, changes; what is due; what to look at. */
void register_report_print(const struct register_job *job, const char *register_path);
