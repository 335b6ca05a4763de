/* What a list of media is, for who is about to sign it. */
#pragma once

#include "policy/media_index.h"

/*
 * Prints how many entries the index has, which is the file path, and the control numbers where they
 * are few and the shards beside it are those that it names. Warns where the policy beside it does
 * not ask for registered media.
 */
void summary_print_media(const struct media_index *index, const char *path);
