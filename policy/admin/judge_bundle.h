/* exemptions.ini and revocations.ini, judged document by document as terminals would. */
#pragma once

#include "policy/admin/judge.h"

/* Judges and prints each. EXIT_DONE: all are believed; EXIT_NO: one is refused; EXIT_UNKNOWN. */
int judge_bundle(const struct judge_options *options, const struct admin_file *file);
