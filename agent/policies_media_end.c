/* Whether the list of registered media counts, and that its end is told once. */
#include <errno.h>
#include <string.h>

#include "agent/checked_lines.h"
#include "agent/policies_internal.h"
#include "policy/sha256_text.h"
#include "agent/store.h"
#include "policy/cleanup.h"

const struct document_header *policies_media_header(const struct policies *policies)
{
	return policies->media.index ? &policies->media.index->header : NULL;
}

bool policies_is_media_lost(const struct policies *policies)
{
	return policies->is_media_lost;
}

static bool is_of_an_older_epoch(const struct policies *policies)
{
	return policies->media.index->header.epoch < policies->current.policy->header.epoch;
}

/* Both ends belong to the validity. */
bool policies_is_media_ended(const struct policies *policies, const struct policies_clock *clock)
{
	const struct document_header *header = policies_media_header(policies);

	return header && !is_of_an_older_epoch(policies) &&
	       policies_now(policies, clock) > header->not_after;
}

const struct media *policies_media(
	const struct policies *policies, const struct policies_clock *clock)
{
	if (!policies->media.index || is_of_an_older_epoch(policies) ||
		policies_is_media_ended(policies, clock))
		return NULL;
	return policies->media.table;
}

/* What cannot be read was not told: once more does no harm. */
int policies_load_media_end(struct policies *policies)
{
	CLEANUP(cleanup_free) char *file = NULL;
	const char *next;
	size_t size;
	int r = store_read(
		policies->config.state_fd, FILE_MEDIA_END, SHA256_TEXT_SIZE, &file, &size);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	next = file;
	policies->is_end_told =
		read_sha256(&next, '\n', policies->end_told_of) && next == file + size;
	return 0;
}

/* Where it cannot be stored, it is told again after the next start. */
static void store_end_told(const struct policies *policies)
{
	char text[SHA256_TEXT_SIZE];

	sha256_text(policies->end_told_of, text);
	text[SHA256_TEXT_SIZE - 1] = '\n';
	(void)store_write(policies->config.state_fd, FILE_MEDIA_END, text, sizeof(text));
}

int policies_note_media_end(struct policies *policies, const struct policies_clock *clock)
{
	const uint8_t *text_sha256 = policies->media.source.text_sha256;
	bool is_told = policies->is_end_told &&
		       memcmp(policies->end_told_of, text_sha256, SHA256_SIZE) == 0;

	if (policies_is_media_ended(policies, clock)) {
		if (is_told)
			return 0;
		memcpy(policies->end_told_of, text_sha256, SHA256_SIZE);
		policies->is_end_told = true;
		store_end_told(policies);
		return 1;
	}
	/* It counts again: its next end is another one. */
	if (is_told && store_remove(policies->config.state_fd, FILE_MEDIA_END) == 0)
		policies->is_end_told = false;
	return 0;
}
