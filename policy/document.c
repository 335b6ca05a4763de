#include "policy/document.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <openssl/evp.h>

#include "policy/names.h"

#define BEGIN_LINE "-----BEGIN SSH SIGNATURE-----\n"
#define END_LINE   "-----END SSH SIGNATURE-----\n"

static const struct {
	const char *name, *name_space;
	size_t size_max;
} kinds[DOCUMENT_KIND_COUNT] = {
	[DOCUMENT_ROOT] = {"root", "root@sekisho", ROOT_SIZE_MAX},
	[DOCUMENT_POLICY] = {"policy", "policy@sekisho", POLICY_SIZE_MAX},
	[DOCUMENT_MEDIA] = {"media", "media@sekisho", MEDIA_SIZE_MAX},
	[DOCUMENT_FRESH] = {"fresh", "fresh@sekisho", FRESH_SIZE_MAX},
	[DOCUMENT_TOKENS] = {"tokens", "tokens@sekisho", TOKENS_SIZE_MAX},
	[DOCUMENT_EXEMPTION] = {"exemption", "exemption@sekisho", EXEMPTION_SIZE_MAX},
	[DOCUMENT_REVOCATION] = {"revocation", "revocation@sekisho", REVOCATION_SIZE_MAX},
	[DOCUMENT_DESKS] = {"desks", "desks@sekisho", DESKS_SIZE_MAX},
};

const char *document_kind_name(enum document_kind kind)
{
	return (unsigned)kind < DOCUMENT_KIND_COUNT ? kinds[kind].name : NULL;
}

int document_kind_from_name(const char *name, enum document_kind *ret)
{
	for (unsigned i = 0; i < DOCUMENT_KIND_COUNT; i++)
		if (kinds[i].name && strcmp(kinds[i].name, name) == 0) {
			*ret = i;
			return 0;
		}
	return -EINVAL;
}

const char *document_kind_namespace(enum document_kind kind)
{
	return (unsigned)kind < DOCUMENT_KIND_COUNT ? kinds[kind].name_space : NULL;
}

size_t document_kind_size_max(enum document_kind kind)
{
	return (unsigned)kind < DOCUMENT_KIND_COUNT ? kinds[kind].size_max : 0;
}

bool document_kind_has_serial(enum document_kind kind)
{
	return kind != DOCUMENT_EXEMPTION && kind != DOCUMENT_REVOCATION;
}

/* The size of the line at at, with its LF if it has one. */
static size_t line_size(const char *bytes, size_t size, size_t at)
{
	const char *end = memchr(bytes + at, '\n', size - at);

	return end ? (size_t)(end - bytes) + 1 - at : size - at;
}

static bool is_line(const char *line, size_t size, const char *expected)
{
	return size == strlen(expected) && memcmp(line, expected, size) == 0;
}

/*
 * The offset behind the first line from at that is exactly line, and *line_number counted on; or 0
 * when there is none.
 */
static size_t find_line(
	const char *bytes, size_t size, size_t at, const char *line, unsigned *line_number)
{
	while (at < size) {
		size_t length = line_size(bytes, size, at);
		bool is_found = is_line(bytes + at, length, line);

		at += length;
		*line_number += 1;
		if (is_found)
			return at;
	}
	return 0;
}

/* Whether the bytes from at on end with the last line of a signature that is not ended. */
static bool lacks_last_feed(const char *bytes, size_t size, size_t at)
{
	size_t last = strlen(END_LINE) - 1;

	return size - at > last && bytes[size - last - 1] == '\n' &&
	       memcmp(bytes + size - last, END_LINE, last) == 0;
}

/* Takes the signature that starts at *at. */
static int split_signature(const char *bytes, size_t size, size_t *at, unsigned *line,
	struct problems *problems, struct signed_document *document)
{
	size_t length = line_size(bytes, size, *at), end;
	size_t shown = length - (bytes[*at + length - 1] == '\n'); /* the line without its end */
	unsigned first_line = *line;

	if (!is_line(bytes + *at, length, BEGIN_LINE)) {
		problems_add(problems, *line, 1, bytes + *at, shown,
			"the beginning of a signature or the end of the file; what is to be signed "
			"stands above the signatures");
		return -EBADMSG;
	}
	end = find_line(bytes, size, *at, END_LINE, line);
	if (end == 0 && lacks_last_feed(bytes, size, *at)) {
		problems_add_missing(problems, *line - 1, (unsigned)strlen(END_LINE),
			"a line feed at the end of the last line");
		return -EBADMSG;
	}
	if (end == 0) {
		problems_add(problems, first_line, 1, bytes + *at, shown,
			"a whole signature: its last line is missing");
		return -EBADMSG;
	}
	if (document->n_signatures == DOCUMENT_SIGNATURES_MAX) {
		problems_add(problems, first_line, 1, bytes + *at, shown, "at most %d signatures",
			DOCUMENT_SIGNATURES_MAX);
		return -EBADMSG;
	}
	document->signatures[document->n_signatures++] =
		(struct document_slice){.bytes = bytes + *at, .size = end - *at};
	*at = end;
	return 0;
}

/* The size of the text, and the number of the line behind it. */
static size_t find_text_end(const char *bytes, size_t size, unsigned *ret_line)
{
	unsigned line = 1;
	size_t at = find_line(bytes, size, 0, BEGIN_LINE, &line);

	*ret_line = at > 0 ? line - 1 : line;
	return at > 0 ? at - strlen(BEGIN_LINE) : size;
}

int document_text_sha256(const char *bytes, size_t size, uint8_t ret[SHA256_SIZE])
{
	uint8_t sha256[SHA256_SIZE];
	unsigned line;
	size_t text_size = find_text_end(bytes, size, &line);

	if (EVP_Digest(bytes, text_size, sha256, NULL, EVP_sha256(), NULL) != 1)
		return -ENOMEM;
	memcpy(ret, sha256, sizeof(sha256));
	return 0;
}

int document_split(
	const char *bytes, size_t size, struct problems *problems, struct signed_document *ret)
{
	struct signed_document document = {.text = {bytes, size}};
	unsigned line;
	size_t at = find_text_end(bytes, size, &line);

	document.text.size = at;
	while (at < size) {
		int r = split_signature(bytes, size, &at, &line, problems, &document);

		if (r < 0)
			return r;
	}
	*ret = document;
	return 0;
}
