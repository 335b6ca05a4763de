#include "policy/admin/media_policy.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/cleanup.h"
#include "policy/document.h"
#include "policy/policy.h"

/* NULL where it has mistakes. */
static struct policy *parse(const struct admin_file *file)
{
	struct problems ignored = {0};
	struct signed_document parts;
	struct policy *policy = NULL;

	if (document_split(file->bytes, file->size, &ignored, &parts) == 0)
		policy_parse(parts.text.bytes, parts.text.size, &ignored, &policy);
	problems_clear(&ignored);
	return policy;
}

void media_policy_warn(const char *index_path)
{
	const char *slash = strrchr(index_path, '/');
	CLEANUP(cleanup_free)
	char *path = admin_format(
		"%.*spolicy.ini", slash ? (int)(slash + 1 - index_path) : 0, index_path);
	CLEANUP(admin_file_free) struct admin_file file = {0};
	struct policy *policy;

	if (!path || access(path, F_OK) < 0 || admin_read_document(path, &file) < 0)
		return;
	policy = parse(&file);
	if (policy && policy->registered.line == 0)
		fprintf(stderr,
			"%s: warning: it says nothing of registered media, so registering changes "
			"nothing: write \"registered = read-only\" there, under [medium], and "
			"sign it\n",
			path);
	policy_free(policy);
}
