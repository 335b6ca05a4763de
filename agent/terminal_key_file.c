#include "agent/terminal_key_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "agent/store.h"
#include "policy/base64.h"
#include "policy/characters.h"
#include "policy/cleanup.h"
#include "policy/ini_document.h"

#define FILE_SIZE_MAX 1024
#define PREFIX        "SHA256:"

static bool is_fingerprint(const char *text)
{
	size_t length = strlen(text);

	if (length != SEAL_FINGERPRINT_SIZE - 1 || strncmp(text, PREFIX, strlen(PREFIX)) != 0)
		return false;
	for (const char *at = text + strlen(PREFIX); *at; at++)
		if (!is_digit(*at) && !(*at >= 'A' && *at <= 'Z') && !(*at >= 'a' && *at <= 'z') &&
			*at != '+' && *at != '/')
			return false;
	return true;
}

/* NULL where it says none. */
static const char *find_fingerprint(const struct ini_document *document)
{
	const struct ini_entry *entry;

	if (document->n_sections == 0 || strcmp(document->sections[0].type, "terminal-key") != 0)
		return NULL;
	entry = ini_section_find(&document->sections[0], "fingerprint");
	return entry && is_fingerprint(entry->value) ? entry->value : NULL;
}

int terminal_key_file_read(int state_fd, char ret[SEAL_FINGERPRINT_SIZE])
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(ini_document_cleanup) struct ini_document *document = NULL;
	const char *fingerprint;
	size_t size;
	int r = store_read(state_fd, TERMINAL_KEY_FILE, FILE_SIZE_MAX, &bytes, &size);

	if (r < 0)
		return r;
	r = ini_document_read(bytes, size, &problems, &document);
	if (r < 0)
		return r;
	fingerprint = problems_any(&problems) ? NULL : find_fingerprint(document);
	if (!fingerprint)
		return -EBADMSG;
	memcpy(ret, fingerprint, SEAL_FINGERPRINT_SIZE);
	return 0;
}
