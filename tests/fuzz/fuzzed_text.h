/* What the fuzzers of texts share: how a text is held, what every reader promises, what every
 * header that a reader gives holds. */
#pragma once

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy/document.h"
#include "tests/unit/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Hands check a copy in memory of its own, so that a sanitizer sees a look before or beyond it. */
static inline int fuzz_text(
	const uint8_t *data, size_t size, void (*check)(const char *text, size_t size))
{
	char *text = malloc(size ? size : 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	check(text, size);
	free(text);
	return 0;
}

/* Either problems and NULL, or a value for free() of the reader. */
static inline void *fuzz_read(const struct reader *reader, const char *text, size_t size)
{
	struct problems problems = {0};
	void *value = NULL;
	int r = reader->read(text, size, &problems, &value);

	assert(r == 0 || r == -EBADMSG);
	assert((r == 0) == (value != NULL) && (r == 0) == !problems_any(&problems));
	problems_clear(&problems);
	return value;
}

/* Of a document for one tier. */
static inline void check_header(const struct document_header *header, enum document_kind kind)
{
	assert(header->kind == kind);
	assert(header->site[0] != '\0' && memchr(header->site, '\0', sizeof(header->site)));
	assert(header->tier[0] != '\0' && memchr(header->tier, '\0', sizeof(header->tier)));
	assert(strcmp(header->tier, TIER_OF_ALL) != 0);
	assert(!strchr(header->site, '/') && !strchr(header->site, '.'));
	assert(header->epoch >= 1 && header->serial >= 1);
	assert(header->not_before < header->not_after && header->issued < header->not_after);
}
