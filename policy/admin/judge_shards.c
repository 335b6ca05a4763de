#include "policy/admin/judge_shards.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/cleanup.h"
#include "policy/media.h"

/* Adds one shard to the table. */
static int judge_shard(
	const struct media_index *index, unsigned shard, const char *path, struct media *media)
{
	CLEANUP(admin_file_free) struct admin_file file = {0};
	struct problems problems = {0};
	int r;

	if (admin_read(path, 2 * MEDIA_SHARD_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	r = media_add_shard(media, index, shard, file.bytes, file.size, &problems);
	admin_print_problems(path, &problems);
	problems_clear(&problems);
	switch (r) {
	case 0: return EXIT_DONE;
	case -ESTALE:
		printf("%s: refused: it is not the file whose hash the index names\n", path);
		return EXIT_NO;
	case -EOVERFLOW:
		printf("%s: refused: it has more entries than the index says\n", path);
		return EXIT_NO;
	case -EBADMSG:
		printf("%s: refused: there are mistakes in its text\n", path);
		return EXIT_NO;
	}
	admin_complain("%s could not be judged: %s", path, strerror(-r));
	return EXIT_UNKNOWN;
}

int judge_shards(const struct media_index *index, const char *folder)
{
	CLEANUP(media_cleanup) struct media *media = NULL;
	unsigned shards = 0;
	int worst = EXIT_DONE;

	if (media_new(index->n_media, &media) < 0)
		return admin_no_memory();
	for (unsigned i = 0; i < index->n_shards; i++) {
		CLEANUP(cleanup_free) char *path = NULL;
		int code;

		if (!index->has_shard[i])
			continue;
		path = admin_format("%s/%02x", folder, i);
		if (!path)
			return admin_no_memory();
		code = judge_shard(index, i, path, media);
		worst = code > worst ? code : worst;
		shards += code == EXIT_DONE;
	}
	printf("  shards: %u good, %zu of %u entries\n", shards, media_count(media),
		(unsigned)index->n_media);
	if (worst == EXIT_DONE && media_count(media) != index->n_media) {
		printf("%s: refused: the index says that there are more entries\n", folder);
		return EXIT_NO;
	}
	return worst;
}
