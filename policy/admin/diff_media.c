#include "policy/admin/diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/media_differences.h"
#include "policy/admin/media_folder.h"
#include "policy/cleanup.h"

/* How many shards of new are not as old has them: these files move. */
static unsigned count_changed(const struct media_index *old, const struct media_index *new)
{
	unsigned changed = 0;

	for (unsigned i = 0; i < new->n_shards; i++)
		changed += new->has_shard[i] &&
			   (old->n_shards != new->n_shards || !old->has_shard[i] ||
				   memcmp(old->sha256[i], new->sha256[i], SHA256_SIZE) != 0);
	return changed;
}

static size_t print_shards(const struct media_index *old, const struct media_index *new)
{
	size_t differences = 0;

	for (unsigned i = 0; i < new->n_shards; i++) {
		const char *what = NULL;

		if (old->has_shard[i] && new->has_shard[i]) {
			if (memcmp(old->sha256[i], new->sha256[i], SHA256_SIZE) != 0)
				what = "changed";
		} else if (new->has_shard[i]) {
			what = "new";
		} else if (old->has_shard[i]) {
			what = "gone";
		}
		if (!what)
			continue;
		printf("shard %02x: %s\n", i, what);
		differences++;
	}
	return differences;
}

/* A list as its shards have it. */
struct read_list {
	struct media_folder folder;
	const struct medium **sorted;
	struct media_list list;
};

static void read_list_clear(struct read_list *read)
{
	free(read->sorted);
	media_folder_clear(&read->folder);
}

/* False: the shards are not those of the index, so nothing is known of its media. */
static bool read_list(const char *path, struct read_list *ret)
{
	if (media_folder_open_index(path, &ret->folder) != EXIT_DONE)
		return false;
	media_folder_read(&ret->folder, true);
	if (ret->folder.is_whole)
		ret->sorted = media_folder_sorted(ret->folder.media);
	if (!ret->sorted) {
		printf("note: which media %s registers is not known: the files in %s are not those "
		       "that it names\n",
			path, ret->folder.shards_path);
		return false;
	}
	ret->list = (struct media_list){ret->sorted, media_count(ret->folder.media)};
	return true;
}

static size_t print_media(const char *old_path, const char *new_path, bool is_all)
{
	CLEANUP(read_list_clear) struct read_list old = {0}, new = {0};
	struct media_differences differences;
	bool is_old_known = read_list(old_path, &old), is_new_known = read_list(new_path, &new);

	if (!is_old_known || !is_new_known)
		return 0;
	media_differences_find(&old.list, &new.list, &differences);
	if (differences.n_old != differences.n_new)
		printf("registered media (control numbers): %zu → %zu\n", differences.n_old,
			differences.n_new);
	if (differences.n_added + differences.n_removed + differences.n_changed == 0)
		return 0;
	printf("%zu %s gone, %zu new, %zu changed:\n", differences.n_removed,
		media_word(differences.n_removed), differences.n_added, differences.n_changed);
	media_differences_print(&old.list, &new.list, is_all);
	return 1;
}

size_t diff_media(const char *old_path, const struct media_index *old, const char *new_path,
	const struct media_index *new, bool is_all)
{
	size_t differences = 0;

	if (old->n_media != new->n_media) {
		printf("entries (identities): %u → %u\n", old->n_media, new->n_media);
		differences++;
	}
	if (old->n_shards != new->n_shards) {
		printf("shards: %u → %u, so all of them change\n", old->n_shards, new->n_shards);
		differences++;
	} else {
		differences += print_shards(old, new);
	}
	if (differences > 0) {
		differences += print_media(old_path, new_path, is_all);
		printf("what that means for terminals: %u of %u shards to load\n",
			count_changed(old, new), new->n_shards);
	}
	return differences;
}
