/* What a run changes in words, for whoever decides on it. */
#pragma once

#include <stddef.h>

#include "policy/admin/register_job.h"

/* To stdout, grouped: who is new, moves, leaves, changes; what is due; what to look at. */
void register_report_print(const struct register_job *job, const char *register_path);

/* How many terminals' documents change. */
size_t register_report_count_documents(const struct register_job *job);
