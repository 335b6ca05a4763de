#include "policy/admin/media_import.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/ledger.h"
#include "policy/admin/media_changes.h"
#include "policy/admin/media_differences.h"
#include "policy/admin/media_draft.h"
#include "policy/admin/media_folder.h"
#include "policy/admin/media_header.h"
#include "policy/admin/media_policy.h"
#include "policy/admin/media_warnings.h"
#include "policy/admin/shared_folder.h"
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
	media_warn_of_typed(path, mentions, ledger->n_entries);
	media_warn_of_rounded(path, mentions, ledger->n_entries);
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
	int r = shared_folder_make(path);

	if (r < 0)
		admin_complain("%s cannot be made: %s", path, strerror(-r));
	return r;
}

/* In this order, so that no index ever names a shard that is not there. */
static int write_files(const char *path, const struct media_folder *folder,
	const struct media_draft *draft, const struct media_changes *changes)
{
	if (make_folder(path) < 0 || make_folder(folder->shards_path) < 0)
		return EXIT_UNKNOWN;
	for (unsigned shard = 0; shard < draft->n_shards; shard++)
		if (changes->is_shard_written[shard] && write_shard(folder, shard, draft) < 0)
			return EXIT_UNKNOWN;
	if (admin_replace(folder->index_path, draft->index, draft->index_size) < 0)
		return EXIT_UNKNOWN;
	for (unsigned shard = 0; shard < MEDIA_SHARDS_MAX; shard++) {
		CLEANUP(cleanup_free) char *file = NULL;

		if (!changes->is_shard_removed[shard])
			continue;
		file = media_folder_shard_path(folder, shard);
		if (!file || (unlink(file) < 0 && errno != ENOENT)) {
			admin_complain("%s/%02x cannot be removed", folder->shards_path, shard);
			return EXIT_UNKNOWN;
		}
	}
	return EXIT_DONE;
}

/* What is said of media that go is the last thing that stops a ledger that was cut short. */
static int allow_removals(const struct media_import *import, const struct media_changes *changes,
	const struct media_list *old, const struct media_list *new)
{
	size_t n = changes->media.n_removed, n_old = changes->media.n_old;

	if (import->has_removed && import->n_removed != n) {
		media_differences_print(old, new, false);
		admin_complain("nothing was written: %zu %s would be struck off, not %zu", n,
			media_word(n), import->n_removed);
		return EXIT_NO;
	}
	if (import->has_removed || import->may_remove || !media_changes_strike_many(changes))
		return EXIT_DONE;
	media_differences_print(old, new, false);
	printf("%zu of the %zu media that are registered would be struck off: terminals refuse "
	       "them then.\n",
		n, n_old);
	if (admin_is_interactive() && admin_confirm("Strike them off?"))
		return EXIT_DONE;
	admin_complain("nothing was written; is the ledger whole? If it is, say --remove %zu", n);
	return EXIT_NO;
}

static void report(const struct media_import *import, const struct media_folder *folder,
	const struct document_header *header, const struct media_changes *changes, size_t n_entries)
{
	size_t n = changes->media.n_new;

	printf("%s: serial %" PRIu64 ", %zu %s with %zu entr%s; it must be signed: "
	       "sekisho-admin media sign --key KEY %s\n",
		folder->index_path, header->serial, n, media_word(n), n_entries,
		n_entries == 1 ? "y" : "ies", import->folder);
}

/* What the draft changes is allowed, written and named. */
static int write_draft(const struct media_import *import, const struct media_folder *folder,
	const struct document_header *header, const struct media_draft *draft,
	const struct media_list *new)
{
	CLEANUP(cleanup_free) const struct medium **sorted = NULL;
	struct media_changes changes;
	struct media_list old = {0};
	int code;

	if (folder->media) {
		sorted = media_folder_sorted(folder->media);
		if (!sorted)
			return admin_no_memory();
		old = (struct media_list){sorted, media_count(folder->media)};
	}
	if (media_changes_find(folder, draft, &old, new, &changes) < 0)
		return admin_no_memory();
	if (!media_changes_any(&changes) && !media_header_is_due(import, folder->index, header)) {
		printf("%s: nothing changed\n", folder->index_path);
		return EXIT_DONE;
	}
	code = allow_removals(import, &changes, &old, new);
	if (code == EXIT_DONE)
		code = write_files(import->folder, folder, draft, &changes);
	if (code != EXIT_DONE)
		return code;
	media_differences_print(&old, new, false);
	media_changes_print(&changes, draft);
	report(import, folder, header, &changes, new->n_entries);
	return EXIT_DONE;
}

static int apply(const struct media_import *import, const struct media_folder *folder,
	const struct media_list *new)
{
	CLEANUP(media_draft_clear) struct media_draft draft = {0};
	bool is_shard[MEDIA_SHARDS_MAX];
	struct document_header header;
	int r, code = media_header_settle(import, folder->index, &header);

	if (code != EXIT_DONE)
		return code;
	r = media_draft_make(&header, import->offset_minutes, new->entries, new->n_entries, &draft);
	if (r == -EFBIG)
		admin_complain("%s has more media than 256 shards of 64 KiB hold", import->ledger);
	else if (r < 0)
		admin_complain("nothing was written: %s", strerror(-r));
	if (r < 0)
		return r == -EFBIG ? EXIT_NO : EXIT_UNKNOWN;
	code = write_draft(import, folder, &header, &draft, new);
	for (unsigned shard = 0; shard < MEDIA_SHARDS_MAX; shard++)
		is_shard[shard] = draft.shards[shard];
	if (code == EXIT_DONE)
		media_folder_warn_of_strays(folder, is_shard);
	return code;
}

int media_import_run(const struct media_import *import)
{
	CLEANUP(media_folder_clear) struct media_folder folder = {0};
	CLEANUP(ledger_cleanup) struct ledger *ledger = NULL;
	CLEANUP(cleanup_free) const struct medium **media = NULL;
	int code = read_ledger(import->ledger, &ledger);

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
	media_folder_read(&folder, true);
	if (!folder.index && access(folder.index_path, F_OK) == 0) {
		media_folder_read(&folder, false);
		admin_complain("nothing was written: repair %s or take it away, and say --serial",
			folder.index_path);
		return EXIT_NO;
	}
	code = apply(import, &folder, &(struct media_list){media, ledger->n_entries});
	if (code == EXIT_DONE && ledger->n_lost + ledger->n_disposed > 0)
		printf("left out: %zu lost, %zu disposed of\n", ledger->n_lost, ledger->n_disposed);
	if (code == EXIT_DONE)
		media_policy_warn(folder.index_path);
	return code;
}
