#include "policy/admin/media_policy.h"

#include <stdio.h>
#include <unistd.h>

#include "policy/admin/parse.h"
#include "policy/cleanup.h"

void media_policy_warn(const char *index_path)
{
	CLEANUP(cleanup_free) char *path = admin_beside(index_path, "policy.ini");
	CLEANUP(admin_document_clear) struct admin_document document = {.kind = DOCUMENT_POLICY};

	if (!path || access(path, F_OK) < 0 || admin_read_document(path, &document.file) < 0)
		return;
	if (admin_parse_silently(&document) && document.policy->registered.line == 0)
		fprintf(stderr,
			"%s: warning: it says nothing of registered media, so registering changes "
			"nothing: write \"registered = read-only\" there, under [medium], and "
			"sign it\n",
			path);
}
