/* What an import changes: of the media, and of the files. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "policy/admin/media_draft.h"
#include "policy/admin/media_folder.h"
#include "policy/media.h"

struct media_changes {
	size_t n_added, n_removed, n_changed;    /* media, by their numbers */
	bool is_shard_changed[MEDIA_SHARDS_MAX]; /* written anew, or to be removed */
	size_t n_shards_changed;
	bool is_index_changed; /* must be written although no shard is */
};

/*
 * Compares what lies in the folder with the draft of the media, which are sorted by
 * medium_compare(). is_right: the folder has no mistake. Returns 0 and *ret, or -ENOMEM.
 */
int media_changes_find(const struct media_folder *folder, bool is_right,
	const struct media_draft *draft, const struct medium *const *media, size_t n_media,
	struct media_changes *ret);

/* Whether any file must be written. */
bool media_changes_any(const struct media_changes *changes);

/* "1 medium added, 1 shard of 256 changed" to stdout. */
void media_changes_print(const struct media_changes *changes, const struct media_draft *draft);
