#include "policy/admin/diff.h"

#include <stdio.h>
#include <string.h>

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

size_t diff_media(const struct media_index *old, const struct media_index *new)
{
	size_t differences = 0;

	if (old->n_media != new->n_media) {
		printf("registered media: %u → %u\n", old->n_media, new->n_media);
		differences++;
	}
	if (old->n_shards != new->n_shards) {
		printf("shards: %u → %u, so all of them change\n", old->n_shards, new->n_shards);
		differences++;
	} else {
		differences += print_shards(old, new);
	}
	if (differences > 0)
		printf("what that means for terminals: %u of %u shards to load\n",
			count_changed(old, new), new->n_shards);
	return differences;
}
