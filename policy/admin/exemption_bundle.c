#include "policy/admin/exemption_bundle.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/bundle.h"
#include "policy/cleanup.h"

void exemption_bundle_clear(struct exemption_bundle *bundle)
{
	for (size_t i = 0; i < bundle->n; i++)
		admin_document_clear(&bundle->items[i]);
	free(bundle->items);
	free(bundle->lines);
	free(bundle->path);
	*bundle = (struct exemption_bundle){0};
}

static int add_item(
	struct exemption_bundle *bundle, const struct bundle_document *cut, const char *bytes)
{
	struct admin_document *item = &bundle->items[bundle->n];

	*item = (struct admin_document){
		.kind = bundle->kind,
		.file = {.path = bundle->path,
			.bytes = admin_copy(bytes, cut->slice.size),
			.size = cut->slice.size},
	};
	if (!item->file.bytes)
		return admin_no_memory();
	bundle->lines[bundle->n++] = cut->line;
	/* What cannot be read stays, and is nobody's: terminals refuse that one alone. */
	admin_parse_silently(item);
	return EXIT_DONE;
}

static int cut(struct exemption_bundle *bundle, const struct admin_file *file)
{
	struct bundle at = {.bytes = file->bytes, .size = file->size};
	size_t n = bundle_count(file->bytes, file->size);
	struct bundle_document one;
	int code = EXIT_DONE;

	bundle->items = calloc(n + 1, sizeof(*bundle->items));
	bundle->lines = calloc(n + 1, sizeof(*bundle->lines));
	if (!bundle->items || !bundle->lines)
		return admin_no_memory();
	while (code == EXIT_DONE && bundle->n < n && bundle_next(&at, &one))
		code = add_item(bundle, &one, one.slice.bytes);
	return code;
}

int exemption_bundle_read(char *path, enum document_kind kind, struct exemption_bundle *ret)
{
	CLEANUP(admin_file_free) struct admin_file file = {0};

	ret->kind = kind;
	ret->path = path;
	if (!path)
		return admin_no_memory();
	if (access(path, F_OK) < 0 && errno == ENOENT)
		return EXIT_DONE;
	if (admin_read(path, BUNDLE_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	if (memchr(file.bytes, '\0', file.size)) {
		admin_complain("%s holds NUL bytes: it is damaged", path);
		return EXIT_NO;
	}
	return cut(ret, &file);
}

struct admin_document *exemption_bundle_find(const struct exemption_bundle *bundle, const char *id)
{
	for (size_t i = 0; i < bundle->n; i++) {
		const struct exemption *exemption = bundle->items[i].exemption;

		if (exemption && strcmp(exemption->id, id) == 0)
			return &bundle->items[i];
	}
	return NULL;
}
