/* What to do with a document that was refused for its signatures. */
#pragma once

#include "policy/admin/judge.h"

/* Prints who signed and who is missing, whose key it was, and the next command, as sign would say
 * it. Prints nothing where that is not what is wrong. */
void judge_advise(const struct judge_options *options, const struct judged_document *judged);
