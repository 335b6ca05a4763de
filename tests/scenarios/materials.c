#include "tests/scenarios/materials.h"

#include <err.h>
#include <openssl/sha.h>
#include <stdio.h>

#include "policy/media_shard.h"

struct policy *material_policy(const char *name, char *why, size_t why_size)
{
	static char text[16384];
	struct problems problems = {};
	struct policy *policy = NULL;
	char path[256];
	FILE *file;
	size_t size;

	snprintf(path, sizeof(path), "tests/scenarios/policies/%s.ini", name);
	file = fopen(path, "re");
	if (!file) {
		snprintf(why, why_size, "%s cannot be read", path);
		return NULL;
	}
	size = fread(text, 1, sizeof(text), file);
	fclose(file);
	if (policy_parse(text, size, &problems, &policy) < 0) {
		why[0] = '\0';
		if (problems.count > 0)
			problem_format(&problems.items[0], path, why, why_size);
	}
	problems_clear(&problems);
	return policy;
}

struct policy *material_policy_needed(const char *name)
{
	char why[1024];
	struct policy *policy = material_policy(name, why, sizeof(why));

	if (!policy)
		errx(1, "%s", why);
	return policy;
}

struct media *material_media(const struct medium *const *media, size_t n_media)
{
	static struct media_index index;
	static char text[MEDIA_SHARD_SIZE_MAX];
	struct problems problems = {};
	struct media *table = NULL;
	size_t size;

	index = (struct media_index){.n_media = (uint32_t)n_media, .n_shards = 1};
	index.has_shard[0] = true;
	snprintf(index.header.site, sizeof(index.header.site), "tosu");
	snprintf(index.header.tier, sizeof(index.header.tier), "my-number");
	if (media_shard_format("tosu", "my-number", 0, media, n_media, text, &size) < 0 ||
		!SHA256((const unsigned char *)text, size, index.sha256[0]) ||
		media_new(n_media, &table) < 0 ||
		media_add_shard(table, &index, 0, text, size, &problems) < 0) {
		media_free(table);
		table = NULL;
	}
	problems_clear(&problems);
	return table;
}
