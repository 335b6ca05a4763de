/*
 * The list of registered media: a signed index, and shards that are stored under the names of their
 * hashes. New shards are whole on disk before the index that names them is; what no index names is
 * cleaned up after. So a cut leaves the old list or the new one, and a shard that did not change is
 * not written again.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <string.h>
#include <unistd.h>

#include "agent/checked_lines.h"
#include "agent/descriptor.h"
#include "agent/policies_internal.h"
#include "policy/sha256_text.h"
#include "agent/store.h"
#include "policy/cleanup.h"

/* Where the shards come from: those that were handed in, and those that are stored. */
struct shards {
	const struct policies_shard *offered;
	size_t n_offered;
	int folder_fd; /* negative: there is none yet */
};

void registered_clear(struct registered *registered)
{
	media_index_free(registered->index);
	media_free(registered->table);
	source_clear(&registered->source);
	*registered = (struct registered){};
}

/* Reads what is stored under the hash, which is not proven by that. 0, -ENOENT, … */
static int read_stored(const struct shards *shards, const uint8_t sha256[SHA256_SIZE], char **ret,
	size_t *ret_size)
{
	char name[SHA256_TEXT_SIZE];

	if (shards->folder_fd < 0)
		return -ENOENT;
	sha256_text(sha256, name);
	return store_read(shards->folder_fd, name, MEDIA_SHARD_SIZE_MAX, ret, ret_size);
}

static const struct policies_shard *find_offered(const struct shards *shards, unsigned number)
{
	for (size_t i = 0; i < shards->n_offered; i++)
		if (shards->offered[i].number == number)
			return &shards->offered[i];
	return NULL;
}

/* --- the table --- */

static int add_stored(struct registered *list, unsigned number, const struct shards *shards,
	struct problems *problems)
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	size_t size;
	int r = read_stored(shards, list->index->sha256[number], &bytes, &size);

	return r < 0 ? r : media_add_shard(list->table, list->index, number, bytes, size, problems);
}

static int add_shard(struct registered *list, unsigned number, const struct shards *shards,
	struct problems *problems)
{
	const struct policies_shard *offered = find_offered(shards, number);
	int r = -ESTALE;

	if (offered)
		r = media_add_shard(
			list->table, list->index, number, offered->bytes, offered->size, problems);
	return r == -ESTALE ? add_stored(list, number, shards, problems) : r;
}

static void describe_shard(
	const struct problems *problems, unsigned number, int error, char *buffer, size_t size)
{
	char name[32];

	snprintf(name, sizeof(name), "media/%02x", number);
	if (problems_any(problems))
		problem_format(&problems->items[0], name, buffer, size);
	else if (error == -EOVERFLOW)
		snprintf(buffer, size, "there are more media than the list says");
	else
		snprintf(buffer, size, "%s is missing, or not the one that the list names", name);
}

/* Fills the table. 0, -ENOMEM, or -EBADMSG with why. */
static int fill(struct registered *list, const struct shards *shards, char *why, size_t why_size)
{
	CLEANUP(problems_clear) struct problems problems = {};
	int r = media_new(list->index->n_media, &list->table);

	for (unsigned i = 0; r == 0 && i < list->index->n_shards; i++) {
		if (!list->index->has_shard[i])
			continue;
		r = add_shard(list, i, shards, &problems);
		if (r < 0 && r != -ENOMEM) {
			describe_shard(&problems, i, r, why, why_size);
			return -EBADMSG;
		}
	}
	if (r == 0 && media_count(list->table) != list->index->n_media) {
		snprintf(why, why_size, "there are fewer media than the list says");
		r = -EBADMSG;
	}
	return r;
}

/* The old table is kept for one change longer: the core still points to it until it is told. */
static void put_in_force(struct policies *policies, struct registered *list)
{
	registered_clear(&policies->retired_media);
	policies->retired_media = policies->media;
	policies->media = *list;
	*list = (struct registered){};
	policies->is_media_lost = false;
}

