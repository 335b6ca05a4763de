#include "policy/admin/publish_guard.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/bundle_file.h"
#include "policy/admin/parse.h"
#include "policy/cleanup.h"
#include "policy/document_header.h"

/* Of which there is one, and whose serials only rise. */
static const struct {
	const char *name;
	enum document_kind kind;
} newer[] = {
	{"policy.ini", DOCUMENT_POLICY},
	{"media.ini", DOCUMENT_MEDIA},
	{"fresh.ini", DOCUMENT_FRESH},
};

#define N_NEWER     (sizeof(newer) / sizeof(newer[0]))
#define REVOCATIONS "revocations.ini"

static const struct site_file *find(const struct site_files *files, const char *name)
{
	for (size_t i = 0; i < files->n; i++)
		if (strcmp(files->items[i].name, name) == 0)
			return &files->items[i];
	return NULL;
}

/* Takes the bytes of file, which may have none. */
static const struct document_header *read_header(
	struct admin_file *file, enum document_kind kind, struct admin_document *ret)
{
	*ret = (struct admin_document){.kind = kind, .file = *file};
	file->bytes = NULL;
	return ret->file.bytes && admin_parse_silently(ret) ? admin_document_header(ret) : NULL;
}

static int complain_of_tier(
	const struct publish_target *target, const struct document_header *there)
{
	admin_complain("%s is of the site %s and the tier %s: each tier has a place of its own",
		target->place, there->site, there->tier);
	return EXIT_NO;
}

/* Whoever wrote what lies there is not asked: it is replaced by what was judged. */
static int check_newer(const struct publish_target *target, const struct site_files *files,
	size_t which, struct admin_file *there_file)
{
	CLEANUP(admin_document_clear) struct admin_document there = {0};
	CLEANUP(admin_document_clear) struct admin_document here = {0};
	const struct document_header *old = read_header(there_file, newer[which].kind, &there);
	const struct site_file *file = find(files, newer[which].name);
	struct admin_file copy = {.path = newer[which].name, .size = file ? file->size : 0};
	const struct document_header *new;

	if (!old)
		return EXIT_DONE;
	if (strcmp(old->site, files->site.site) != 0 || strcmp(old->tier, files->site.tier) != 0)
		return complain_of_tier(target, old);
	copy.bytes = file ? strndup(file->bytes, file->size) : NULL;
	new = read_header(&copy, newer[which].kind, &here);
	if (new && (new->epoch > old->epoch ||
			   (new->epoch == old->epoch &&new->serial >= old->serial)))
		return EXIT_DONE;
	if (!new)
		admin_complain(
			"%s/%s is there, and here is none", target->place, newer[which].name);
	else
		admin_complain("%s/%s has the serial %" PRIu64 " of epoch %" PRIu32
			       ", here it is %" PRIu64 " of epoch %" PRIu32
			       ": somebody published from a newer folder than this one",
			target->place, newer[which].name, old->serial, old->epoch, new->serial,
			new->epoch);
	return EXIT_NO;
}

/* Terminals remember what was revoked; a new one would learn of less. */
static int check_revocations(const struct publish_target *target, const struct site_files *files,
	const struct admin_file *there)
{
	const struct site_file *here = find(files, REVOCATIONS);
	struct bundle bundle = {.bytes = there->bytes, .size = there->size};
	struct bundle_document document;

	while (there->bytes && bundle_next(&bundle, &document)) {
		struct problems ignored = {0};
		struct signed_document parts;
		int r = document_split(document.slice.bytes, document.slice.size, &ignored, &parts);

		problems_clear(&ignored);
		if (r < 0 || (here && memmem(here->bytes, here->size, parts.text.bytes,
					      parts.text.size)))
			continue;
		admin_complain("%s/" REVOCATIONS " has in line %u a revocation that is missing "
			       "here: what was revoked stays so; bring its file here first",
			target->place, document.line + 1);
		return EXIT_NO;
	}
	return EXIT_DONE;
}

int publish_guard(struct publish_target *target, const struct site_files *files)
{
	const char *names[N_NEWER + 1] = {[N_NEWER] = REVOCATIONS};
	struct admin_file there[N_NEWER + 1] = {0};
	int code;

	for (size_t i = 0; i < N_NEWER; i++)
		names[i] = newer[i].name;
	code = target->kind->read(target, names, N_NEWER + 1, there);
	for (size_t i = 0; code == EXIT_DONE && i < N_NEWER; i++)
		code = check_newer(target, files, i, &there[i]);
	if (code == EXIT_DONE)
		code = check_revocations(target, files, &there[N_NEWER]);
	for (size_t i = 0; i <= N_NEWER; i++)
		admin_file_free(&there[i]);
	return code;
}
