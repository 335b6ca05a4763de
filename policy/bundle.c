#include "policy/bundle.h"

#include <string.h>

#include "policy/ssh_armour.h"

size_t bundle_documents_max(enum document_kind kind)
{
	if (kind == DOCUMENT_EXEMPTION)
		return BUNDLE_EXEMPTIONS_MAX;
	return kind == DOCUMENT_REVOCATION ? BUNDLE_REVOCATIONS_MAX : 0;
}

/* The size of the line at at, with its LF if it has one. */
static size_t line_size(const struct bundle *bundle, size_t at)
{
	const char *end = memchr(bundle->bytes + at, '\n', bundle->size - at);

	return end ? (size_t)(end - bundle->bytes) + 1 - at : bundle->size - at;
}

static bool is_line(const struct bundle *bundle, size_t at, const char *line)
{
	return bundle->size - at >= strlen(line) &&
	       memcmp(bundle->bytes + at, line, strlen(line)) == 0;
}

/* Goes to the line, or to the end. */
static void go_to(struct bundle *bundle, const char *line)
{
	while (bundle->at < bundle->size && !is_line(bundle, bundle->at, line)) {
		bundle->at += line_size(bundle, bundle->at);
		bundle->line++;
	}
}

bool bundle_next(struct bundle *bundle, struct bundle_document *ret)
{
	size_t start = bundle->at;
	unsigned line = bundle->line;

	if (start >= bundle->size)
		return false;
	go_to(bundle, SSH_ARMOUR_BEGIN);
	while (bundle->at < bundle->size && is_line(bundle, bundle->at, SSH_ARMOUR_BEGIN)) {
		go_to(bundle, SSH_ARMOUR_END);
		if (bundle->at < bundle->size) {
			bundle->at += strlen(SSH_ARMOUR_END);
			bundle->line++;
		}
	}
	*ret = (struct bundle_document){
		.slice = {bundle->bytes + start, bundle->at - start}, .line = line};
	return true;
}

size_t bundle_count(const char *bytes, size_t size)
{
	struct bundle bundle = {.bytes = bytes, .size = size};
	struct bundle_document document;
	size_t n = 0;

	while (bundle_next(&bundle, &document))
		n++;
	return n;
}
