/*
 * The registered media of a folder: media.ini and the shards media/00 to media/ff, read as a
 * terminal would, but so that every mistake is named in one run. Signatures are not looked at.
 */
#pragma once

#include <stdbool.h>

#include "policy/admin/admin.h"
#include "policy/media.h"
#include "policy/media_index.h"

struct media_folder {
	char *index_path;          /* FOLDER/media.ini */
	char *shards_path;         /* FOLDER/media */
	struct media_index *index; /* NULL: it could not be read */
	struct media *media;       /* what could be read of the shards; NULL: nothing */
	struct admin_file shards[MEDIA_SHARDS_MAX]; /* as they lie there; bytes NULL: none */
	bool is_whole; /* index and shards are without mistakes; there may be other files */
};

/* Names the files, and reads nothing. EXIT_DONE, or EXIT_UNKNOWN after complaining that there is
 * not enough memory; for media_folder_clear() in both cases. */
int media_folder_open(const char *folder, struct media_folder *ret);
/* The same by the path of an index, of whatever name. */
int media_folder_open_index(const char *path, struct media_folder *ret);
void media_folder_clear(struct media_folder *folder);

/*
 * Reads the index and the shards. is_quiet: mistakes are not printed. EXIT_DONE when all is right;
 * EXIT_NO when there were mistakes, with what could be made out; EXIT_UNKNOWN where there is no
 * index, or memory.
 */
int media_folder_read(struct media_folder *folder, bool is_quiet);

/* Prints that files lie among the shards that are none of these, and that they are left alone. How
 * many there are. */
size_t media_folder_warn_of_strays(
	const struct media_folder *folder, const bool is_shard[MEDIA_SHARDS_MAX]);

/* Prints warnings of serials and numbers that stand twice. EXIT_UNKNOWN without memory. */
int media_folder_warn(const struct media_folder *folder);

/* The path of a shard; NULL without memory. The caller frees it. */
char *media_folder_shard_path(const struct media_folder *folder, unsigned shard);

/* All entries, sorted by medium_compare(), for free(); NULL without memory. */
const struct medium **media_folder_sorted(const struct media *media);
