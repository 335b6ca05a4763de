#include "policy/admin/bundle_file.h"

#include <stdlib.h>
#include <string.h>

#include "policy/admin/kind.h"

enum document_kind bundle_file_kind(const struct admin_file *file)
{
	struct bundle bundle = {.bytes = file->bytes, .size = file->size};
	enum document_kind by_name = file_kind_of_name(file->path).kind, said;
	struct bundle_document first;
	struct document_slice text;

	if (file->cut_from > 0 || !bundle_next(&bundle, &first))
		return DOCUMENT_NONE;
	text = file_text(first.slice.bytes, first.slice.size);
	said = file_kind_of_text(text.bytes, text.size).kind;
	if (bundle_documents_max(said) > 0)
		return said;
	return said == DOCUMENT_NONE && bundle_documents_max(by_name) > 0 ? by_name : DOCUMENT_NONE;
}

int bundle_file_part(const struct admin_file *file, const struct bundle_document *document,
	struct admin_file *ret)
{
	char *bytes = malloc(document->slice.size + 1);

	if (!bytes)
		return admin_no_memory();
	memcpy(bytes, document->slice.bytes, document->slice.size);
	bytes[document->slice.size] = '\0';
	*ret = (struct admin_file){
		.path = file->path, .bytes = bytes, .size = document->slice.size};
	return EXIT_DONE;
}

char *bundle_file_label(const struct admin_file *file, const struct bundle_document *document)
{
	if (document->slice.size == file->size)
		return strdup(file->path);
	return admin_format("%s:%u", file->path, document->line + 1);
}

void bundle_file_shift(struct problems *problems, unsigned lines)
{
	for (size_t i = 0; i < problems->count; i++)
		if (problems->items[i].line > 0)
			problems->items[i].line += lines;
}
