#include "policy/admin/site_pack_bundle.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "policy/admin/bundle_file.h"

int site_pack_read_bundle(const char *path, enum document_kind kind, struct admin_file *ret)
{
	size_t n;

	if (access(path, F_OK) < 0 && errno == ENOENT)
		return EXIT_DONE;
	if (admin_read(path, BUNDLE_SIZE_MAX, ret) < 0)
		return EXIT_UNKNOWN;
	if (ret->size > 0 && bundle_file_kind(ret) != kind) {
		admin_complain("%s is no file of %ss", path, document_kind_name(kind));
		return EXIT_NO;
	}
	n = bundle_count(ret->bytes, ret->size);
	printf("  %-9s %zu, judged by the terminal one by one\n", document_kind_name(kind), n);
	return EXIT_DONE;
}
