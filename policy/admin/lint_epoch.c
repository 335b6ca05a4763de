/* Whether a document is of the epoch of the root that is in force: terminals refuse any other. */
#include "policy/admin/lint.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/admin/parse.h"
#include "policy/admin/trust.h"
#include "policy/cleanup.h"
#include "policy/ini_document.h"

struct epochs {
	char *path; /* of the root in force */
	uint32_t in_force;
	uint32_t drafted; /* of the last one, should it be no more than drafted; else that in force
			   */
};

/* By its text alone: lint does not look at signatures, but where they are too few, or it has not
 * started yet, the root before it is still in force. */
static bool read_root(const char *path, int64_t now_s, uint32_t *ret_epoch, bool *ret_is_draft)
{
	CLEANUP(admin_document_clear) struct admin_document document = {.kind = DOCUMENT_ROOT};
	const struct role_grant *grant;

	if (admin_read_document(path, &document.file) < 0)
		return false;
	admin_parse_silently(&document);
	if (!document.root)
		return false;
	*ret_epoch = document.root->header.epoch;
	grant = root_find_grant(document.root, ROLE_ROOT, NULL);
	*ret_is_draft = (grant && document.parts.n_signatures < grant->threshold) ||
			document.root->header.not_before > now_s;
	return true;
}

/* Takes one more root; false where there is none that can be read. */
static bool take(struct epochs *epochs, int64_t now_s, char *path)
{
	uint32_t epoch;
	bool is_draft;

	if (!path || access(path, F_OK) < 0 || !read_root(path, now_s, &epoch, &is_draft)) {
		free(path);
		return false;
	}
	epochs->drafted = epoch;
	if (epochs->path && is_draft) {
		free(path);
		return true;
	}
	free(epochs->path);
	epochs->path = path;
	epochs->in_force = epoch;
	return true;
}

void lint_epoch(const struct admin_document *document, const struct ini_document *ini,
	int64_t now_s, struct problems *problems)
{
	const struct document_header *header = admin_document_header(document);
	CLEANUP(cleanup_free) char *place = trust_find(document->file.path);
	const struct ini_entry *entry = ini_section_find(&ini->sections[0], "epoch");
	struct epochs epochs = {0};
	struct stat status;

	if (!header || header->kind == DOCUMENT_ROOT || !entry || !place ||
		stat(place, &status) < 0)
		return;
	if (!S_ISDIR(status.st_mode))
		take(&epochs, now_s, strdup(place));
	for (unsigned n = 1; S_ISDIR(status.st_mode); n++)
		if (!take(&epochs, now_s, admin_format("%s/%u.ini", place, n)))
			break;
	if (epochs.path && header->epoch != epochs.in_force && header->epoch != epochs.drafted)
		problems_add(problems, entry->line, entry->column, entry->value,
			strlen(entry->value), "%" PRIu32 ", the epoch of the root %s",
			epochs.in_force, epochs.path);
	free(epochs.path);
}
