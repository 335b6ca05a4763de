#include "policy/admin/parse.h"

#include <errno.h>
#include <string.h>

#include "policy/site.h"

static int parse_site(const char *text, size_t size, struct problems *problems)
{
	struct site site;

	return site_parse(text, size, problems, &site);
}

/* The first section of a site file; every other text is taken for a policy unless it says more. */
static bool is_site(const struct document_slice *text)
{
	static const char head[] = "[site]\n";
	const char *found = memmem(text->bytes, text->size, head, strlen(head));

	return found && (found == text->bytes || found[-1] == '\n');
}

static int parse_text(struct admin_document *document, struct problems *problems)
{
	const struct document_slice *text = &document->parts.text;

	document->kind = admin_kind(text->bytes, text->size);
	if (document->kind == DOCUMENT_NONE && is_site(text))
		return parse_site(text->bytes, text->size, problems);
	if (document->kind == DOCUMENT_NONE)
		document->kind = DOCUMENT_POLICY;
	if (document->file.size > document_kind_size_max(document->kind))
		problems_add(problems, 0, 0, "", 0, "at most %zu bytes, not %zu",
			document_kind_size_max(document->kind), document->file.size);
	switch (document->kind) {
	case DOCUMENT_ROOT: return root_parse(text->bytes, text->size, problems, &document->root);
	case DOCUMENT_MEDIA:
		return media_index_parse(text->bytes, text->size, problems, &document->media);
	case DOCUMENT_FRESH:
		return fresh_parse(text->bytes, text->size, problems, &document->fresh);
	case DOCUMENT_POLICY:
	case DOCUMENT_NONE:
	case DOCUMENT_KIND_COUNT: break;
	}
	return policy_parse(text->bytes, text->size, problems, &document->policy);
}

int admin_parse_file(struct admin_file *file, struct admin_document *ret)
{
	struct problems problems = {0};
	bool has_problems;
	int r;

	ret->file = *file;
	file->bytes = NULL;
	r = document_split(ret->file.bytes, ret->file.size, &problems, &ret->parts);
	if (r == 0)
		r = parse_text(ret, &problems);
	has_problems = problems_any(&problems);
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

	/* Larger ones are read too, so that lint can say how large they may be. */
	if (admin_read(path, 16 * POLICY_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	return admin_parse_file(&file, ret);
}

void admin_document_clear(struct admin_document *document)
{
	policy_free(document->policy);
	root_free(document->root);
	media_index_free(document->media);
	fresh_free(document->fresh);
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
	return document->fresh ? &document->fresh->header : NULL;
}
