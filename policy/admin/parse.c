#include "policy/admin/parse.h"

#include <errno.h>
#include <string.h>

#include "policy/admin/bundle_file.h"
#include "policy/admin/kind.h"
#include "policy/site.h"

static int parse_site(const char *text, size_t size, struct problems *problems)
{
	struct site site;

	return site_parse(text, size, problems, &site);
}

/* Of a site file that was read whole, its own reader says it. */
static void check_size(const struct admin_document *document, struct problems *problems)
{
	const struct admin_file *file = &document->file;
	size_t size = file->cut_from > 0 ? file->cut_from : file->size;
	size_t size_max = document->kind == DOCUMENT_NONE ? SITE_SIZE_MAX
							  : document_kind_size_max(document->kind);

	if (size > size_max && (document->kind != DOCUMENT_NONE || file->cut_from > 0))
		problems_add(problems, 0, 0, "", 0, "at most %zu bytes, not %zu", size_max, size);
}

static bool is_site_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return strcmp(slash ? slash + 1 : path, "site.ini") == 0;
}

/* A text that does not say its kind is taken for what its name says, and else for a policy. */
static void find_kind(struct admin_document *document)
{
	struct document_slice text = file_text(document->file.bytes, document->file.size);
	struct file_kind said = file_kind_of_text(text.bytes, text.size);

	document->kind = said.kind;
	if (document->kind != DOCUMENT_NONE || said.is_site || is_site_name(document->file.path))
		return;
	document->kind = file_kind_of_name(document->file.path).kind;
	if (document->kind == DOCUMENT_NONE)
		document->kind = DOCUMENT_POLICY;
}

static int parse_text(struct admin_document *document, struct problems *problems)
{
	const struct document_slice *text = &document->parts.text;

	switch (document->kind) {
	case DOCUMENT_ROOT: return root_parse(text->bytes, text->size, problems, &document->root);
	case DOCUMENT_MEDIA:
		return media_index_parse(text->bytes, text->size, problems, &document->media);
	case DOCUMENT_FRESH:
		return fresh_parse(text->bytes, text->size, problems, &document->fresh);
	case DOCUMENT_TOKENS:
		return tokens_parse(text->bytes, text->size, problems, &document->tokens);
	case DOCUMENT_EXEMPTION:
		return exemption_parse(text->bytes, text->size, problems, &document->exemption);
	case DOCUMENT_REVOCATION:
		return revocation_parse(text->bytes, text->size, problems, &document->revocation);
	case DOCUMENT_DESKS:
		return desks_parse(text->bytes, text->size, problems, &document->desks);
	case DOCUMENT_NONE: return parse_site(text->bytes, text->size, problems);
	case DOCUMENT_POLICY:
	case DOCUMENT_KIND_COUNT: break;
	}
	return policy_parse(text->bytes, text->size, problems, &document->policy);
}

static int parse(struct admin_document *document, struct problems *problems)
{
	const struct admin_file *file = &document->file;
	int r;

	find_kind(document);
	check_size(document, problems);
	if (file->cut_from > 0)
		return -EBADMSG;
	r = document_split(file->bytes, file->size, problems, &document->parts);
	return r == 0 ? parse_text(document, problems) : r;
}

bool admin_parse_silently(struct admin_document *document)
{
	const struct admin_file *file = &document->file;
	struct problems ignored = {0};
	int r = document_split(file->bytes, file->size, &ignored, &document->parts);

	if (r == 0)
		r = parse_text(document, &ignored);
	problems_clear(&ignored);
	return r == 0 && admin_document_header(document);
}

/* What a terminal shows of itself is carried with the documents, and is none. */
static bool is_terminal_key(const struct admin_file *file)
{
	static const char begin[] = "[terminal-key]";

	return file->size >= strlen(begin) && memcmp(file->bytes, begin, strlen(begin)) == 0;
}

int admin_parse_file(struct admin_file *file, struct admin_document *ret)
{
	return admin_parse_part(file, 0, ret);
}

int admin_parse_part(struct admin_file *file, unsigned lines, struct admin_document *ret)
{
	struct problems problems = {0};
	bool has_problems;
	int r;

	ret->file = *file;
	file->bytes = NULL;
	if (is_terminal_key(&ret->file)) {
		admin_complain("%s is a terminal's key and no document: \"sekisho-admin token key "
			       "%s\" shows its fingerprint",
			ret->file.path, ret->file.path);
		return EXIT_NO;
	}
	r = parse(ret, &problems);
	has_problems = problems_any(&problems);
	bundle_file_shift(&problems, lines);
	admin_print_problems(ret->file.path, &problems);
	problems_clear(&problems);
	if (r == -ENOMEM) {
		admin_complain("there is not enough memory for %s", ret->file.path);
		return EXIT_UNKNOWN;
	}
	return has_problems ? EXIT_NO : EXIT_DONE;
}

int admin_parse(const char *path, struct admin_document *ret)
{
	struct admin_file file = {0};

	if (admin_read_document(path, &file) < 0)
		return EXIT_UNKNOWN;
	return admin_parse_file(&file, ret);
}

void admin_document_clear(struct admin_document *document)
{
	policy_free(document->policy);
	root_free(document->root);
	media_index_free(document->media);
	fresh_free(document->fresh);
	tokens_free(document->tokens);
	exemption_free(document->exemption);
	revocation_free(document->revocation);
	desks_free(document->desks);
	admin_file_free(&document->file);
}

const struct document_header *admin_document_header(const struct admin_document *document)
{
	if (document->policy)
		return &document->policy->header;
	if (document->root)
		return &document->root->header;
	if (document->media)
		return &document->media->header;
	if (document->tokens)
		return &document->tokens->header;
	if (document->exemption)
		return &document->exemption->header;
	if (document->revocation)
		return &document->revocation->header;
	if (document->desks)
		return &document->desks->header;
	return document->fresh ? &document->fresh->header : NULL;
}
