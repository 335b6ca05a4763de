#include "policy/admin/media_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "policy/admin/media_warnings.h"
#include "policy/cleanup.h"
#include "policy/medium_text.h"

static void close_folder(DIR **folder)
{
	if (*folder)
		closedir(*folder);
}

int media_folder_open(const char *folder, struct media_folder *ret)
{
	ret->index_path = admin_format("%s/media.ini", folder);
	ret->shards_path = admin_format("%s/media", folder);
	return ret->index_path && ret->shards_path ? EXIT_DONE : admin_no_memory();
}

int media_folder_open_index(const char *path, struct media_folder *ret)
{
	ret->index_path = strdup(path);
	ret->shards_path = admin_beside(path, "media");
	return ret->index_path && ret->shards_path ? EXIT_DONE : admin_no_memory();
}

void media_folder_clear(struct media_folder *folder)
{
	for (unsigned shard = 0; shard < MEDIA_SHARDS_MAX; shard++)
		admin_file_free(&folder->shards[shard]);
	media_free(folder->media);
	media_index_free(folder->index);
	free(folder->index_path);
	free(folder->shards_path);
}

char *media_folder_shard_path(const struct media_folder *folder, unsigned shard)
{
	return admin_format("%s/%02x", folder->shards_path, shard);
}

