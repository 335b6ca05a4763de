#include "tests/bench/bench_load.h"

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "policy/verify.h"

static char buffer[POLICY_SIZE_MAX + 1];

static size_t read_file(const char *path)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t size = descriptor < 0 ? -1 : read(descriptor, buffer, sizeof(buffer));

	if (size < 0)
		err(1, "%s", path);
	close(descriptor);
	return (size_t)size;
}

static void expect(const char *path, const struct verification *verification)
{
	if (verification->verdict != DOCUMENT_ACCEPTED)
		errx(1, "%s: %s", path, verification->detail);
}

void bench_load_policy(const char *root_path, const char *policy_path, struct bench_documents *ret)
{
	struct verify_request request = {.now_s = time(NULL)};
	struct problems problems = {0};
	struct verification verification;
	size_t size = read_file(root_path);

	memset(ret, 0, sizeof(*ret));
	if (verify_first_root(&request, buffer, size, &problems, &verification, &ret->root) < 0)
		errx(1, "memory");
	expect(root_path, &verification);
	request.root = ret->root;
	request.site = ret->root->header.site;
	size = read_file(policy_path);
	if (verify_policy(&request, buffer, size, &problems, &verification, &ret->policy) < 0)
		errx(1, "memory");
	expect(policy_path, &verification);
	problems_clear(&problems);
}

void bench_load_media(const char *folder, struct bench_documents *documents)
{
	const struct verify_request request = {.root = documents->root,
		.site = documents->root->header.site,
		.tier = documents->policy->header.tier,
		.now_s = time(NULL)};
	struct problems problems = {0};
	struct verification verification;
	struct media_index *index = NULL;
	char path[4096];

	snprintf(path, sizeof(path), "%s/media.ini", folder);
	if (verify_media(&request, buffer, read_file(path), &problems, &verification, &index) < 0)
		errx(1, "memory");
	expect(path, &verification);
	if (media_new(index->n_media, &documents->media) < 0)
		errx(1, "memory");
	for (unsigned shard = 0; shard < index->n_shards; shard++) {
		if (!index->has_shard[shard])
			continue;
		snprintf(path, sizeof(path), "%s/media/%02x", folder, shard);
		if (media_add_shard(
			    documents->media, index, shard, buffer, read_file(path), &problems) < 0)
			errx(1, "%s is refused", path);
	}
	media_index_free(index);
}

void bench_documents_free(struct bench_documents *documents)
{
	root_free(documents->root);
	policy_free(documents->policy);
	media_free(documents->media);
}
