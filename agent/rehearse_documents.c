#include "agent/rehearse_documents.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/store.h"
#include "policy/cleanup.h"
#include "policy/timestamp.h"

static void print_problems(const char *path, struct problems *problems)
{
	char line[2 * PROBLEM_TEXT_MAX + 64];

	problems_sort(problems);
	for (size_t i = 0; i < problems->count; i++) {
		problem_format(&problems->items[i], "", line, sizeof(line));
		fprintf(stderr, "%s%s\n", path, line);
	}
	if (problems->omitted > 0)
		fprintf(stderr, "%s: and %zu more\n", path, problems->omitted);
}

static int complain(const char *path, int r)
{
	fprintf(stderr, "sekishod: %s cannot be read: %s\n", path, strerror(-r));
	return r;
}

/* A symbolic link is followed: this is nobody's state folder. */
static int read_file(const char *path, size_t size_max, char **ret, size_t *ret_size)
{
	CLEANUP(cleanup_free) char *real = realpath(path, NULL);
	int r = real ? store_read(AT_FDCWD, real, size_max, ret, ret_size) : -errno;

	return r < 0 ? complain(path, r) : 0;
}

/* The text of a signed document; its parts point into *ret_bytes. */
static int read_signed(const char *path, size_t size_max, struct problems *problems,
	char **ret_bytes, struct signed_document *ret)
{
	size_t size;
	int r = read_file(path, size_max, ret_bytes, &size);

	return r < 0 ? r : document_split(*ret_bytes, size, problems, ret);
}

static int read_policy(const char *path, struct rehearse_documents *ret)
{
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(cleanup_free) char *bytes = NULL;
	struct signed_document parts;
	int r = read_signed(path, POLICY_SIZE_MAX, &problems, &bytes, &parts);

	if (r == 0)
		r = policy_parse(parts.text.bytes, parts.text.size, &problems, &ret->policy);
	print_problems(path, &problems);
	if (r == 0)
		ret->n_signatures = parts.n_signatures;
	return r;
}

static int read_index(const char *path, struct rehearse_documents *ret)
{
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(cleanup_free) char *bytes = NULL;
	struct signed_document parts;
	int r = read_signed(path, MEDIA_SIZE_MAX, &problems, &bytes, &parts);

	if (r == 0)
		r = media_index_parse(parts.text.bytes, parts.text.size, &problems, &ret->index);
	print_problems(path, &problems);
	return r;
}

static int add_shard(const char *folder, unsigned shard, struct rehearse_documents *ret)
{
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(cleanup_free) char *path = NULL;
	CLEANUP(cleanup_free) char *bytes = NULL;
	size_t size;
	int r;

	if (asprintf(&path, "%s/media/%02x", folder, shard) < 0)
		return -ENOMEM;
	r = read_file(path, MEDIA_SHARD_SIZE_MAX, &bytes, &size);
	if (r < 0)
		return r;
	r = media_add_shard(ret->media, ret->index, shard, bytes, size, &problems);
	print_problems(path, &problems);
	if (r == -ESTALE)
		fprintf(stderr, "%s: not the file that %s/media.ini names\n", path, folder);
	return r == -ESTALE ? -EBADMSG : r;
}

/* As a terminal, where no list counts but its own and no older one than the policy's epoch. */
static int check_place(const char *path, const struct rehearse_documents *documents)
{
	const struct document_header *policy = &documents->policy->header;
	const struct document_header *list = &documents->index->header;

	if (strcmp(policy->site, list->site) == 0 && strcmp(policy->tier, list->tier) == 0 &&
		list->epoch >= policy->epoch)
		return 0;
	fprintf(stderr,
		"%s: a list for site %s, tier %s, epoch %u does not count under a policy for site "
		"%s, tier %s, epoch %u\n",
		path, list->site, list->tier, (unsigned)list->epoch, policy->site, policy->tier,
		(unsigned)policy->epoch);
	return -EBADMSG;
}

static int read_media(const char *folder, struct rehearse_documents *ret)
{
	CLEANUP(cleanup_free) char *path = NULL;
	int r;

	if (asprintf(&path, "%s/media.ini", folder) < 0)
		return -ENOMEM;
	r = read_index(path, ret);
	if (r == 0)
		r = check_place(path, ret);
	if (r == 0)
		r = media_new(ret->index->n_media, &ret->media);
	for (unsigned i = 0; r == 0 && i < ret->index->n_shards; i++)
		if (ret->index->has_shard[i])
			r = add_shard(folder, i, ret);
	if (r < 0 || media_count(ret->media) == ret->index->n_media)
		return r;
	fprintf(stderr, "%s: %u media, not %zu\n", path, (unsigned)ret->index->n_media,
		media_count(ret->media));
	return -EBADMSG;
}

int rehearse_documents_read(const char *policy, const char *media, struct rehearse_documents *ret)
{
	struct rehearse_documents documents = {};
	int r = read_policy(policy, &documents);

	if (r == 0 && media)
		r = read_media(media, &documents);
	if (r < 0)
		rehearse_documents_clear(&documents);
	else
		*ret = documents;
	if (r == -ENOMEM)
		fputs("sekishod: there is not enough memory\n", stderr);
	return r;
}

void rehearse_documents_clear(struct rehearse_documents *documents)
{
	policy_free(documents->policy);
	media_index_free(documents->index);
	media_free(documents->media);
	*documents = (struct rehearse_documents){};
}

void rehearse_documents_introduce(const struct rehearse_documents *documents, const char *path)
{
	const struct document_header *header = &documents->policy->header;
	char from[TIMESTAMP_SIZE], to[TIMESTAMP_SIZE];

	timestamp_format(header->not_before, JAPAN_MINUTES, from);
	timestamp_format(header->not_after, JAPAN_MINUTES, to);
	printf("%s: site %s, tier %s, serial %llu, valid from %s to %s\n", path, header->site,
		header->tier, (unsigned long long)header->serial, from, to);
	if (documents->n_signatures > 0)
		printf("Its %zu signatures were not checked; a terminal would.\n",
			documents->n_signatures);
	else
		puts("It is not signed; a terminal would not take it.");
	if (documents->media)
		printf("%zu media are registered.\n", media_count(documents->media));
	puts("Nothing is changed on this PC. Plug in what you want to ask about; Ctrl-C ends.\n");
}
