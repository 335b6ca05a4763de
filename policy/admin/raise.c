#include "policy/admin/raise.h"

#include "policy/admin/text_edit.h"
#include "policy/cleanup.h"
#include "policy/document_header.h"
#include "policy/timestamp.h"

static bool begins_epoch(const struct admin_document *document, const struct root *root)
{
	return root && root->header.epoch > admin_document_header(document)->epoch;
}

/* Sets serial and date in the text; in a new epoch serials begin again. */
static int raise_text(
	const struct admin_document *document, const struct root *root, struct text *text)
{
	const struct document_header *header = admin_document_header(document);
	struct text_section section = {document_kind_name(document->kind), NULL};
	bool is_new_epoch = begins_epoch(document, root);
	char issued[TIMESTAMP_SIZE];
	int offset_minutes, r;
	int64_t now_s = admin_now(&offset_minutes);

	timestamp_format(now_s, offset_minutes, issued);
	r = text_copy(document->parts.text.bytes, document->parts.text.size, text);
	if (r == 0)
		r = text_set_number(text, section, "serial", is_new_epoch ? 1 : header->serial + 1);
	if (r == 0 && is_new_epoch)
		r = text_set_number(text, section, "epoch", root->header.epoch);
	return r == 0 ? text_set(text, section, "issued", issued) : r;
}

int raise_document(
	const struct admin_document *document, const struct root *root, struct admin_document *ret)
{
	const char *path = document->file.path;
	CLEANUP(text_free) struct text text = {0};
	struct admin_file file = {.path = path};

	if (document->kind == DOCUMENT_ROOT) {
		admin_complain("a root is not raised: \"sekisho-admin root rotate\" makes the next "
			       "one");
		return EXIT_NO;
	}
	if (admin_document_header(document)->serial >= SERIAL_MAX &&
		!begins_epoch(document, root)) {
		admin_complain("%s has the highest serial that there is; only a new epoch begins "
			       "again at 1: \"sekisho-admin root rotate --new-epoch\"",
			path);
		return EXIT_NO;
	}
	if (raise_text(document, root, &text) < 0) {
		admin_complain("the serial of %s could not be raised", path);
		return EXIT_UNKNOWN;
	}
	file.size = text.size;
	file.bytes = TAKE(text.bytes);
	return admin_parse_file(&file, ret);
}
