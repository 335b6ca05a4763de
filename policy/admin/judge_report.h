/* What came out of judging a document, in words. */
#pragma once

#include "policy/admin/judge.h"

/* Prints the verdict, and judges shards if that was asked. EXIT_DONE where it is believed, EXIT_NO
 * where not, EXIT_UNKNOWN where a shard could not be read. */
int judge_report(const struct judge_options *options, struct judged_document *judged);
