#include "policy/admin/judge.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "policy/cleanup.h"
#include "policy/signers.h"
#include "policy/text_form.h"

static const char *const nouns[DOCUMENT_KIND_COUNT] = {
	[DOCUMENT_NONE] = "a document",
	[DOCUMENT_ROOT] = "a root",
	[DOCUMENT_POLICY] = "a policy",
	[DOCUMENT_MEDIA] = "a list of media",
	[DOCUMENT_FRESH] = "a fresh",
	[DOCUMENT_TOKENS] = "a list of tokens",
	[DOCUMENT_EXEMPTION] = "an exemption",
	[DOCUMENT_REVOCATION] = "a revocation",
	[DOCUMENT_DESKS] = "a list of desks",
};

void judged_document_clear(struct judged_document *judged)
{
	admin_file_free(&judged->file);
	trust_clear(&judged->trust);
	place_clear(&judged->place);
	problems_clear(&judged->problems);
	policy_free(judged->policy);
	root_free(judged->root);
	media_index_free(judged->media);
	fresh_free(judged->fresh);
	tokens_free(judged->tokens);
	exemption_free(judged->exemption);
	revocation_free(judged->revocation);
	desks_free(judged->desks);
}

const struct document_header *judged_document_header(const struct judged_document *judged)
{
	if (judged->policy)
		return &judged->policy->header;
	if (judged->root)
		return &judged->root->header;
	if (judged->media)
		return &judged->media->header;
	if (judged->tokens)
		return &judged->tokens->header;
	if (judged->exemption)
		return &judged->exemption->header;
	if (judged->revocation)
		return &judged->revocation->header;
	if (judged->desks)
		return &judged->desks->header;
	return judged->fresh ? &judged->fresh->header : NULL;
}

/* What is known of a file before it is judged. */
struct look {
	struct document_name name;
	struct signed_document parts; /* where it is cut, the text alone */
	struct text_form form;
	bool needs_no_root;   /* it is refused whoever signed it */
	uint64_t root_number; /* 0: it is no root that can be read */
};

/* Only what it wants to be; it is judged afterwards. What says nothing is judged by its name, and
 * what has none as a policy. */
static struct look look(struct judged_document *judged)
{
	struct look found = {.name = file_kind_of_name(judged->file.path),
		.form = text_form_of(judged->file.bytes, judged->file.size)};
	const struct document_slice *text = &found.parts.text;
	struct problems ignored = {0};
	struct root *root = NULL;

	if (document_split(judged->file.bytes, judged->file.size, &ignored, &found.parts) < 0) {
		found.parts = (struct signed_document){
			.text = file_text(judged->file.bytes, judged->file.size)};
		found.needs_no_root = true;
	}
	judged->said = file_kind_of_text(text->bytes, text->size);
	judged->kind = judged->said.kind ? judged->said.kind : found.name.kind;
	if (judged->kind == DOCUMENT_NONE)
		judged->kind = DOCUMENT_POLICY;
	if (judged->kind == DOCUMENT_ROOT &&
		root_parse(text->bytes, text->size, &ignored, &root) == 0)
		found.root_number = root->header.serial;
	root_free(root);
	problems_clear(&ignored);
	if (found.parts.n_signatures == 0 ||
		judged->file.size > document_kind_size_max(judged->kind))
		found.needs_no_root = true;
	return found;
}

