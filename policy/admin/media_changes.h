/* What an import changes: of the media, and of the files. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "policy/admin/media_differences.h"
#include "policy/admin/media_draft.h"
#include "policy/admin/media_folder.h"

struct media_changes {
	struct media_differences media;
	bool is_shard_written[MEDIA_SHARDS_MAX];
	bool is_shard_removed[MEDIA_SHARDS_MAX]; /* the old list named it, the new one does not */
	size_t n_written, n_removed;             /* shards */
	bool is_index_changed;                   /* must be written although no shard is */
};

/*
 * Compares what lies in the folder, whose media are old, with the draft of new. Files that neither
 * list names are no change. Returns 0 and *ret, or -ENOMEM.
 */
int media_changes_find(const struct media_folder *folder, const struct media_draft *draft,
	const struct media_list *old, const struct media_list *new, struct media_changes *ret);

/* Whether any file must be written. */
bool media_changes_any(const struct media_changes *changes);

/* Whether so much would be struck off that the ledger is more likely cut short: more than a tenth
 * of the media and more than ten, or all of several. */
bool media_changes_strike_many(const struct media_changes *changes);

/* "1 medium added, 1 shard of 256 changed" to stdout. */
void media_changes_print(const struct media_changes *changes, const struct media_draft *draft);
