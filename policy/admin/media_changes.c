#include "policy/admin/media_changes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "policy/cleanup.h"
#include "policy/medium_text.h"

/* How many of those that begin here have the same number. */
static size_t group_of(const struct medium *const *media, size_t n)
{
	size_t length = n > 0;

	while (length < n && strcmp(media[0]->number, media[length]->number) == 0)
		length++;
	return length;
}

static bool is_same(
	const struct medium *const *a, size_t n_a, const struct medium *const *b, size_t n_b)
{
	if (n_a != n_b)
		return false;
	for (size_t i = 0; i < n_a; i++)
		if (medium_compare(a[i], b[i]) != 0)
			return false;
	return true;
}

/* Both are sorted, so one walk finds all. */
static void compare_media(const struct medium *const *old, size_t n_old,
	const struct medium *const *new, size_t n_new, struct media_changes *changes)
{
	while (n_old > 0 || n_new > 0) {
		size_t old_group = group_of(old, n_old), new_group = group_of(new, n_new);
		int order = n_old == 0   ? 1
			    : n_new == 0 ? -1
					 : strcmp(old[0]->number, new[0]->number);

		if (order < 0)
			changes->n_removed++;
		else if (order > 0)
			changes->n_added++;
		else if (!is_same(old, old_group, new, new_group))
			changes->n_changed++;
		if (order <= 0) {
			old += old_group;
			n_old -= old_group;
		}
		if (order >= 0) {
			new += new_group;
			n_new -= new_group;
		}
	}
}

/* Whether the file is not what the draft says. The folder has read those that the index names. */
static bool is_changed(
	const struct media_folder *folder, const struct media_draft *draft, unsigned shard)
{
	CLEANUP(cleanup_free) char *path = NULL;
	const struct admin_file *file = &folder->shards[shard];

	if (draft->shards[shard])
		return !file->bytes || file->size != draft->shard_sizes[shard] ||
		       memcmp(file->bytes, draft->shards[shard], file->size) != 0;
	path = media_folder_shard_path(folder, shard);
	return path && access(path, F_OK) == 0;
}

int media_changes_find(const struct media_folder *folder, bool is_right,
	const struct media_draft *draft, const struct medium *const *media, size_t n_media,
	struct media_changes *ret)
{
	CLEANUP(cleanup_free) const struct medium **old = NULL;
	struct media_changes changes = {0};
	size_t n_old = 0;

	if (folder->media) {
		old = media_folder_sorted(folder->media);
		n_old = media_count(folder->media);
		if (!old)
			return -ENOMEM;
	}
	compare_media(old, n_old, media, n_media, &changes);
	for (unsigned shard = 0; shard < MEDIA_SHARDS_MAX; shard++) {
		changes.is_shard_changed[shard] = is_changed(folder, draft, shard);
		changes.n_shards_changed += changes.is_shard_changed[shard];
	}
	/* An import that was cut off leaves right shards and an old index behind. */
	changes.is_index_changed = !is_right || folder->index->n_shards != draft->n_shards;
	*ret = changes;
	return 0;
}

bool media_changes_any(const struct media_changes *changes)
{
	return changes->n_shards_changed > 0 || changes->is_index_changed;
}

static void print_count(size_t count, const char *one, const char *more, const char *what)
{
	if (count > 0)
		printf("%zu %s %s, ", count, count == 1 ? one : more, what);
}

void media_changes_print(const struct media_changes *changes, const struct media_draft *draft)
{
	print_count(changes->n_added, "medium", "media", "added");
	print_count(changes->n_removed, "medium", "media", "removed");
	print_count(changes->n_changed, "medium", "media", "changed");
	printf("%zu shard%s of %u changed\n", changes->n_shards_changed,
		changes->n_shards_changed == 1 ? "" : "s", draft->n_shards);
}
