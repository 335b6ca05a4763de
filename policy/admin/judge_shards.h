/* The shards of an index of media, in a folder. */
#pragma once

#include "policy/media_index.h"

/* Judges each file that the index names as a terminal would, and says what came out. EXIT_DONE
 * where all are good, EXIT_NO where one is not, EXIT_UNKNOWN where one could not be read. */
int judge_shards(const struct media_index *index, const char *folder);
