#include "policy/admin/media_import.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/ledger.h"
#include "policy/admin/media_changes.h"
#include "policy/admin/media_draft.h"
#include "policy/admin/media_folder.h"
#include "policy/admin/media_header.h"
#include "policy/admin/media_warnings.h"
#include "policy/cleanup.h"
#include "policy/medium_text.h"

#define LEDGER_SIZE_MAX (256 * 1024 * 1024)

static int read_ledger(const char *path, struct ledger **ret)
{
	CLEANUP(admin_file_free) struct admin_file file = {0};
	struct problems problems = {0};
	int r;

	if (admin_read(path, LEDGER_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	r = ledger_read(file.bytes, file.size, &problems, ret);
	ledger_print_problems(path, &problems);
	problems_clear(&problems);
	if (r == -ENOMEM)
		admin_complain("there is not enough memory for %s", path);
	return r == 0 ? EXIT_DONE : r == -EBADMSG ? EXIT_NO : EXIT_UNKNOWN;
}

static struct media_mention *mention(const struct ledger_entry *entries, size_t n)
{
	struct media_mention *mentions = calloc(n + 1, sizeof(*mentions));

	for (size_t i = 0; mentions && i < n; i++)
		mentions[i] = (struct media_mention){&entries[i].medium, entries[i].row};
	return mentions;
}

static int warn(const char *path, const struct ledger *ledger)
{
	CLEANUP(cleanup_free)
	struct media_mention *mentions = mention(ledger->entries, ledger->n_entries);
	CLEANUP(cleanup_free)
	struct media_mention *lost = mention(ledger->lost, ledger->n_lost_entries);

	if (!mentions || !lost)
		return admin_no_memory();
	media_warn_of_doubles(path, mentions, ledger->n_entries);
	media_warn_of_lost(path, mentions, ledger->n_entries, lost, ledger->n_lost_entries);
	return EXIT_DONE;
}

static const struct medium **sort(const struct ledger *ledger)
{
	const struct medium **sorted = calloc(ledger->n_entries + 1, sizeof(*sorted));

	if (!sorted)
		return NULL;
	for (size_t i = 0; i < ledger->n_entries; i++)
		sorted[i] = &ledger->entries[i].medium;
	media_sort(sorted, ledger->n_entries);
	return sorted;
}

static int write_shard(
	const struct media_folder *folder, unsigned shard, const struct media_draft *draft)
{
	CLEANUP(cleanup_free) char *path = media_folder_shard_path(folder, shard);

	return path ? admin_replace(path, draft->shards[shard], draft->shard_sizes[shard])
		    : -ENOMEM;
}

static int make_folder(const char *path)
{
	if (mkdir(path, 0755) == 0 || errno == EEXIST)
		return 0;
	admin_complain("%s cannot be made: %s", path, strerror(errno));
	return -errno;
}

/* In this order, so that no index ever names a shard that is not there. */
static int write_files(const char *path, const struct media_folder *folder,
	const struct media_draft *draft, const struct media_changes *changes)
{
	if (make_folder(path) < 0 || make_folder(folder->shards_path) < 0)
		return EXIT_UNKNOWN;
	for (unsigned shard = 0; shard < draft->n_shards; shard++)
		if (changes->is_shard_changed[shard] && draft->shards[shard] &&
			write_shard(folder, shard, draft) < 0)
			return EXIT_UNKNOWN;
	if (admin_replace(folder->index_path, draft->index, draft->index_size) < 0)
		return EXIT_UNKNOWN;
	for (unsigned shard = 0; shard < MEDIA_SHARDS_MAX; shard++) {
		CLEANUP(cleanup_free) char *file = NULL;

		if (!changes->is_shard_changed[shard] || draft->shards[shard])
			continue;
		file = media_folder_shard_path(folder, shard);
		if (!file || (unlink(file) < 0 && errno != ENOENT)) {
			admin_complain("%s/%02x cannot be removed", folder->shards_path, shard);
			return EXIT_UNKNOWN;
		}
	}
	return EXIT_DONE;
}

static int apply(const struct media_import *import, const struct media_folder *folder,
	bool is_right, const struct medium *const *media, size_t n_media)
{
	CLEANUP(media_draft_clear) struct media_draft draft = {0};
	struct media_changes changes = {0};
	struct document_header header;
	int r, code = media_header_settle(import, folder->index, &header);

	if (code != EXIT_DONE)
		return code;
	r = media_draft_make(&header, import->offset_minutes, media, n_media, &draft);
	if (r == 0)
		r = media_changes_find(folder, is_right, &draft, media, n_media, &changes);
	if (r == -EFBIG)
		admin_complain("%s has more media than 256 shards of 64 KiB hold", import->ledger);
	else if (r < 0)
		admin_complain("nothing was written: %s", strerror(-r));
	if (r < 0)
		return r == -EFBIG ? EXIT_NO : EXIT_UNKNOWN;
	if (!media_changes_any(&changes) && !media_header_is_due(import, folder->index)) {
		printf("%s: nothing changed\n", folder->index_path);
		return EXIT_DONE;
	}
	code = write_files(import->folder, folder, &draft, &changes);
	if (code != EXIT_DONE)
		return code;
	media_changes_print(&changes, &draft);
	printf("%s: serial %" PRIu64 ", %zu entries; it must be signed: sekisho-admin media sign "
	       "--key KEY %s\n",
		folder->index_path, header.serial, n_media, import->folder);
	return EXIT_DONE;
}

int media_import_run(const struct media_import *import)
{
	CLEANUP(media_folder_clear) struct media_folder folder = {0};
	CLEANUP(ledger_cleanup) struct ledger *ledger = NULL;
	CLEANUP(cleanup_free) const struct medium **media = NULL;
	int code = read_ledger(import->ledger, &ledger);
	bool is_right;

	if (code != EXIT_DONE) {
		if (code == EXIT_NO)
			admin_complain("nothing was written");
		return code;
	}
	media = sort(ledger);
	if (!media)
		return admin_no_memory();
	if (warn(import->ledger, ledger) != EXIT_DONE ||
		media_folder_open(import->folder, &folder) != EXIT_DONE)
		return EXIT_UNKNOWN;
	/* Mistakes in the shards are put right now; but who knows the serial of a lost index? */
	is_right = media_folder_read(&folder, true) == EXIT_DONE;
	if (!folder.index && access(folder.index_path, F_OK) == 0) {
		media_folder_read(&folder, false);
		admin_complain("nothing was written: repair %s or take it away, and say --serial",
			folder.index_path);
		return EXIT_NO;
	}
	code = apply(import, &folder, is_right, media, ledger->n_entries);
	if (code == EXIT_DONE && ledger->n_lost + ledger->n_disposed > 0)
		printf("left out: %zu lost, %zu disposed of\n", ledger->n_lost, ledger->n_disposed);
	return code;
}