static int read_index(struct media_folder *folder, bool is_quiet)
{
	CLEANUP(admin_file_free) struct admin_file file = {0};
	struct problems problems = {0};
	struct signed_document parts;
	int r;

	if (is_quiet && access(folder->index_path, F_OK) < 0)
		return EXIT_UNKNOWN;
	/* Larger ones are read too, so that their other mistakes are named. */
	if (admin_read(folder->index_path, 16 * MEDIA_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	if (file.size > MEDIA_SIZE_MAX)
		problems_add(&problems, 0, 0, "", 0, "at most %d bytes, not %zu", MEDIA_SIZE_MAX,
			file.size);
	r = document_split(file.bytes, file.size, &problems, &parts);
	if (r == 0)
		r = media_index_parse(parts.text.bytes, parts.text.size, &problems, &folder->index);
	if (!is_quiet)
		admin_print_problems(folder->index_path, &problems);
	r = problems_any(&problems) ? EXIT_NO : r == -ENOMEM ? EXIT_UNKNOWN : EXIT_DONE;
	problems_clear(&problems);
	return r;
}

/* A shard that the index names: is it there? */
static int read_shard(struct media_folder *folder, unsigned shard, bool is_quiet)
{
	CLEANUP(cleanup_free) char *path = media_folder_shard_path(folder, shard);
	int r;

	if (!path)
		return EXIT_UNKNOWN;
	if (access(path, F_OK) < 0 && errno == ENOENT) {
		if (!is_quiet)
			fprintf(stderr, "%s: is not there, although media.ini names it\n", path);
		return EXIT_NO;
	}
	r = admin_read(path, 2 * MEDIA_SHARD_SIZE_MAX, &folder->shards[shard]);
	folder->shards[shard].path = NULL; /* it ends here */
	return r < 0 ? EXIT_NO : EXIT_DONE;
}

/*
 * What the index would say of the shards as they lie there: so that their own mistakes are found
 * also where their hash is another, or their number. NULL without memory.
 */
static struct media_index *index_as_found(const struct media_folder *folder)
{
	CLEANUP(cleanup_free) struct media_index *found = malloc(sizeof(*found));

	if (!found)
		return NULL;
	*found = *folder->index;
	found->n_media = 0;
	for (unsigned shard = 0; shard < found->n_shards; shard++) {
		const struct admin_file *file = &folder->shards[shard];
		const char *at = file->bytes;

		if (!file->bytes)
			continue;
		if (EVP_Digest(file->bytes, file->size, found->sha256[shard], NULL, EVP_sha256(),
			    NULL) != 1)
			return NULL;
		/* No more media than lines. */
		for (; (at = memchr(at, '\n', (size_t)(file->bytes + file->size - at))); at++)
			found->n_media += found->n_media < MEDIA_MAX;
	}
	return TAKE(found);
}

static int compare_hashes(
	const struct media_folder *folder, const struct media_index *found, bool is_quiet)
{
	int code = EXIT_DONE;

	for (unsigned shard = 0; shard < found->n_shards; shard++) {
		if (memcmp(found->sha256[shard], folder->index->sha256[shard], SHA256_SIZE) == 0)
			continue;
		code = EXIT_NO;
		if (!is_quiet)
			fprintf(stderr,
				"%s/%02x: its SHA-256 is not the one that media.ini names\n",
				folder->shards_path, shard);
	}
	return code;
}

/* Adds the shards that were read to the table, naming what is wrong in each. */
static int load_shards(struct media_folder *folder, const struct media_index *index, bool is_quiet)
{
	int code = EXIT_DONE;

	for (unsigned shard = 0; shard < index->n_shards; shard++) {
		CLEANUP(cleanup_free) char *path = media_folder_shard_path(folder, shard);
		struct problems problems = {0};
		int r;

		if (!folder->shards[shard].bytes)
			continue;
		if (!path)
			return EXIT_UNKNOWN;
		r = media_add_shard(folder->media, index, shard, folder->shards[shard].bytes,
			folder->shards[shard].size, &problems);
		if (!is_quiet)
			admin_print_problems(path, &problems);
		problems_clear(&problems);
		if (r == -ENOMEM)
			return EXIT_UNKNOWN;
		if (r < 0)
			code = EXIT_NO;
	}
	return code;
}

static bool is_named(const bool is_shard[MEDIA_SHARDS_MAX], const char *name)
{
	int shard = media_shard_number(name);

	return shard >= 0 && is_shard[shard];
}

/* Files that no terminal will ask for. How many; what they should be is printed if it is said. */
static size_t find_strays(const struct media_folder *folder, const bool is_shard[MEDIA_SHARDS_MAX],
	const char *expected)
{
	CLEANUP(close_folder) DIR *shards = opendir(folder->shards_path);
	struct problems problems = {0};
	const struct dirent *entry;
	size_t found;

	while (shards && (entry = readdir(shards)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
			!is_named(is_shard, entry->d_name))
			problems_add(&problems, 0, 0, entry->d_name, strlen(entry->d_name), "%s",
				expected ? expected : "");
	found = problems_found(&problems);
	if (expected)
		admin_print_problems(folder->shards_path, &problems);
	problems_clear(&problems);
	return found;
}

size_t media_folder_warn_of_strays(
	const struct media_folder *folder, const bool is_shard[MEDIA_SHARDS_MAX])
{
	return find_strays(folder, is_shard,
		"only files that media.ini names; this one is left alone, and lint refuses it: "
		"delete it");
}

static int worse(int a, int b)
{
	return a > b ? a : b;
}

static int read_shards(struct media_folder *folder, bool is_quiet)
{
	CLEANUP(cleanup_free) struct media_index *found = NULL;
	int code = EXIT_DONE;

	for (unsigned shard = 0; shard < folder->index->n_shards; shard++)
		if (folder->index->has_shard[shard])
			code = worse(code, read_shard(folder, shard, is_quiet));
	found = index_as_found(folder);
	if (!found || media_new(found->n_media, &folder->media) < 0)
		return admin_no_memory();
	code = worse(code, compare_hashes(folder, found, is_quiet));
	code = worse(code, load_shards(folder, found, is_quiet));
	if (code == EXIT_DONE && media_count(folder->media) != folder->index->n_media) {
		code = EXIT_NO;
		if (!is_quiet)
			fprintf(stderr, "%s: names %u entries, but the shards have %zu\n",
				folder->index_path, (unsigned)folder->index->n_media,
				media_count(folder->media));
	}
	folder->is_whole = code == EXIT_DONE;
	if (find_strays(folder, folder->index->has_shard,
		    is_quiet ? NULL : "only files that media.ini names") > 0)
		code = worse(code, EXIT_NO);
	return code;
}

int media_folder_read(struct media_folder *folder, bool is_quiet)
{
	int code = read_index(folder, is_quiet), shards_code;

	if (!folder->index)
		return code;
	shards_code = read_shards(folder, is_quiet);
	folder->is_whole = folder->is_whole && code == EXIT_DONE;
	return worse(code, shards_code);
}

const struct medium **media_folder_sorted(const struct media *media)
{
	size_t n = media_count(media);
	const struct medium **sorted = calloc(n + 1, sizeof(*sorted));

	if (!sorted)
		return NULL;
	for (size_t i = 0; i < n; i++)
		sorted[i] = media_at(media, i);
	media_sort(sorted, n);
	return sorted;
}

int media_folder_warn(const struct media_folder *folder)
{
	CLEANUP(cleanup_free) struct media_mention *mentions = NULL;
	size_t n = media_count(folder->media);

	mentions = calloc(n + 1, sizeof(*mentions));
	if (!mentions)
		return admin_no_memory();
	for (size_t i = 0; i < n; i++)
		mentions[i].medium = media_at(folder->media, i);
	media_warn_of_doubles(folder->index_path, mentions, n);
	return EXIT_DONE;
}