/* What is told by name and kind alone. True when that refuses it. */
static bool refuse_unread(const struct look *look, struct judged_document *judged)
{
	const struct document_name *name = &look->name;
	const char *slash = strrchr(judged->file.path, '/');
	const char *base = slash ? slash + 1 : judged->file.path;
	struct verification *ret = &judged->verification;

	if (judged->said.is_site || judged->said.is_shard)
		return !verification_refuse(ret, DOCUMENT_FAULT_KIND,
			"it is a %s, which is not signed",
			judged->said.is_site ? "site file" : "file of media/");
	if (look->form.is_utf16 || look->form.is_binary || look->form.is_private_key ||
		look->form.has_cr_lf || look->form.has_cr_lf_signatures)
		return !verification_refuse(
			ret, DOCUMENT_FAULT_TEXT, "%s", text_form_fault(&look->form));
	if (judged->file.cut_from > 0)
		return !verification_refuse(ret, DOCUMENT_FAULT_TOO_LARGE,
			"the document has %zu bytes; %zu are allowed", judged->file.cut_from,
			document_kind_size_max(judged->kind));
	if (name->kind != DOCUMENT_NONE && name->kind != judged->kind)
		return !verification_refuse(ret, DOCUMENT_FAULT_KIND,
			"the document is %s, and %s is the name of %s", nouns[judged->kind], base,
			nouns[name->kind]);
	if (name->kind == DOCUMENT_ROOT && name->number > 0 && look->root_number > 0 &&
		name->number != look->root_number)
		return !verification_refuse(ret, DOCUMENT_FAULT_CHAIN,
			"the document is root %" PRIu64 ", and %s is the name of root %" PRIu64,
			look->root_number, base, name->number);
	return false;
}

/* The root that comes before a root, or the newest one for all else. A first root has none. */
static int find_trust(
	const struct judge_options *options, uint64_t root_number, struct judged_document *judged)
{
	bool is_root = judged->kind == DOCUMENT_ROOT;
	CLEANUP(cleanup_free) char *found = NULL;

	if (is_root && root_number <= 1)
		return EXIT_DONE;
	if (!options->root && is_root)
		found = trust_chain_of(judged->file.path, root_number);
	if (!options->root && !found)
		found = trust_find(judged->file.path);
	if (!options->root && !found && is_root) {
		admin_complain("%s is root %" PRIu64
			       ", and the roots before it are not beside it: say --root",
			judged->file.path, root_number);
		return EXIT_UNKNOWN;
	}
	if (!options->root && !found) {
		admin_complain("by which root shall %s be judged? Say --root", judged->file.path);
		return EXIT_UNKNOWN;
	}
	return trust_load(options->root ? options->root : found,
		is_root ? root_number - 1 : TRUST_ALL, options->request.now_s,
		is_root ? TRUST_STRICT : TRUST_AS_TERMINALS, &judged->trust);
}

int judge_bytes(const struct verify_request *request, struct judged_document *judged)
{
	const char *bytes = judged->file.bytes;
	size_t size = judged->file.size;

	switch (judged->kind) {
	case DOCUMENT_ROOT:
		return (request->root ? verify_next_root : verify_first_root)(request, bytes, size,
			&judged->problems, &judged->verification, &judged->root);
	case DOCUMENT_MEDIA:
		return verify_media(request, bytes, size, &judged->problems, &judged->verification,
			&judged->media);
	case DOCUMENT_FRESH:
		return verify_fresh(request, bytes, size, &judged->problems, &judged->verification,
			&judged->fresh);
	case DOCUMENT_TOKENS:
		return verify_tokens(request, bytes, size, &judged->problems, &judged->verification,
			&judged->tokens);
	case DOCUMENT_EXEMPTION:
		return verify_exemption(request, bytes, size, &judged->problems,
			&judged->verification, &judged->exemption);
	case DOCUMENT_REVOCATION:
		return verify_revocation(request, bytes, size, &judged->problems,
			&judged->verification, &judged->revocation);
	case DOCUMENT_DESKS:
		return verify_desks(request, bytes, size, &judged->problems, &judged->verification,
			&judged->desks);
	case DOCUMENT_POLICY:
	case DOCUMENT_NONE:
	case DOCUMENT_KIND_COUNT: break;
	}
	return verify_policy(
		request, bytes, size, &judged->problems, &judged->verification, &judged->policy);
}

static bool is_same_file(const char *a, const char *b)
{
	struct stat first, second;

	return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
	       first.st_ino == second.st_ino;
}