/* --- a start --- */

/* As a policy: under the root of its day. */
static int verify_stored(
	const struct policies *policies, const char *bytes, size_t size, struct registered *ret)
{
	for (size_t i = policies->n_chain; i > 0; i--) {
		CLEANUP(problems_clear) struct problems problems = {};
		struct verification verification = {};
		struct media_index *index = NULL;
		const struct verify_request request =
			policies_stored_request(policies, policies->chain[i - 1].root);
		int r = verify_media(&request, bytes, size, &problems, &verification, &index);

		if (r < 0)
			return r;
		if (!index)
			continue;
		ret->index = index;
		return source_make(verification.text_sha256, bytes, size, &ret->source);
	}
	return -EBADMSG;
}

static int load(const struct policies *policies, struct registered *ret)
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	CLEANUP(cleanup_close) int folder_fd = policies_open_folder(policies, FOLDER_MEDIA, false);
	const struct shards shards = {.folder_fd = folder_fd};
	char why[256];
	size_t size;
	int r = store_read(policies->config.state_fd, FILE_MEDIA, MEDIA_SIZE_MAX, &bytes, &size);

	if (r == 0)
		r = verify_stored(policies, bytes, size, ret);
	if (r == 0)
		r = fill(ret, &shards, why, sizeof(why));
	return r;
}

/* Whether there ever was a list: the ratchet knows one. 1, 0, or -ENOMEM. */
static int had_list(const struct policies *policies)
{
	struct store_serial last;
	uint32_t epoch = policies_newest_root(policies)->header.epoch;
	int r = store_read_serial(policies->config.state_fd, DOCUMENT_MEDIA, epoch, &last);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	return last.serial > 0;
}

int policies_load_media(struct policies *policies)
{
	CLEANUP(registered_clear) struct registered list = {};
	int r = load(policies, &list);

	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		r = r == -ENOENT ? had_list(policies) : 1;
		policies->is_media_lost = r != 0;
		return r < 0 ? r : 0;
	}
	policies_heal_ratchet(policies, &list.index->header, &list.source);
	put_in_force(policies, &list);
	return 0;
}

/* --- a new one --- */

static bool is_stored(const struct shards *shards, const uint8_t sha256[SHA256_SIZE])
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	uint8_t found[SHA256_SIZE];
	size_t size;

	return read_stored(shards, sha256, &bytes, &size) == 0 &&
	       SHA256((const unsigned char *)bytes, size, found) &&
	       memcmp(found, sha256, SHA256_SIZE) == 0;
}

/* Without fsync: one syncfs() for all. Half a file is told by its hash, and written again. */
static int write_shard(const struct shards *shards, const uint8_t sha256[SHA256_SIZE],
	const struct policies_shard *shard)
{
	CLEANUP(cleanup_close) int fd = -1;
	char name[SHA256_TEXT_SIZE];

	sha256_text(sha256, name);
	if (unlinkat(shards->folder_fd, name, 0) < 0 && errno != ENOENT)
		return -errno;
	fd = openat(shards->folder_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		0600);
	return fd < 0 ? -errno : write_whole(fd, shard->bytes, shard->size);
}

static int store_shards(const struct media_index *index, const struct shards *shards)
{
	for (unsigned i = 0; i < index->n_shards; i++) {
		const struct policies_shard *offered = find_offered(shards, i);
		int r;

		/* The table was filled, so what is not stored was offered. */
		if (!index->has_shard[i] || !offered || is_stored(shards, index->sha256[i]))
			continue;
		r = write_shard(shards, index->sha256[i], offered);
		if (r < 0)
			return r;
	}
	return syncfs(shards->folder_fd) < 0 ? -errno : 0;
}

