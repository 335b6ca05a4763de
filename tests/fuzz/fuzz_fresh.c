/* Any text as the document fresh: either problems, or names of documents that a terminal can ask
 * for. */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy/document_header.h"
#include "policy/fresh.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is not named must not look as if it were. */
static void check_entry(const struct fresh_entry *entry)
{
	static const uint8_t nothing[SHA256_SIZE];

	assert(entry->is_named == (entry->serial > 0));
	assert(entry->serial <= SERIAL_MAX);
	assert(entry->is_named || memcmp(entry->text_sha256, nothing, sizeof(nothing)) == 0);
}

static void check_fresh(const struct fresh *fresh)
{
	const struct document_header *header = &fresh->header;

	assert(header->kind == DOCUMENT_FRESH);
	assert(header->site[0] != '\0' && memchr(header->site, '\0', sizeof(header->site)));
	assert(header->tier[0] != '\0' && memchr(header->tier, '\0', sizeof(header->tier)));
	assert(strcmp(header->tier, TIER_OF_ALL) != 0);
	assert(header->epoch >= 1 && header->serial >= 1);
	/* Else a stolen key could use them up. */
	assert(header->serial <= (uint64_t)header->issued);
	assert(header->not_before < header->not_after && header->issued < header->not_after);
	assert(fresh->root.is_named && fresh->policy.is_named);
	check_entry(&fresh->root);
	check_entry(&fresh->policy);
	check_entry(&fresh->media);
	check_entry(&fresh->revocations);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct problems problems = {0};
	struct fresh *fresh = NULL;
	int r;

	if (!text)
		return 0;
	/* Not at its start, so that a read before it is seen. */
	memcpy(text + 1, data, size);
	r = fresh_parse(text + 1, size, &problems, &fresh);
	assert(r == 0 || r == -EBADMSG);
	assert((r == 0) == (fresh != NULL) && (r == 0) == !problems_any(&problems));
	if (fresh)
		check_fresh(fresh);
	fresh_free(fresh);
	problems_clear(&problems);
	free(text);
	return 0;
}