/* Whether the file has exactly this text; whoever signed it how often. */
static int has_text(const char *path, const struct document_slice *text, bool *ret)
{
	CLEANUP(admin_file_free) struct admin_file file = {0};
	struct problems ignored = {0};
	struct signed_document parts = {0};
	int r;

	if (admin_read_document(path, &file) < 0)
		return EXIT_UNKNOWN;
	r = document_split(file.bytes, file.size, &ignored, &parts);
	problems_clear(&ignored);
	*ret = r == 0 && parts.text.size == text->size &&
	       memcmp(parts.text.bytes, text->bytes, text->size) == 0;
	return EXIT_DONE;
}

/*
 * A first root is signed by itself alone, so by anybody. Where a chain is known, it must be the one
 * that this chain starts with.
 */
static int judge_first(const struct judge_options *options, const struct document_slice *text,
	struct judged_document *judged)
{
	CLEANUP(cleanup_free) char *found = options->root ? NULL : trust_find(judged->file.path);
	const char *place = options->root ? options->root : found;
	CLEANUP(cleanup_free) char *first = place ? trust_first_of(place) : NULL;
	bool is_same = false;
	int code;

	judged->first = JUDGED_FIRST_ALONE;
	if (!first && options->root) {
		admin_complain("%s does not lead to the first root of a chain", place);
		return EXIT_UNKNOWN;
	}
	if (!first || is_same_file(first, judged->file.path))
		return EXIT_DONE;
	code = has_text(first, text, &is_same);
	if (code != EXIT_DONE)
		return code;
	judged->first = JUDGED_FIRST_OF_CHAIN;
	if (is_same)
		return EXIT_DONE;
	root_free(TAKE(judged->root));
	verification_refuse(&judged->verification, DOCUMENT_FAULT_CHAIN,
		"it is another root 1 than %s, which is the first of the chain", first);
	return EXIT_DONE;
}

static void set_place(const struct place *place, struct verify_request *request)
{
	const char *own = request->root ? request->root->header.site : NULL;

	if (!request->site)
		request->site = place->site_path ? place->site.site : own;
	if (!request->tier && place->site_path)
		request->tier = place->site.tier;
}

/* Where the encoding was changed, it has lost its signatures or they do not fit. */
static void explain_encoding(const struct text_form *form, struct judged_document *judged)
{
	struct verification *ret = &judged->verification;
	const char *fault = text_form_fault(form);

	if (fault && ret->verdict == DOCUMENT_REFUSED &&
		(ret->fault == DOCUMENT_FAULT_UNSIGNED ||
			ret->fault == DOCUMENT_FAULT_SIGNATURE_WRONG))
		verification_refuse(ret, DOCUMENT_FAULT_TEXT, "%s", fault);
}

int judge_file(const struct judge_options *options, const char *path, struct judged_document *ret)
{
	if (admin_read_document(path, &ret->file) < 0)
		return EXIT_UNKNOWN;
	return judge_read(options, ret);
}

int judge_read(const struct judge_options *options, struct judged_document *ret)
{
	struct verify_request request = options->request;
	const char *path = ret->file.path;
	struct look found;
	int code = EXIT_DONE;

	found = look(ret);
	if (refuse_unread(&found, ret))
		return EXIT_DONE;
	if (!found.needs_no_root)
		code = find_trust(options, found.root_number, ret);
	if (code != EXIT_DONE)
		return code;
	code = place_find(path, options->root, &ret->place);
	if (code != EXIT_DONE)
		return EXIT_UNKNOWN;
	request.root = ret->trust.root;
	set_place(&ret->place, &request);
	if (judge_bytes(&request, ret) < 0) {
		admin_complain("there is not enough memory for %s", path);
		return EXIT_UNKNOWN;
	}
	explain_encoding(&found.form, ret);
	if (ret->root && !request.root)
		return judge_first(options, &found.parts.text, ret);
	return EXIT_DONE;
}
