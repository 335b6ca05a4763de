/* The text of the policy in force, read from the disk when somebody asks: it is not kept. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/policies_internal.h"
#include "agent/store.h"
#include "policy/cleanup.h"

/* The text of a stored policy if it is the one in force. 0 and *ret, or a negative errno. */
static int read_text(const struct policies *policies, const char *name, char **ret)
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	CLEANUP(problems_clear) struct problems problems = {};
	struct signed_document document;
	uint8_t text_sha256[SHA256_SIZE];
	size_t size;
	int r = store_read(policies->config.state_fd, name, POLICY_SIZE_MAX, &bytes, &size);

	if (r == 0)
		r = document_text_sha256(bytes, size, text_sha256);
	if (r < 0)
		return r;
	if (!source_has_text(&policies->current.source, text_sha256))
		return -ESTALE;
	r = document_split(bytes, size, &problems, &document);
	if (r < 0)
		return r;
	bytes[document.text.size] = '\0'; /* the text comes first */
	*ret = TAKE(bytes);
	return 0;
}

int policies_read_text(const struct policies *policies, char **ret)
{
	int r;

	if (policies->current.policy->is_builtin) {
		*ret = strdup("");
		return *ret ? 0 : -ENOMEM;
	}
	r = read_text(policies, FILE_POLICY, ret);
	return r == 0 || r == -ENOMEM ? r : read_text(policies, FILE_LAST_GOOD, ret);
}
