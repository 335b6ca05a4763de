#include "policy/admin/rotate_signed.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/bundle_file.h"
#include "policy/admin/exemption_folder.h"
#include "policy/cleanup.h"
#include "policy/sshsig.h"

struct search {
	const char *fingerprint;
	size_t n;
};

struct place {
	const char *name;
	enum document_kind kind;
};

static const struct place of_tier[] = {
	{"policy.ini", DOCUMENT_POLICY},
	{"media.ini", DOCUMENT_MEDIA},
	{"fresh.ini", DOCUMENT_FRESH},
	{"revocations.ini", DOCUMENT_REVOCATION},
};
static const struct place of_terminal[] = {
	{"tokens.ini", DOCUMENT_TOKENS},
	{"desks.ini", DOCUMENT_DESKS},
	{"exemptions.ini", DOCUMENT_EXEMPTION},
};

static bool is_signed_by(
	const struct search *search, enum document_kind kind, const struct document_slice *whole)
{
	struct problems ignored = {0};
	struct signed_document document;
	bool is_signed = false;

	if (document_split(whole->bytes, whole->size, &ignored, &document) == 0)
		for (size_t i = 0; i < document.n_signatures; i++) {
			struct sshsig signature;

			sshsig_verify(document.signatures[i].bytes, document.signatures[i].size,
				document_kind_namespace(kind), document.text.bytes,
				document.text.size, &signature);
			is_signed |= signature.fault == SSHSIG_GOOD &&
				     strcmp(signature.fingerprint, search->fingerprint) == 0;
		}
	problems_clear(&ignored);
	return is_signed;
}

static int search_file(struct search *search, const char *folder, const struct place *place)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/%s", folder, place->name);
	CLEANUP(admin_file_free) struct admin_file file = {0};
	struct bundle bundle = {0};
	struct bundle_document document;

	if (!path)
		return admin_no_memory();
	if (access(path, F_OK) < 0 && errno == ENOENT)
		return EXIT_DONE;
	if (admin_read(path, BUNDLE_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	bundle = (struct bundle){.bytes = file.bytes, .size = file.size};
	while (bundle_next(&bundle, &document)) {
		CLEANUP(cleanup_free) char *label = NULL;

		if (!is_signed_by(search, place->kind, &document.slice))
			continue;
		label = bundle_file_label(&file, &document);
		printf("  %-10s %s\n", document_kind_name(place->kind), label ? label : path);
		search->n++;
	}
	return EXIT_DONE;
}

static int search_folder(
	struct search *search, const char *folder, const struct place *places, size_t n)
{
	int code = EXIT_DONE;

	for (size_t i = 0; code == EXIT_DONE && i < n; i++)
		code = search_file(search, folder, &places[i]);
	return code;
}

static int search_terminals(struct search *search, const char *tier)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/terminals", tier);
	CLEANUP(folder_names_clear) struct folder_names names = {0};
	int code = path ? folder_names_read(path, &names) : admin_no_memory();

	for (size_t i = 0; code == EXIT_DONE && i < names.n; i++) {
		CLEANUP(cleanup_free) char *folder = admin_format("%s/%s", path, names.names[i]);

		code = folder ? search_folder(search, folder, of_terminal,
					sizeof(of_terminal) / sizeof(of_terminal[0]))
			      : admin_no_memory();
	}
	return code;
}

int rotate_print_signed(const char *folder, const char *fingerprint, size_t *ret)
{
	CLEANUP(exemption_folders_clear) struct exemption_folders folders = {0};
	struct search search = {.fingerprint = fingerprint};
	int code = exemption_folders_find(folder, &folders);

	for (size_t i = 0; code == EXIT_DONE && i < folders.n; i++) {
		const struct exemption_folder *one = &folders.items[i];

		code = search_folder(
			&search, one->tier, of_tier, sizeof(of_tier) / sizeof(of_tier[0]));
		if (code == EXIT_DONE)
			code = search_terminals(&search, one->tier);
		/* Revocations of the whole site, once. */
		if (code == EXIT_DONE && i == 0 && strcmp(one->site, one->tier) != 0)
			code = search_file(&search, one->site, &of_tier[3]);
	}
	if (code == EXIT_DONE)
		*ret = search.n;
	return code;
}