static bool is_named(const struct media_index *index, const char *name)
{
	uint8_t sha256[SHA256_SIZE];

	if (!read_sha256(&name, '\0', sha256))
		return false;
	for (unsigned i = 0; i < index->n_shards; i++)
		if (index->has_shard[i] && memcmp(index->sha256[i], sha256, SHA256_SIZE) == 0)
			return true;
	return false;
}

/* Litter does no harm: what cannot be removed stays, and so does what a failure left behind. */
static void clean_up(int folder_fd, const struct media_index *index)
{
	CLEANUP(cleanup_closedir) DIR *directory = open_directory(folder_fd, ".");
	const struct dirent *entry;

	while (directory && (entry = readdir(directory)))
		if (entry->d_name[0] != '.' && !is_named(index, entry->d_name))
			(void)unlinkat(folder_fd, entry->d_name, 0);
}

static int store(struct policies *policies, struct registered *list, const struct shards *shards,
	struct policies_answer *answer)
{
	int r = store_shards(list->index, shards);

	if (r == 0)
		r = policies_store(policies, FILE_MEDIA, &list->source, &policies->media.source,
			&list->index->header);
	if (r < 0) {
		policies_refuse_unstored(answer, r);
		return 0;
	}
	put_in_force(policies, list);
	clean_up(shards->folder_fd, policies->media.index);
	answer->outcome = POLICIES_TAKEN;
	r = policies_strike_media(policies);
	return r < 0 ? r : 0;
}

static int take(struct policies *policies, struct registered *list, struct shards *shards,
	struct policies_answer *answer)
{
	CLEANUP(cleanup_close) int folder_fd = policies_open_folder(policies, FOLDER_MEDIA, true);
	char why[sizeof(answer->detail)];
	int r;

	answer->serial = list->index->header.serial;
	if (folder_fd < 0) {
		policies_refuse_unstored(answer, folder_fd);
		return 0;
	}
	shards->folder_fd = folder_fd;
	r = fill(list, shards, why, sizeof(why));
	if (r == -EBADMSG) {
		policies_refuse(answer, "shard", 0, why);
		return 0;
	}
	return r < 0 ? r : store(policies, list, shards, answer);
}

static int judge(struct policies *policies, const char *bytes, size_t size, struct shards *shards,
	const struct policies_clock *clock, struct policies_answer *answer)
{
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(registered_clear) struct registered list = {};
	struct verification verification = {};
	struct verify_request request;
	int r;

	if (!policies_request(policies, policies_media_header(policies), &policies->media.source,
		    clock, answer, &request))
		return 0;
	r = verify_media(&request, bytes, size, &problems, &verification, &list.index);
	if (r < 0)
		return r;
	policies_take_verification(answer, FILE_MEDIA, &verification, &problems);
	if (verification.verdict == DOCUMENT_NOT_YET)
		answer->outcome = POLICIES_NEXT;
	if (verification.verdict != DOCUMENT_ACCEPTED)
		return 0;
	if (source_has_text(&policies->media.source, verification.text_sha256)) {
		answer->outcome = POLICIES_UNCHANGED;
		return 0;
	}
	r = source_make(verification.text_sha256, bytes, size, &list.source);
	return r < 0 ? r : take(policies, &list, shards, answer);
}

int policies_offer_media(struct policies *policies, const char *bytes, size_t size,
	const struct policies_shard *offered, size_t n_offered, const struct policies_clock *clock,
	struct policies_answer *ret)
{
	struct shards shards = {.offered = offered, .n_offered = n_offered, .folder_fd = -1};
	int r;

	*ret = (struct policies_answer){.kind = DOCUMENT_MEDIA};
	if (source_is(&policies->media.source, bytes, size)) {
		ret->outcome = POLICIES_UNCHANGED;
		return 0;
	}
	if (policies_refuses_all(policies, ret))
		return 0;
	r = document_text_sha256(bytes, size, ret->text_sha256);
	if (r == 0)
		r = judge(policies, bytes, size, &shards, clock, ret);
	if (r == 0)
		policies_note(policies, ret);
	return r;
}
