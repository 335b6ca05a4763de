#include "policy/admin/summary_media.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/media_differences.h"
#include "policy/admin/media_folder.h"
#include "policy/admin/media_policy.h"
#include "policy/cleanup.h"

#define NUMBERS_MAX 10  /* that are named: the summary is to stay on a screen */
#define COLUMNS     100 /* of a line with them */
#define INDENT      13

static void print_entries(const struct media_index *index)
{
	unsigned shards = 0;

	for (unsigned i = 0; i < index->n_shards; i++)
		shards += index->has_shard[i];
	printf("  registers  %" PRIu32 " %s of media), in %u file%s\n", index->n_media,
		index->n_media == 1 ? "entry (identity" : "entries (identities", shards,
		shards == 1 ? "" : "s");
}

/* Every control number once, in lines that fit a screen. */
static void print_numbers(const struct media_list *list)
{
	size_t column = INDENT;

	printf("  numbers   ");
	for (size_t i = 0; i < list->n_entries; i++) {
		const char *number = list->entries[i]->number;

		if (i > 0 && strcmp(number, list->entries[i - 1]->number) == 0)
			continue;
		if (column > INDENT && column + strlen(number) > COLUMNS) {
			printf("\n%*s", INDENT - 1, "");
			column = INDENT;
		}
		printf(" %s", number);
		column += strlen(number) + 1;
	}
	printf("\n");
}

/* The files in the folder may be others by now than the index that is to be signed names. */
static bool is_of(const struct media_folder *folder, const struct media_index *index)
{
	return folder->is_whole && folder->index->n_shards == index->n_shards &&
	       memcmp(folder->index->has_shard, index->has_shard, sizeof(index->has_shard)) == 0 &&
	       memcmp(folder->index->sha256, index->sha256, sizeof(index->sha256)) == 0;
}

static void print_media(const struct media_folder *folder)
{
	CLEANUP(cleanup_free)
	const struct medium **sorted = media_folder_sorted(folder->media);
	struct media_list list = {sorted, media_count(folder->media)};
	size_t n;

	if (!sorted)
		return;
	n = media_count_numbers(&list);
	if (n > 0 && n <= NUMBERS_MAX)
		print_numbers(&list);
	else if (n > 0)
		printf("  numbers    %zu; sekisho-admin media export lists them\n", n);
}

void summary_print_media(const struct media_index *index, const char *path)
{
	CLEANUP(media_folder_clear) struct media_folder folder = {0};

	print_entries(index);
	if (media_folder_open_index(path, &folder) != EXIT_DONE)
		return;
	media_folder_read(&folder, true);
	if (is_of(&folder, index))
		print_media(&folder);
	else
		printf("  numbers    not known: the files in %s are not those that it names\n",
			folder.shards_path);
	media_policy_warn(path);
}
