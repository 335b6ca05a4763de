/*
 * sekisho sha256: which document is this? The same hash that `sekisho-admin verify` prints, to be
 * compared with paper. Asks nobody, and believes nothing: neither agent nor signatures are needed.
 */
#include "agent/cli.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "agent/store.h"
#include "policy/cleanup.h"
#include "policy/document.h"
#include "policy/sha256_text.h"

static int tell(const char *path)
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	uint8_t text_sha256[SHA256_SIZE];
	char groups[SHA256_GROUPS_SIZE];
	size_t size;
	int r = store_read(AT_FDCWD, path, POLICY_SIZE_MAX, &bytes, &size);

	if (r == 0)
		r = document_text_sha256(bytes, size, text_sha256);
	if (r < 0) {
		fprintf(stderr, "sekisho: %s: %s\n", path, strerror(-r));
		return CLI_UNKNOWN;
	}
	sha256_groups(text_sha256, groups);
	printf("%s\n  SHA-256: %s\n", path, groups);
	return CLI_DONE;
}

int cli_sha256(const struct cli_request *request)
{
	int status = CLI_DONE;

	for (int i = 0; i < request->n_words; i++)
		if (tell(request->words[i]) != CLI_DONE)
			status = CLI_UNKNOWN;
	return status;
}
