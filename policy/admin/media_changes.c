#include "policy/admin/media_changes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "policy/cleanup.h"

#define REMOVED_FEW  10 /* that many may always go */
#define REMOVED_PART 10 /* of one in so many */

/* Whether the file is not what the draft says. The folder has read those that its index names. */
static bool is_written(
	const struct media_folder *folder, const struct media_draft *draft, unsigned shard)
{
	const struct admin_file *file = &folder->shards[shard];

	return draft->shards[shard] &&
	       (!file->bytes || file->size != draft->shard_sizes[shard] ||
		       memcmp(file->bytes, draft->shards[shard], file->size) != 0);
}

/* Whether the old index named the file, the draft does not, and it is there. */
static int find_removed(const struct media_folder *folder, const struct media_draft *draft,
	unsigned shard, bool *ret)
{
	CLEANUP(cleanup_free) char *path = NULL;

	*ret = false;
	if (draft->shards[shard] || !folder->index || shard >= folder->index->n_shards ||
		!folder->index->has_shard[shard])
		return 0;
	path = media_folder_shard_path(folder, shard);
	if (!path)
		return -ENOMEM;
	*ret = access(path, F_OK) == 0;
	return 0;
}

int media_changes_find(const struct media_folder *folder, const struct media_draft *draft,
	const struct media_list *old, const struct media_list *new, struct media_changes *ret)
{
	struct media_changes changes = {0};

	media_differences_find(old, new, &changes.media);
	for (unsigned shard = 0; shard < MEDIA_SHARDS_MAX; shard++) {
		int r = find_removed(folder, draft, shard, &changes.is_shard_removed[shard]);

		if (r < 0)
			return r;
		changes.is_shard_written[shard] = is_written(folder, draft, shard);
		changes.n_written += changes.is_shard_written[shard];
		changes.n_removed += changes.is_shard_removed[shard];
	}
	/* An import that was cut off leaves right shards and an old index behind. */
	changes.is_index_changed = !folder->is_whole || folder->index->n_shards != draft->n_shards;
	*ret = changes;
	return 0;
}

bool media_changes_any(const struct media_changes *changes)
{
	return changes->n_written > 0 || changes->n_removed > 0 || changes->is_index_changed;
}

bool media_changes_strike_many(const struct media_changes *changes)
{
	const struct media_differences *media = &changes->media;

	if (media->n_removed > 1 && media->n_new == 0)
		return true;
	return media->n_removed > REMOVED_FEW && media->n_removed * REMOVED_PART > media->n_old;
}

static void print_count(size_t count, const char *what)
{
	if (count > 0)
		printf("%zu %s %s, ", count, media_word(count), what);
}

void media_changes_print(const struct media_changes *changes, const struct media_draft *draft)
{
	print_count(changes->media.n_added, "added");
	print_count(changes->media.n_removed, "removed");
	print_count(changes->media.n_changed, "changed");
	printf("%zu shard%s of %u changed", changes->n_written, changes->n_written == 1 ? "" : "s",
		draft->n_shards);
	if (changes->n_removed > 0)
		printf(", %zu old one%s deleted", changes->n_removed,
			changes->n_removed == 1 ? "" : "s");
	printf("\n");
}
